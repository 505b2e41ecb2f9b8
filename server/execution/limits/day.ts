const dayMs = 86_400_000;

/** `2026-11-22`, in UTC. */
export const dayOf = (now: number): string => new Date(now).toISOString().slice(0, 10);

/** When the next day begins in UTC, epoch milliseconds. */
export const nextDay = (now: number): number => (Math.floor(now / dayMs) + 1) * dayMs;
