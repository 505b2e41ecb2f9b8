import { z } from "zod";
import type { Feed } from "#server/execution/feed.ts";
import { lightened } from "#server/execution/payloads.ts";
import type { LiveMessage } from "#src/engine/ports.ts";
import { alphabet, readPage, type StoredEvent } from "#src/engine/upcast.ts";
import { type ExecutionId, executionId } from "#src/ids.ts";
import type { ExecutionEvent } from "#src/schemas/executionEvent.ts";
import type { Bus } from "./bus.ts";

export interface SharedFeed extends Feed {
  close(): void;
}

const interest = z.strictObject({ process: z.string(), ids: z.array(executionId).max(500) });
const live = z.strictObject({ id: executionId, message: z.looseObject({ kind: z.enum(["event", "text"]) }) });

/** How often a process repeats what it watches, and how long another one believes it. */
const repeatMs = 5_000;
const believeMs = 12_000;
/** Executions that others watch, as far as this process remembers. */
const maxInterests = 50_000;
const idsPerMessage = 500;

/**
 * A feed over all processes. Who watches an execution says so, again and again; whoever runs it sends its live messages to exactly
 * those processes. An execution that nobody watches elsewhere costs one map look-up a message. What is lost on the way is read from
 * history by the watcher (`watchEvents`).
 */
export function shareFeed(local: Feed, bus: Bus, now: () => number): SharedFeed {
  const self = crypto.randomUUID();
  const watched = new Map<ExecutionId, number>();
  const interests = new Map<ExecutionId, Map<string, number>>();

  const sayWatched = (ids: readonly ExecutionId[]) => bus.publish("watching", { process: self, ids });
  const unsubscribes = [
    bus.subscribe("watching", (message) => {
      const { process, ids } = interest.parse(message);
      for (const id of ids) {
        if (interests.size >= maxInterests && !interests.has(id)) return;
        const own = interests.get(id) ?? new Map<string, number>();
        interests.set(id, own.set(process, now() + believeMs));
      }
    }),
    bus.subscribe(`live:${self}`, (received) => {
      const { id, message } = live.parse(received);
      local.publish(id, fromWire(message as unknown as WireMessage));
    }),
  ];
  const timer = setInterval(() => {
    const ids = [...watched.keys()];
    for (let at = 0; at < ids.length; at += idsPerMessage) sayWatched(ids.slice(at, at + idsPerMessage));
    for (const [id, processes] of interests) {
      for (const [process, until] of processes) if (until < now()) processes.delete(process);
      if (processes.size === 0) interests.delete(id);
    }
  }, repeatMs);
  timer.unref();

  return {
    publish(id, message) {
      local.publish(id, message);
      const processes = interests.get(id);
      if (processes === undefined) return;
      const sent = { id, message: toWire(lightened(message)) };
      for (const process of processes.keys()) bus.publish(`live:${process}`, sent);
    },
    subscribe(id, listener) {
      const leave = local.subscribe(id, listener);
      const before = watched.get(id) ?? 0;
      watched.set(id, before + 1);
      if (before === 0) sayWatched([id]);
      let isOver = false;
      return () => {
        leave();
        if (isOver) return;
        isOver = true;
        const left = (watched.get(id) ?? 1) - 1;
        if (left === 0) watched.delete(id);
        else watched.set(id, left);
      };
    },
    close() {
      clearInterval(timer);
      for (const unsubscribe of unsubscribes) unsubscribe();
    },
  };
}

type WireMessage = Exclude<LiveMessage, { kind: "event" }> | { readonly kind: "event"; readonly event: StoredEvent };

/** Between processes an event is as it is in the log, because the other one may be of another release. */
function toWire(message: LiveMessage): WireMessage {
  if (message.kind !== "event") return message;
  return { kind: "event", event: { ...message.event, body: alphabet.write(message.event.body) } };
}

/** Throws for an event that this release cannot read: the message is lost, and who watches learns of it from history. */
function fromWire(message: WireMessage): LiveMessage {
  if (message.kind !== "event") return message;
  const [event] = readPage([message.event]);
  return { kind: "event", event: event as ExecutionEvent };
}
