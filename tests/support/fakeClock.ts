import type { Clock } from "#src/engine/ports.ts";
import { newSleepers } from "#src/engine/sleepers.ts";

export interface FakeClock extends Clock {
  /** Moves time on by `ms`, waking sleepers in order and letting everything settle between them. */
  advance(ms: number): Promise<void>;
  /** Lets everything that does not wait for time settle. */
  settle(): Promise<void>;
  /** Jumps from sleeper to sleeper until `work` is done. Throws when it waits for something that is not this clock. */
  drive<Result>(work: Promise<Result>): Promise<Result>;
  /** Sleepers that have not been woken. */
  readonly sleeping: number;
}

/** Time that moves only when told. `random` defaults to always one half. */
export function fakeClock(options: { readonly start?: number; readonly random?: () => number } = {}): FakeClock {
  let now = options.start ?? 1_800_000_000_000;
  const sleepers = newSleepers(() => now);
  const next = () => sleepers.first()[0];

  async function settle(): Promise<void> {
    for (let turn = 0; turn < 4; turn += 1) await new Promise<void>((resolve) => setImmediate(resolve));
  }

  async function advance(ms: number): Promise<void> {
    const until = now + ms;
    await settle();
    for (let sleeper = next(); sleeper !== undefined && sleeper.at <= until; sleeper = next()) {
      now = Math.max(now, sleeper.at);
      sleeper.wake();
      await settle();
    }
    now = until;
  }

  async function drive<Result>(work: Promise<Result>): Promise<Result> {
    const progress = { done: false };
    const watched = work.finally(() => {
      progress.done = true;
    });
    watched.catch(() => undefined);
    let idle = 0;
    while (!progress.done) {
      await settle();
      if (progress.done) break;
      const sleeper = next();
      if (sleeper === undefined) {
        idle += 1;
        if (idle > 200) throw new Error("Nothing sleeps on the clock, yet the work does not end");
        continue;
      }
      idle = 0;
      now = Math.max(now, sleeper.at);
      sleeper.wake();
    }
    return watched;
  }

  return {
    now: () => now,
    random: options.random ?? (() => 0.5),
    sleep: sleepers.sleep,
    newAbort() {
      const controller = new AbortController();
      return { signal: controller.signal, abort: (reason) => controller.abort(reason) };
    },
    advance,
    settle,
    drive,
    get sleeping() {
      return sleepers.count();
    },
  };
}
