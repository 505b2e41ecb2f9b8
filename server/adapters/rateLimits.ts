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

/** Token buckets in this process. Bounded: the bucket touched longest ago is dropped first. */
export function createLocalRateLimits(now: () => number): RateLimits {
  const buckets = new Map<string, { tokens: number; at: number }>();
  return {
    async take(key, { burst, everyMs }) {
      const at = now();
      const before = buckets.get(key) ?? { tokens: burst, at };
      const tokens = Math.min(burst, before.tokens + (at - before.at) / everyMs);
      buckets.delete(key);
      buckets.set(key, { tokens: tokens < 1 ? tokens : tokens - 1, at });
      if (buckets.size > keyLimit) for (const oldest of buckets.keys()) if (buckets.delete(oldest)) break;
      if (tokens < 1) throw refuse((1 - tokens) * everyMs);
    },
    async forgive(key) {
      buckets.delete(key);
    },
  };
}

// One counter that runs out with its window: GCRA kept as the time at which the bucket is full again.
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
