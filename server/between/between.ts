import type { Redis } from "ioredis";
import type { Logger } from "pino";
import { type Bus, createRedisBus, silentBus } from "./bus.ts";
import { createNotices, type Notices } from "./notices.ts";

/** What connects this process with the others of its installation. */
export interface Between {
  readonly redis: Redis | null;
  readonly bus: Bus;
  readonly notices: Notices;
  close(): void;
}

/** Loaded only where there is a Redis to talk to. */
async function openRedis(url: string, log: Logger): Promise<Redis> {
  const { Redis } = await import("ioredis");
  const redis = new Redis(url, { maxRetriesPerRequest: 1, connectTimeout: 2_000, commandTimeout: 2_000 });
  redis.on("error", (err) => log.warn({ err }, "Redis does not answer"));
  return redis;
}

/** Does not wait for Redis: whether it is there or not, everything works, only later. Without `url` there is nobody to talk to. */
export async function openBetween(url: string | null, log: Logger): Promise<Between> {
  const redis = url === null ? null : await openRedis(url, log);
  const bus = redis === null ? silentBus : createRedisBus(redis, log);
  return {
    redis,
    bus,
    notices: createNotices(bus),
    close() {
      bus.close();
      redis?.disconnect();
    },
  };
}
