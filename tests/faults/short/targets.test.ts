import { tryShort } from "../rig/short.ts";
import { targetFaults } from "../targets.ts";

tryShort(targetFaults);
