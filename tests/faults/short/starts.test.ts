import { tryShort } from "../rig/short.ts";
import { startFaults } from "../starts.ts";

tryShort(startFaults);
