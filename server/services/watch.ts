import { systemClock } from "#server/adapters/clock.ts";
import type { LiveMessage } from "#src/engine/ports.ts";
import type { ExecutionId } from "#src/ids.ts";
import type { ExecutionEvent, ExecutionEventType } from "#src/schemas/executionEvent.ts";
import { createLiveQueue } from "./liveQueue.ts";

/** A live message and the sequence number of the last event it follows: what a client hands back to go on. */
export interface Watched {
  readonly lastSeq: number;
  readonly message: LiveMessage;
}

export interface WatchSource {
  readonly id: ExecutionId;
  /** Whether it runs in this process. What runs elsewhere is heard of by chance: messages may be lost or come late. */
  readonly isHere: () => boolean;
  readonly subscribe: (listener: (message: LiveMessage) => void) => () => void;
  /** Committed events after `afterSeq`, in order. Errors: not_found. */
  readonly readEvents: (afterSeq: number, limit: number) => Promise<ExecutionEvent[]>;
  /** Whether the execution has ended and `seq` is its last event or later. */
  readonly isOver: (seq: number) => Promise<boolean>;
}

const pageSize = 1_000;
/** Live messages are nudges: when none came for so long, history is asked. */
const quietMs = 1_500;
/** Of an execution that runs in another process, history is asked so often, whatever comes. */
const elsewhereMs = 1_000;
const finalEvents: readonly ExecutionEventType[] = ["execution_succeeded", "execution_failed", "execution_cancelled"];

/**
 * History after `afterSeq`, then what happens, each event once and in order; ends after the final event. The subscription begins
 * before history is read, so that nothing falls between; what both bring is dropped by its number.
 */
export async function* watchEvents(
  source: WatchSource,
  afterSeq: number,
  signal: AbortSignal,
): AsyncGenerator<Watched, void> {
  const queue = createLiveQueue<LiveMessage>();
  const unsubscribe = source.subscribe((message) => queue.push(message));
  let seq = afterSeq;
  try {
    while (!signal.aborted) {
      const askedAt = systemClock.now();
      const events = await source.readEvents(seq, pageSize);
      for (const event of events) {
        seq = event.seq;
        yield { lastSeq: seq, message: { kind: "event", event } };
        if (finalEvents.includes(event.body.type)) return;
      }
      if (events.length === pageSize) continue;
      if (events.length === 0 && (await source.isOver(seq))) return;
      // Live, until something says that history knows more.
      for (;;) {
        const patienceMs = source.isHere() ? quietMs : askedAt + elsewhereMs - systemClock.now();
        if (patienceMs <= 0) break;
        const taken = await queue.take(signal, patienceMs);
        if (taken.kind !== "item") break;
        const message = taken.item;
        if (message.kind === "event") {
          if (message.event.seq <= seq) continue;
          if (message.event.seq > seq + 1) break;
          seq = message.event.seq;
        }
        yield { lastSeq: seq, message };
        if (message.kind === "event" && finalEvents.includes(message.event.body.type)) return;
      }
    }
  } finally {
    unsubscribe();
  }
}
