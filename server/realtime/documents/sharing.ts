import type { Document } from "@hocuspocus/server";
import { applyAwarenessUpdate, encodeAwarenessUpdate } from "y-protocols/awareness";
import { z } from "zod";
import type { Bus } from "#server/between/bus.ts";

const message = z.discriminatedUnion("kind", [
  /** The journal has this number now. */
  z.strictObject({ kind: z.literal("changed"), seq: z.int() }),
  /** What people do there, as the awareness protocol has it, in base64. */
  z.strictObject({ kind: z.literal("presence"), update: z.base64() }),
  /** Somebody has just loaded the document, and wants to know who is there. */
  z.strictObject({ kind: z.literal("hello") }),
]);
type Message = z.output<typeof message>;

export interface SharingOptions {
  readonly bus: Bus;
  readonly document: Document;
  /** The journal has this number, another process says. */
  readonly onChanged: (seq: number) => void;
}

/** What a loaded document says to its copies in other processes. Everything may be lost: the journal is looked at anyway. */
export interface Sharing {
  /** A commit of ours brought the journal to this number. */
  changed(seq: number): void;
  close(): void;
}

interface AwarenessChange {
  readonly added: readonly number[];
  readonly updated: readonly number[];
  readonly removed: readonly number[];
}

const pauseMs = 50;
/** Origin of what other processes said: it goes to the people here and not back. */
const fromOthers = { source: "other process" } as const;

/** Edits themselves never travel this way, only the hint that there are some. Presence does: it is stored nowhere. */
export function shareDocument({ bus, document, onChanged }: SharingOptions): Sharing {
  const { awareness } = document;
  const channel = `document:${document.name}`;
  /** People at other processes, by client id: those are theirs to tell about. */
  const theirs = new Set<number>();
  const untold = new Set<number>();
  let timer: ReturnType<typeof setTimeout> | null = null;
  const send = (said: Message) => bus.publish(channel, said);

  function tell(): void {
    timer = null;
    const clients = [...untold].filter((client) => !theirs.has(client) && awareness.meta.has(client));
    untold.clear();
    if (clients.length === 0) return;
    const update = Buffer.from(encodeAwarenessUpdate(awareness, clients)).toString("base64");
    send({ kind: "presence", update });
  }
  function tellSoon(clients: Iterable<number>): void {
    for (const client of clients) untold.add(client);
    timer ??= setTimeout(tell, pauseMs);
  }
  const onAwareness = ({ added, updated, removed }: AwarenessChange, origin: unknown) => {
    if (origin === fromOthers) {
      for (const client of [...added, ...updated]) theirs.add(client);
      for (const client of removed) theirs.delete(client);
      return;
    }
    // Whoever was not heard of for long is gone here; where he is connected, he may still be there.
    if (origin === "timeout") for (const client of removed) theirs.delete(client);
    else {
      // A person who came over from another process is told about from here now.
      for (const client of [...added, ...updated]) theirs.delete(client);
      tellSoon([...added, ...updated, ...removed]);
    }
  };
  awareness.on("update", onAwareness);

  const unsubscribe = bus.subscribe(channel, (received) => {
    const said = message.parse(received);
    if (said.kind === "changed") onChanged(said.seq);
    else if (said.kind === "presence") applyAwarenessUpdate(awareness, Buffer.from(said.update, "base64"), fromOthers);
    else tellSoon(awareness.getStates().keys());
  });
  send({ kind: "hello" });

  return {
    changed: (seq) => send({ kind: "changed", seq }),
    close() {
      unsubscribe();
      awareness.off("update", onAwareness);
      if (timer === null) return;
      clearTimeout(timer);
      // The last one left a moment ago: nobody else can say so.
      tell();
    },
  };
}
