import type { Redis } from "ioredis";
import type { Logger } from "pino";

/**
 * Messages between the processes of one installation, in JSON. Best effort: they may be lost, doubled or come in another order, and
 * nobody may depend on one. What must be known is in the database; a message only makes somebody look sooner.
 */
export interface Bus {
  /** Goes to every other process that subscribes to the channel; never back to this one. Never throws, never waits. */
  publish(channel: string, message: unknown): void;
  /** Calls the listener with each message of others until the returned function is called. A listener that throws is logged. */
  subscribe(channel: string, listener: (message: unknown) => void): () => void;
  close(): void;
}

/** For a process that is alone, or that has no Redis. */
export const silentBus: Bus = { publish: () => {}, subscribe: () => () => {}, close: () => {} };

/** Messages on their way to a Redis that answers slowly; what is beyond is dropped, as if the network had lost it. */
const maxOnTheWay = 10_000;
/** Characters of one message. Larger ones (a step's output of megabytes) are read from history by who wants them. */
const maxLength = 500_000;
const prefix = "agentflow:";
const retryStrategy = (tries: number) => Math.min(50 * 2 ** tries, 1_000);

/**
 * Over Redis pub/sub, on two connections of its own. While Redis is away messages are dropped; both connections come back by
 * themselves, with their subscriptions. Redis keeps nothing of it, so a flushed or empty Redis is as good as any.
 */
export function createRedisBus(redis: Redis, log: Pick<Logger, "warn">): Bus {
  const self = crypto.randomUUID();
  const out = redis.duplicate({ enableOfflineQueue: false, enableAutoPipelining: true, retryStrategy });
  // No time limit for its commands and no end of trying: a subscription is taken up again whenever Redis is back.
  const into = redis.duplicate({ maxRetriesPerRequest: null, retryStrategy });
  // The connection that `redis` itself is complains for all three.
  for (const connection of [out, into]) connection.on("error", () => {});
  const listeners = new Map<string, Set<(message: unknown) => void>>();
  let onTheWay = 0;

  into.on("message", (name: string, text: string) => {
    const end = text.indexOf(" ");
    if (text.slice(0, end) === self) return;
    for (const listener of [...(listeners.get(name) ?? [])]) {
      try {
        listener(JSON.parse(text.slice(end + 1)));
      } catch (err) {
        log.warn({ err, channel: name }, "A message of another process was not understood");
      }
    }
  });

  return {
    publish(channel, message) {
      if (onTheWay >= maxOnTheWay || out.status !== "ready") return;
      const text = JSON.stringify(message);
      if (text.length > maxLength) return;
      onTheWay += 1;
      out
        .publish(prefix + channel, `${self} ${text}`)
        .catch(() => {})
        .finally(() => {
          onTheWay -= 1;
        });
    },
    subscribe(channel, listener) {
      const name = prefix + channel;
      const own = listeners.get(name) ?? new Set();
      // A wrapper of its own: the same function may subscribe twice, and each leaves for itself.
      const entry = (message: unknown) => listener(message);
      listeners.set(name, own.add(entry));
      if (own.size === 1) into.subscribe(name).catch(() => {});
      return () => {
        if (!own.delete(entry) || own.size > 0 || listeners.get(name) !== own) return;
        listeners.delete(name);
        into.unsubscribe(name).catch(() => {});
      };
    },
    close() {
      out.disconnect();
      into.disconnect();
    },
  };
}
