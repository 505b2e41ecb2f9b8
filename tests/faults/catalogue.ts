import { crashes } from "./crashes.ts";
import { databaseFaults } from "./database.ts";
import { peopleFaults } from "./people.ts";
import { redisFaults } from "./redis.ts";
import type { Fault } from "./rig/fault.ts";
import { targetFaults } from "./targets.ts";

/** Every fault that is tried, in the order of the table. */
export const faults: readonly Fault[] = [
  ...crashes,
  ...databaseFaults,
  ...redisFaults,
  ...targetFaults,
  ...peopleFaults,
];
