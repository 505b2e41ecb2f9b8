import type { Clock } from "./ports.ts";
import type { AbortSource } from "./signal.ts";

/** Timers of platforms end at 2^31 ms; a longer wait is made of several. */
const longestMs = 86_400_000;

/** Wakes the loop at a moment. It may wake too early, never too late. */
export interface Alarm {
  /** Epoch milliseconds; null for not at all. */
  readonly set: (at: number | null) => void;
  readonly off: () => void;
}

export function newAlarm(clock: Clock, ring: () => void): Alarm {
  let source: AbortSource | null = null;
  let due = Number.POSITIVE_INFINITY;

  function off(): void {
    source?.abort("off");
    source = null;
    due = Number.POSITIVE_INFINITY;
  }
  return {
    off,
    set(at) {
      // An alarm that is set already and earlier only costs a turn; setting a new one at every step costs more.
      if (at === null || due <= at) return;
      off();
      const current = clock.newAbort();
      const ms = Math.min(longestMs, Math.max(0, at - clock.now()));
      source = current;
      due = clock.now() + ms;
      clock.sleep(ms, current.signal).then(() => {
        if (source !== current) return;
        off();
        ring();
      });
    },
  };
}
