import type { Redis } from "ioredis";
import type { RunnerLog } from "../pool.ts";
import { busyMs, minuteMs, type SlotCounter } from "./slotCounter.ts";

/** A slot of a process that died is free again after this long; held ones are renewed three times as often. */
const heldMs = 30_000;

/** Held slots by when they run out, and beginnings of the last minute; what is older goes first. */
const takeScript = `
local now, id, most, perMinute = tonumber(ARGV[1]), ARGV[2], tonumber(ARGV[3]), tonumber(ARGV[4])
redis.call('zremrangebyscore', KEYS[1], '-inf', now)
if most > 0 and redis.call('zcard', KEYS[1]) >= most then return ${busyMs} end
if perMinute > 0 then
  redis.call('zremrangebyscore', KEYS[2], '-inf', now - ${minuteMs})
  if redis.call('zcard', KEYS[2]) >= perMinute then
    local oldest = redis.call('zrange', KEYS[2], 0, 0, 'withscores')
    return math.max(1, math.ceil(tonumber(oldest[2]) + ${minuteMs} - now))
  end
  redis.call('zadd', KEYS[2], now, id)
  redis.call('pexpire', KEYS[2], ${minuteMs})
end
redis.call('zadd', KEYS[1], now + ${heldMs}, id)
redis.call('pexpire', KEYS[1], ${heldMs})
return 0`;

export interface SharedSlots extends SlotCounter {
  close(): void;
}

interface SharedSlotsOptions {
  readonly redis: Redis;
  readonly now: () => number;
  /** Counts while Redis does not answer: then the limits hold for each process by itself. */
  readonly local: SlotCounter;
  readonly log: RunnerLog;
}

/** One count for all processes. */
export function createSharedSlots({ redis, now, local, log }: SharedSlotsOptions): SharedSlots {
  const held = new Map<string, string>();
  const heldKey = (key: string) => `agentflow:slots:${key}`;
  const renewing = setInterval(() => {
    if (held.size === 0) return;
    const renewal = redis.pipeline();
    for (const [id, key] of held) {
      renewal.zadd(heldKey(key), "XX", now() + heldMs, id);
      renewal.pexpire(heldKey(key), heldMs);
    }
    renewal.exec().catch((err: unknown) => log.warn({ err }, "Slots were not renewed"));
  }, heldMs / 3);
  renewing.unref();
  return {
    async take(key, id, limit) {
      const { concurrency, perMinute } = limit;
      try {
        const keys = [heldKey(key), `agentflow:begun:${key}`];
        const wait = await redis.eval(takeScript, 2, ...keys, now(), id, concurrency ?? 0, perMinute ?? 0);
        if (wait === 0) held.set(id, key);
        return Number(wait);
      } catch (err) {
        log.warn({ err }, "Redis does not count slots; this process counts its own");
        return local.take(key, id, limit);
      }
    },
    release(key, id) {
      local.release(key, id);
      if (held.delete(id))
        redis.zrem(heldKey(key), id).catch((err: unknown) => log.warn({ err }, "A slot was not given back"));
    },
    close: () => clearInterval(renewing),
  };
}
