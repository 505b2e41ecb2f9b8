import { readDuration as read } from "#src/agents/moments.ts";

const units: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** Milliseconds, written as in a Wait; null for what is no length of time. */
export function readDuration(text: string): number | null {
  try {
    return read(text, "duration");
  } catch {
    return null;
  }
}

/** In the largest unit that says it without a fraction. */
export function writeDuration(milliseconds: number): string {
  const fitting = Object.entries(units).findLast(([, size]) => milliseconds >= size && milliseconds % size === 0);
  return fitting === undefined ? `${milliseconds} ms` : `${milliseconds / fitting[1]} ${fitting[0]}`;
}
