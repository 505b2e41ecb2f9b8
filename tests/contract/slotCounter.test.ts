import { describe, expect, test } from "bun:test";
import { randomUUID } from "node:crypto";
import { Redis } from "ioredis";
import { createSharedSlots } from "#server/execution/limits/sharedSlots.ts";
import { busyMs, createLocalSlots, type SlotCounter } from "#server/execution/limits/slotCounter.ts";
import type { AgentLimit } from "#src/schemas/limits.ts";

type Open = (now: () => number) => { counter: SlotCounter } & Disposable;

const redisUrl = process.env.TEST_REDIS_URL;
const quiet = { warn: () => {}, error: () => {} };

function openShared(url: string, now: () => number) {
  const redis = new Redis(url, { maxRetriesPerRequest: 0, retryStrategy: () => null });
  redis.on("error", () => {});
  const counter = createSharedSlots({ redis, now, local: createLocalSlots(now), log: quiet });
  return {
    counter,
    [Symbol.dispose]() {
      counter.close();
      redis.disconnect();
    },
  };
}

const implementations: Record<string, Open> = {
  "in this process": (now) => ({ counter: createLocalSlots(now), [Symbol.dispose]() {} }),
  "without the Redis that should count": (now) => openShared("redis://127.0.0.1:1", now),
};
if (redisUrl) implementations["in Redis"] = (now) => openShared(redisUrl, now);

const limit = (concurrency: number | null, perMinute: number | null): AgentLimit => ({
  agent: "llm",
  concurrency,
  perMinute,
});

describe.each(Object.entries(implementations))("slots counted %s", (_name, open) => {
  test("are as many as may be at once, and free again when given back", async () => {
    using opened = open(() => 1_000_000);
    const { counter } = opened;
    const [key, other] = [randomUUID(), randomUUID()];
    expect([await counter.take(key, "a", limit(2, null)), await counter.take(key, "b", limit(2, null))]).toEqual([
      0, 0,
    ]);
    expect(await counter.take(key, "c", limit(2, null))).toBe(busyMs);
    expect(await counter.take(other, "d", limit(1, null))).toBe(0);
    counter.release(key, "a");
    expect(await counter.take(key, "c", limit(2, null))).toBe(0);
    counter.release(key, "unknown");
    expect(await counter.take(key, "e", limit(2, null))).toBe(busyMs);
  });

  test("are as many as may begin in any minute, whether given back or not", async () => {
    let now = 1_000_000;
    using opened = open(() => now);
    const { counter } = opened;
    const key = randomUUID();
    expect(await counter.take(key, "a", limit(null, 2))).toBe(0);
    counter.release(key, "a");
    now += 20_000;
    expect(await counter.take(key, "b", limit(null, 2))).toBe(0);
    expect(await counter.take(key, "c", limit(null, 2))).toBe(40_000);
    now += 40_000;
    expect(await counter.take(key, "c", limit(null, 2))).toBe(0);
    expect(await counter.take(key, "d", limit(null, 2))).toBe(20_000);
  });

  test("are not used up by those who could not have one", async () => {
    let now = 1_000_000;
    using opened = open(() => now);
    const { counter } = opened;
    const key = randomUUID();
    expect(await counter.take(key, "a", limit(1, 2))).toBe(0);
    for (const id of ["b", "c", "d"]) expect(await counter.take(key, id, limit(1, 2))).toBe(busyMs);
    counter.release(key, "a");
    expect(await counter.take(key, "b", limit(1, 2))).toBe(0);
    counter.release(key, "b");
    expect(await counter.take(key, "c", limit(1, 2))).toBeGreaterThan(busyMs);
    now += 60_000;
    expect(await counter.take(key, "c", limit(1, 2))).toBe(0);
  });
});

test.if(redisUrl !== undefined)("two processes share one count, and a slot of one that died runs out", async () => {
  let now = 1_000_000;
  using one = openShared(redisUrl ?? "", () => now);
  using other = openShared(redisUrl ?? "", () => now);
  const key = randomUUID();
  expect(await one.counter.take(key, "a", limit(1, null))).toBe(0);
  expect(await other.counter.take(key, "b", limit(1, null))).toBe(busyMs);
  now += 31_000;
  expect(await other.counter.take(key, "b", limit(1, null))).toBe(0);
});
