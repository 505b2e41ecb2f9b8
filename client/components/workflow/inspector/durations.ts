const units: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** Milliseconds; a bare number is seconds. Null for anything else. */
export function readDuration(text: string): number | null {
  const match = /^\s*(\d+(?:[.,]\d+)?)\s*(ms|s|m|h|d)?\s*$/i.exec(text);
  const unit = units[(match?.[2] ?? "s").toLowerCase()];
  return match?.[1] === undefined || unit === undefined ? null : Math.round(Number(match[1].replace(",", ".")) * unit);
}

/** In the largest unit that says it without a fraction. */
export function writeDuration(milliseconds: number): string {
  const fitting = Object.entries(units).findLast(([, size]) => milliseconds >= size && milliseconds % size === 0);
  return fitting === undefined ? `${milliseconds} ms` : `${milliseconds / fitting[1]} ${fitting[0]}`;
}
