import { crashes } from "./crashes.ts";
import { databaseFaults } from "./database.ts";
import type { Fault } from "./rig/fault.ts";

/** Every fault that is tried, in the order of the table. */
export const faults: readonly Fault[] = [...crashes, ...databaseFaults];
