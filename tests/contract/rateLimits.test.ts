import { describe, expect, test } from "bun:test";
import { randomUUID } from "node:crypto";
import { Redis } from "ioredis";
import { createLocalRateLimits, createRedisRateLimits, type RateLimits } from "#server/adapters/rateLimits.ts";
import { AppError } from "#src/errors.ts";

type Open = (now: () => number) => { limits: RateLimits } & Disposable;

const redisUrl = process.env.TEST_REDIS_URL;
const implementations: Record<string, Open> = {
  "in this process": (now) => ({ limits: createLocalRateLimits(now), [Symbol.dispose]() {} }),
};
if (redisUrl) {
  implementations["in Redis"] = (now) => {
    const redis = new Redis(redisUrl);
    return { limits: createRedisRateLimits(redis, now), [Symbol.dispose]: () => redis.disconnect() };
  };
}

const rate = { burst: 2, everyMs: 60_000 };

describe.each(Object.entries(implementations))("rate limits %s", (_name, open) => {
  test("a burst passes, then one for each interval; proving who one is starts anew", async () => {
    let now = 1_000_000_000;
    using opened = open(() => now);
    const { limits } = opened;
    const key = randomUUID();
    const take = () =>
      limits.take(key, rate).then(
        () => "ok",
        (error: unknown) => (error instanceof AppError ? `${error.code} ${error.retryAfterMs}` : String(error)),
      );
    expect([await take(), await take(), await take()]).toEqual(["ok", "ok", "rate_limited 60000"]);
    now += 20_000;
    expect(await take()).toBe("rate_limited 40000");
    now += 40_000;
    expect([await take(), await take()]).toEqual(["ok", "rate_limited 60000"]);
    await limits.forgive(key);
    expect(await take()).toBe("ok");
    await limits.take(randomUUID(), rate);
  });
});

test("without its Redis sign-in is refused, not unlimited", async () => {
  const redis = new Redis("redis://127.0.0.1:1", {
    maxRetriesPerRequest: 0,
    lazyConnect: true,
    retryStrategy: () => null,
  });
  redis.on("error", () => {});
  const outcome = await createRedisRateLimits(redis, Date.now)
    .take("anybody", rate)
    .then(
      () => "ok",
      (error: unknown) => (error instanceof AppError ? error.code : String(error)),
    );
  redis.disconnect();
  expect(outcome).toBe("unavailable");
});
