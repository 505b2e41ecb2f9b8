import type { Signal } from "./signal.ts";

interface Sleeper {
  /** When it wakes by itself. */
  readonly at: number;
  readonly wake: () => void;
}

/** Who sleeps on a clock whose time is told. */
export interface Sleepers {
  /** Resolves when it is woken, or its signal is aborted. */
  sleep(ms: number, signal: Signal): Promise<void>;
  /** Those of the earliest moment, and of up to `within` milliseconds after it, in order. */
  first(within?: number): readonly Sleeper[];
  count(): number;
}

export function newSleepers(now: () => number): Sleepers {
  const sleepers = new Set<Sleeper>();
  return {
    sleep(ms, signal) {
      if (signal.aborted) return Promise.resolve();
      return new Promise((resolve) => {
        const wake = () => {
          sleepers.delete(sleeper);
          signal.removeEventListener("abort", wake);
          resolve();
        };
        const sleeper: Sleeper = { at: now() + Math.max(0, ms), wake };
        sleepers.add(sleeper);
        signal.addEventListener("abort", wake, { once: true });
      });
    },
    first(within = 0) {
      const moment = [...sleepers].reduce((least, { at }) => Math.min(least, at), Number.POSITIVE_INFINITY);
      return [...sleepers].filter(({ at }) => at <= moment + within).sort((one, other) => one.at - other.at);
    },
    count: () => sleepers.size,
  };
}
