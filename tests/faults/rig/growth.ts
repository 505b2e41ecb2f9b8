/** A value at a time, in milliseconds. */
export type Point = readonly [atMs: number, value: number];

const middle = (values: number[]): number => {
  values.sort((a, b) => a - b);
  return values[Math.floor(values.length / 2)] ?? 0;
};

/** At most so many points: the slopes of all pairs are looked at. */
const mostPoints = 400;

/**
 * How much a series grows in an hour, as a share of its median: the median of the slopes of all pairs of points (Theil and Sen), which a
 * few peaks, an outage or a collection do not move. 0.01 is one per cent an hour.
 */
export function growthPerHour(points: readonly Point[]): number {
  const every = Math.ceil(points.length / mostPoints);
  const some = points.filter((_, at) => at % every === 0);
  const slopes: number[] = [];
  for (const [at, [laterMs, later]] of some.entries())
    for (const [beforeMs, before] of some.slice(0, at))
      if (laterMs > beforeMs) slopes.push((later - before) / (laterMs - beforeMs));
  const level = middle(some.map(([, value]) => value));
  return level === 0 ? 0 : (middle(slopes) * 3_600_000) / level;
}

/** The middle value of a series. */
export const levelOf = (points: readonly Point[]): number => middle(points.map(([, value]) => value));
