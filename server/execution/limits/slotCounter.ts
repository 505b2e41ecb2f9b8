import type { AgentLimit } from "#src/schemas/limits.ts";

export const minuteMs = 60_000;

/** Counts who has a slot. One in this process, or one that all processes share. */
export interface SlotCounter {
  /**
   * Takes a slot under an id of the caller's. 0 when it was taken, otherwise the milliseconds after which asking again makes sense:
   * when the minute allows one more, or `busyMs` while as many as may be are at it.
   */
  take(key: string, id: string, limit: AgentLimit): number | Promise<number>;
  release(key: string, id: string): void;
}

/** How soon to ask again for a slot that another process may give back. */
export const busyMs = 200;

/** Counts in this process alone. Bounded by what runs: a key without anything to remember is dropped. */
export function createLocalSlots(now: () => number): SlotCounter {
  const keys = new Map<string, { readonly held: Set<string>; begun: number[] }>();
  return {
    take(key, id, { concurrency, perMinute }) {
      const at = now();
      const counted = keys.get(key) ?? { held: new Set<string>(), begun: [] };
      counted.begun = perMinute === null ? [] : counted.begun.filter((begun) => begun > at - minuteMs);
      keys.set(key, counted);
      if (concurrency !== null && counted.held.size >= concurrency) return busyMs;
      const [oldest] = counted.begun;
      if (perMinute !== null && oldest !== undefined && counted.begun.length >= perMinute)
        return Math.max(1, oldest + minuteMs - at);
      counted.held.add(id);
      if (perMinute !== null) counted.begun.push(at);
      return 0;
    },
    release(key, id) {
      const counted = keys.get(key);
      counted?.held.delete(id);
      if (counted?.held.size === 0 && counted.begun.length === 0) keys.delete(key);
    },
  };
}
