import { embeddedFaults } from "../embedded.ts";
import { tryShort } from "../rig/short.ts";

tryShort(embeddedFaults);
