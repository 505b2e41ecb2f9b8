import type { Redis } from "ioredis";
import type { Database } from "#db/client.ts";
import type { LoopDeps } from "#src/engine/deps.ts";
import type { Clock } from "#src/engine/ports.ts";
import type { WorkspaceId } from "#src/ids.ts";
import type { RunnerLog } from "../pool.ts";
import { createKnownLimits } from "./knownLimits.ts";
import { createLimitStore } from "./limitStore.ts";
import { createSharedSlots } from "./sharedSlots.ts";
import { createLocalSlots } from "./slotCounter.ts";
import { createSlots } from "./slots.ts";

export interface Limits extends Required<Pick<LoopDeps, "slots" | "spendingOf">> {
  /** The limits of a workspace were changed. */
  changed(workspaceId: WorkspaceId): void;
  close(): void;
}

interface LimitsOptions {
  readonly db: Database;
  /** Null: each process counts its own slots. */
  readonly redis: Redis | null;
  readonly clock: Clock;
  readonly log: RunnerLog;
}

/** What holds over executions, for the runner of this process. */
export function createLimits({ db, redis, clock, log }: LimitsOptions): Limits {
  const known = createKnownLimits({ store: createLimitStore(db), clock, log });
  const local = createLocalSlots(clock.now);
  const shared = redis === null ? null : createSharedSlots({ redis, now: clock.now, local, log });
  const newId = () => crypto.randomUUID();
  return {
    slots: createSlots({ limits: known, counter: shared ?? local, clock, newId }),
    spendingOf: known.spendingOf,
    changed: known.forget,
    close() {
      known.close();
      shared?.close();
    },
  };
}
