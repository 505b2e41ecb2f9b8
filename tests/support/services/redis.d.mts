export function findRedis(): string | null;
/** Starts a Redis that keeps nothing on `port` of the loopback address. */
export function startRedis(port: number): Promise<{ url: string; stop: () => Promise<void> }>;
