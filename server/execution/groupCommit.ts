import type { Database } from "#db/client.ts";
import { engineStatement, type Parameter } from "#db/engine.ts";
import { isConnectionLoss } from "#db/errors.ts";
import { appendHop } from "#db/statements/appendHop.ts";
import { appendMany } from "#db/statements/appendMany.ts";
import { appendOne } from "#db/statements/appendOne.ts";
import type { Lease } from "#src/engine/ports.ts";
import { type ExecutionState, isEnded } from "#src/engine/state.ts";
import type { ExecutionEvent } from "#src/schemas/executionEvent.ts";
import { eventLists, executionColumns, sleepColumns, stepLists, toJson, waitLists, waitsOver } from "./parameters.ts";
import { hasUsed, isQuiet, type Projection, project } from "./projection.ts";

/** Two: while one waits for the disk, the next is being made; a third would only make both smaller. */
const flushesInFlight = 2;
/** Bounds of one commit, so that one execution's megabytes do not hold up everybody else's hops. `maxRows`: events and steps. */
const maxEntries = 256;
const maxRows = 4_000;

export interface Append {
  readonly lease: Lease;
  readonly events: readonly ExecutionEvent[];
  readonly state: ExecutionState;
  readonly answersSeen: number;
}

interface Entry extends Append {
  resolve(done: boolean): void;
  reject(error: unknown): void;
}

export interface GroupCommit {
  /** True when the events are durable, false when the lease or the sequence number did not fit. */
  append(append: Append): Promise<boolean>;
}

/**
 * Collects what the executions of this process have ready at the same moment into one commit. Nobody waits for company: when no
 * flush is in flight an append goes out alone at once, and while flushes are in flight the next batch fills by itself.
 */
export function createGroupCommit(db: Database): GroupCommit {
  let waiting: Entry[] = [];
  let inFlight = 0;
  let isScheduled = false;

  function schedule(): void {
    if (isScheduled || inFlight >= flushesInFlight || waiting.length === 0) return;
    isScheduled = true;
    // After the microtasks: executions that were woken by the same message are in the same batch.
    queueMicrotask(() => {
      isScheduled = false;
      const batch = takeBatch(waiting);
      waiting = waiting.slice(batch.length);
      inFlight += 1;
      void flush(db, batch).finally(() => {
        inFlight -= 1;
        schedule();
      });
      schedule();
    });
  }

  return {
    append(append) {
      return new Promise((resolve, reject) => {
        waiting.push({ ...append, resolve, reject });
        schedule();
      });
    },
  };
}

function takeBatch(waiting: readonly Entry[]): Entry[] {
  let rows = 0;
  const end = waiting.findIndex((entry, index) => {
    rows += entry.events.length + (isEnded(entry.state) ? Object.keys(entry.state.steps).length : 0);
    return index > 0 && (index >= maxEntries || rows > maxRows);
  });
  return end === -1 ? [...waiting] : waiting.slice(0, end);
}

async function flush(db: Database, batch: readonly Entry[]): Promise<void> {
  const [only] = batch;
  if (only && batch.length === 1) return flushOne(db, only);
  try {
    const rows = await engineStatement<{ id: string }>(db, appendMany, manyParameters(batch));
    const done = new Set(rows.map((row) => row.id));
    for (const entry of batch) entry.resolve(done.has(entry.lease.executionId));
  } catch (error) {
    // Something in one entry broke the statement for all: each answers for itself. Not when the connection broke, where nobody
    // knows whether the batch was committed: the executions ask the log.
    if (isConnectionLoss(error)) for (const entry of batch) entry.reject(error);
    else for (const entry of batch) await flushOne(db, entry);
  }
}

async function flushOne(db: Database, entry: Entry): Promise<void> {
  try {
    const projection = project(entry.events);
    const [first, second, ...others] = entry.events;
    const rows =
      first && second && others.length === 0 && isQuiet(projection)
        ? await engineStatement(db, appendHop, hopParameters(entry.lease, [first, second]))
        : await engineStatement(db, appendOne, oneParameters(entry, projection));
    entry.resolve(rows.length > 0);
  } catch (error) {
    entry.reject(error);
  }
}

function hopParameters(
  { executionId, worker, epoch }: Lease,
  [first, second]: readonly [ExecutionEvent, ExecutionEvent],
): Parameter[] {
  return [
    executionId,
    worker,
    epoch,
    first.seq - 1,
    first.body.type,
    toJson(first.body),
    first.at,
    second.body.type,
    toJson(second.body),
    second.at,
  ];
}

function oneParameters({ lease, events, state, answersSeen }: Entry, projection: Projection): Parameter[] {
  const afterSeq = (events[0]?.seq ?? 1) - 1;
  return [
    lease.executionId,
    lease.worker,
    lease.epoch,
    afterSeq,
    afterSeq + events.length,
    ...executionColumns(projection),
    ...eventLists(events),
    ...stepLists(state),
    ...sleepColumns(state, answersSeen),
    ...waitLists(projection),
    waitsOver(projection),
    projection.dollars,
  ];
}

function manyParameters(batch: readonly Entry[]): Parameter[] {
  const ids = batch.map((entry) => entry.lease.executionId);
  const projections = batch.map((entry) => project(entry.events));
  const columns = projections.map(executionColumns);
  const column = (place: number): Parameter => columns.map((values) => values[place] ?? null);
  const afterSeqs = batch.map((entry) => (entry.events[0]?.seq ?? 1) - 1);
  const events = batch.flatMap((entry) => entry.events.map((event) => ({ id: entry.lease.executionId, event })));
  const steps = batch.map((entry) => stepLists(entry.state));
  const sleeps = batch.map((entry) => sleepColumns(entry.state, entry.answersSeen));
  return [
    ids,
    batch.map((entry) => entry.lease.worker),
    batch.map((entry) => entry.lease.epoch),
    afterSeqs,
    batch.map((entry, index) => (afterSeqs[index] ?? 0) + entry.events.length),
    ...[0, 1, 2, 3, 4, 5, 6, 7].map(column),
    events.map(({ id }) => id),
    events.map(({ event }) => event.seq),
    events.map(({ event }) => event.body.type),
    events.map(({ event }) => toJson(event.body)),
    events.map(({ event }) => event.at),
    ...manyLists(ids, steps),
    sleeps.map(([answersSeen]) => answersSeen),
    sleeps.map(([, wakeAt]) => wakeAt),
    ...manyLists(ids, projections.map(waitLists)),
    ...manyLists(
      ids,
      projections.map((projection) => [waitsOver(projection)]),
    ),
    ...spendingLists(ids, projections),
  ];
}

/** Of those that tell of a model call: whose, tokens, dollars. */
function spendingLists(ids: readonly string[], projections: readonly Projection[]): Parameter[] {
  const used = projections.flatMap((projection, index) =>
    hasUsed(projection) ? [{ id: ids[index] ?? null, projection }] : [],
  );
  return [
    used.map(({ id }) => id),
    used.map(({ projection }) => projection.inputTokens + projection.outputTokens),
    used.map(({ projection }) => projection.dollars),
  ];
}

/** The lists of each execution one after the other, and before them whose each item is. */
function manyLists(ids: readonly string[], lists: readonly (string | number | null)[][][]): Parameter[] {
  return [
    ids.flatMap((id, index) => (lists[index]?.[0] ?? []).map(() => id)),
    ...(lists[0] ?? []).map((_, place) => lists.flatMap((own) => own[place] ?? [])),
  ];
}
