import { loadFaults } from "../load.ts";
import { tryShort } from "../rig/short.ts";

tryShort(loadFaults);
