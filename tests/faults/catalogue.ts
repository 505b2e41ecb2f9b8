import { crashes } from "./crashes.ts";
import { databaseFaults } from "./database.ts";
import { embeddedFaults } from "./embedded.ts";
import { loadFaults } from "./load.ts";
import { peopleFaults } from "./people.ts";
import { redisFaults } from "./redis.ts";
import type { Fault } from "./rig/fault.ts";
import { soaks } from "./soak.ts";
import { startFaults } from "./starts.ts";
import { targetFaults } from "./targets.ts";

/** What is tried when nobody names any. */
export const faults: readonly Fault[] = [
  ...crashes,
  ...embeddedFaults,
  ...databaseFaults,
  ...redisFaults,
  ...targetFaults,
  ...peopleFaults,
  ...startFaults,
  ...loadFaults,
];

/** Also those that are only tried when somebody names them. */
export const named: readonly Fault[] = [...faults, ...soaks];
