import type { Redis } from "ioredis";
import { AppError } from "#src/errors.ts";

/** `burst` at once, then one more every `everyMs`. */
export interface Rate {
  readonly burst: number;
  readonly everyMs: number;
}

export interface RateLimits {
  /** Takes one. Errors: rate_limited with `retryAfterMs`; unavailable when the shared counter cannot be reached (it fails closed). */
  take(key: string, rate: Rate): Promise<void>;
  /** Forgets what was taken: somebody proved who they are. */
  forgive(key: string): Promise<void>;
}

const refuse = (retryAfterMs: number) =>
  new AppError("rate_limited", `Too many attempts. Try again in ${Math.ceil(retryAfterMs / 1000)} s.`, {
    retryAfterMs,
  });

const keyLimit = 50_000;

/** Counters in this process. Bounded: the one touched longest ago is dropped first. */
export function createLocalRateLimits(now: () => number): RateLimits {
  /** When each key's burst is whole again (GCRA), as in Redis. */
  const wholeAt = new Map<string, number>();
  return {
    async take(key, { burst, everyMs }) {
      const at = now();
      const next = Math.max(wholeAt.get(key) ?? at, at) + everyMs;
      const wait = next - at - burst * everyMs;
      if (wait > 0) throw refuse(wait);
      wholeAt.delete(key);
      wholeAt.set(key, next);
      if (wholeAt.size > keyLimit) for (const oldest of wholeAt.keys()) if (wholeAt.delete(oldest)) break;
    },
    async forgive(key) {
      wholeAt.delete(key);
    },
  };
}

// The same, one counter that runs out by itself.
const takeScript = `
local now, burst, every = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local full = math.max(tonumber(redis.call('get', KEYS[1]) or now), now)
local next = full + every
if next - now > burst * every then return math.ceil(next - now - burst * every) end
redis.call('set', KEYS[1], next, 'px', math.ceil(next - now))
return 0`;

/** The same over all processes. Where Redis does not answer, sign-in is refused rather than unlimited. */
export function createRedisRateLimits(redis: Redis, now: () => number): RateLimits {
  const closed = (cause: unknown) =>
    new AppError("unavailable", "Sign-in is not available at this moment.", { cause, retryAfterMs: 5_000 });
  return {
    async take(key, { burst, everyMs }) {
      const wait = await redis
        .eval(takeScript, 1, `agentflow:rate:${key}`, now(), burst, everyMs)
        .catch((error: unknown) => Promise.reject(closed(error)));
      if (typeof wait === "number" && wait > 0) throw refuse(wait);
    },
    async forgive(key) {
      await redis.del(`agentflow:rate:${key}`).catch(() => {});
    },
  };
}
