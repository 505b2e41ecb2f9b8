import { AppError, toAppError } from "../errors.ts";
import { equalJson } from "../json.ts";
import { isFinalExecution } from "../schemas/execution.ts";
import type { ExecutionEvent, ExecutionEventBody } from "../schemas/executionEvent.ts";
import type { LoopDeps } from "./deps.ts";
import type { ClaimedExecution } from "./ports.ts";
import { draftOf } from "./reduce.ts";
import type { Signal } from "./signal.ts";
import { type ExecutionState, initialState } from "./state.ts";
import { roughSize } from "./values.ts";

/** How often one commit is tried while the store is unavailable, and the longest wait between two tries. */
export const maxCommitAttempts = 8;
const firstDelayMs = 100;
const longestDelayMs = 5_000;
const readLimit = 1_000;
/** One commit takes what comes together, but steps that run ahead of it add no more to so many events, or so much text. */
const mostPending = 200;
const mostPendingSize = 1_000_000;

/** The events of one execution, and the state they give, under the lease of this worker. */
export interface History {
  /** With everything that was recorded, committed or not. */
  readonly state: () => ExecutionState;
  readonly record: (body: ExecutionEventBody) => void;
  /**
   * Makes what was recorded durable, then publishes it. `answersSeen`: how many answers are in it. Throws `lease_lost`, or
   * `unavailable` after its tries; where it stores the execution itself, whatever that throws, after one try.
   */
  readonly commit: (answersSeen?: number) => Promise<void>;
  /** What the store has, whatever was recorded since. */
  readonly committed: () => readonly ExecutionEvent[];
  /** Whether so much is recorded and not committed that nothing more is to wait for the same commit. */
  readonly isFull: () => boolean;
  /** False until the first commit of an execution that is not stored yet. */
  readonly isStored: () => boolean;
}

const endsLease = ({ status, waiting }: ExecutionState): boolean => isFinalExecution(status) || waiting !== null;

export function newHistory(claimed: ClaimedExecution, deps: LoopDeps, stop: Signal): History {
  const { lease } = claimed;
  let create = claimed.create ?? null;
  const committed: ExecutionEvent[] = create === null ? [...claimed.events] : [];
  let recorded: ExecutionEvent[] = create === null ? [] : [...claimed.events];
  /** Of the first `weighed` of those that are recorded. */
  let [weighed, weight] = [0, 0];
  const draft = draftOf(initialState);
  for (const event of claimed.events) draft.apply(event);
  let latest = claimed.events.at(-1)?.at ?? 0;

  /** A reply may be lost after the commit went through: then the store has exactly these events already. */
  async function areStored(events: readonly ExecutionEvent[]): Promise<boolean> {
    const afterSeq = (events[0]?.seq ?? 1) - 1;
    const stored = await deps.store.readEvents(lease.workspaceId, lease.executionId, { afterSeq, limit: readLimit });
    return events.slice(0, readLimit).every((event, at) => stored[at] !== undefined && equalJson(event, stored[at]));
  }

  async function append(events: readonly ExecutionEvent[], answersSeen: number): Promise<void> {
    for (let attempt = 1; attempt <= maxCommitAttempts; attempt += 1) {
      try {
        return await deps.store.append(lease, events, draft.state(), answersSeen);
      } catch (thrown) {
        const error = toAppError(thrown);
        if (!error.retryable) {
          // It is there, and the lease is another's: whoever has it does what follows. Only a commit that ended the lease may be without it.
          const isTaken = error.code === "lease_lost" && !endsLease(draft.state());
          if (attempt > 1 && !isTaken && (await areStored(events))) return;
          throw error;
        }
      }
      const delay = Math.min(longestDelayMs, firstDelayMs * 2 ** (attempt - 1));
      if (attempt < maxCommitAttempts) await deps.clock.sleep(delay, stop);
      if (stop.aborted) break;
    }
    throw new AppError("unavailable", "The execution store does not answer.");
  }

  return {
    state: draft.state,
    record(body) {
      latest = Math.max(latest, deps.clock.now());
      const event: ExecutionEvent = { seq: draft.state().lastSeq + 1, at: latest, body };
      draft.apply(event);
      recorded.push(event);
    },
    async commit(answersSeen = 0) {
      if (recorded.length === 0) return;
      const events = recorded;
      recorded = [];
      [weighed, weight] = [0, 0];
      if (create === null) await append(events, answersSeen);
      else await create(events);
      create = null;
      for (const event of events) {
        committed.push(event);
        deps.feed.publish(lease.executionId, { kind: "event", event });
      }
    },
    committed: () => committed,
    isFull() {
      for (; weighed < recorded.length && weight <= mostPendingSize; weighed += 1)
        weight += roughSize(recorded[weighed]?.body, mostPendingSize);
      return recorded.length > mostPending || weight > mostPendingSize;
    },
    isStored: () => create === null,
  };
}
