import type { Clock } from "#src/engine/ports.ts";
import { sameTurn } from "#src/engine/recorded.ts";
import { createAbort } from "#src/engine/signal.ts";
import { newSleepers } from "#src/engine/sleepers.ts";
import { AppError } from "#src/errors.ts";

/** Time that passes at once, from 0 on: whenever everybody sleeps, it is the moment at which the first of them wakes. */
export interface VirtualClock extends Clock {
  /** Moves time on until `work` is done. Throws `internal` when it waits for something that is not this clock. */
  drive<Result>(work: Promise<Result>): Promise<Result>;
}

/** Turns of the event loop without anybody asleep, after which the work is taken to wait for something else. */
const mostIdleTurns = 1_000;

export function createVirtualClock(): VirtualClock {
  let now = 0;
  const sleepers = newSleepers(() => now);

  /** Wakes everybody of the earliest moment, in order, before any of them goes on. False when nobody sleeps. */
  function wakeFirst(): boolean {
    const due = sleepers.first(sameTurn);
    for (const sleeper of due) {
      now = Math.max(now, sleeper.at);
      sleeper.wake();
    }
    return due.length > 0;
  }

  return {
    now: () => now,
    random: () => 0.5,
    newAbort: createAbort,
    sleep: sleepers.sleep,
    async drive(work) {
      const progress = { done: false };
      const end = () => {
        progress.done = true;
      };
      work.then(end, end);
      let idle = 0;
      while (!progress.done) {
        // Everything that follows without waiting has happened when the event loop turns.
        await new Promise<void>((resolve) => setImmediate(resolve));
        if (progress.done) break;
        idle = wakeFirst() ? 0 : idle + 1;
        if (idle > mostIdleTurns) throw new AppError("internal", "The replay waits for something outside of it.");
      }
      return work;
    },
  };
}
