import type { Database } from "#db/client.ts";
import { engineStatement, type Parameter } from "#db/engine.ts";
import { isConnectionLoss } from "#db/errors.ts";
import { appendHop } from "#db/statements/appendHop.ts";
import { appendHops } from "#db/statements/appendHops.ts";
import { appendMany } from "#db/statements/appendMany.ts";
import { appendOne } from "#db/statements/appendOne.ts";
import type { Lease } from "#src/engine/ports.ts";
import { type ExecutionState, isEnded } from "#src/engine/state.ts";
import type { ExecutionEvent } from "#src/schemas/executionEvent.ts";
import { createBatches } from "./batches.ts";
import {
  eventLists,
  executionColumns,
  manyEventLists,
  sleepColumns,
  type Written,
  waitLists,
  waitsOver,
  written,
} from "./parameters.ts";
import { createPayloadKeeper } from "./payloads.ts";
import { hasUsed, isQuiet, type Projection, project } from "./projection.ts";

export interface Append {
  readonly lease: Lease;
  readonly events: readonly ExecutionEvent[];
  readonly state: ExecutionState;
  readonly answersSeen: number;
}

interface Entry extends Append {
  readonly projection: Projection;
  readonly written: Written;
  resolve(done: boolean): void;
  reject(error: unknown): void;
}

export interface GroupCommit {
  /** True when the events are durable, false when the lease or the sequence number did not fit. */
  append(append: Append): Promise<boolean>;
}

/** Collects what the executions of this process have ready at the same moment into one commit; hops apart from what is rarer. */
export function createGroupCommit(db: Database): GroupCommit {
  const hops = createBatches<Entry>({
    flush: (batch) => flush(db, batch, (several) => engineStatement(db, appendHops, hopsParameters(several))),
    rowsOf: ({ events }) => events.length,
  });
  const others = createBatches<Entry>({
    flush: (batch) => flush(db, batch, (several) => engineStatement(db, appendMany, manyParameters(several))),
    rowsOf: ({ events, state }) => events.length + (isEnded(state) ? Object.keys(state.steps).length : 0),
  });
  const keepPayloads = createPayloadKeeper(db);
  return {
    append(append) {
      const projection = project(append.events);
      const texts = written(append.events, append.state, projection);
      const commit = () =>
        new Promise<boolean>((resolve, reject) => {
          (isQuiet(projection) ? hops : others).add({ ...append, projection, written: texts, resolve, reject });
        });
      if (texts.payloads.length === 0) return commit();
      return keepPayloads(append.lease.executionId, texts.payloads).then(commit);
    },
  };
}

async function flush(
  db: Database,
  batch: readonly Entry[],
  together: (batch: readonly Entry[]) => Promise<{ id: string }[]>,
): Promise<void> {
  const [only] = batch;
  if (only && batch.length === 1) return flushOne(db, only);
  try {
    const rows = await together(batch);
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
    const [first, second, ...others] = entry.events;
    const rows =
      first && second && others.length === 0 && isQuiet(entry.projection)
        ? await engineStatement(db, appendHop, hopParameters(entry, [first, second]))
        : await engineStatement(db, appendOne, oneParameters(entry));
    entry.resolve(rows.length > 0);
  } catch (error) {
    entry.reject(error);
  }
}

function hopParameters(
  { lease: { executionId, worker, epoch }, written: { bodies } }: Entry,
  [first, second]: readonly [ExecutionEvent, ExecutionEvent],
): Parameter[] {
  return [
    executionId,
    worker,
    epoch,
    first.seq - 1,
    first.body.type,
    bodies[0] ?? null,
    first.at,
    second.body.type,
    bodies[1] ?? null,
    second.at,
  ];
}

function oneParameters({ lease, events, state, answersSeen, projection, written: texts }: Entry): Parameter[] {
  const afterSeq = (events[0]?.seq ?? 1) - 1;
  return [
    lease.executionId,
    lease.worker,
    lease.epoch,
    afterSeq,
    afterSeq + events.length,
    ...executionColumns(projection, texts),
    ...eventLists(events, texts),
    ...texts.steps,
    ...sleepColumns(state, answersSeen),
    ...waitLists(projection),
    waitsOver(projection),
    projection.dollars,
  ];
}

/** Whose, under which lease, after and up to which sequence number. */
function leaseLists(batch: readonly Entry[]): Parameter[] {
  const afterSeqs = batch.map((entry) => (entry.events[0]?.seq ?? 1) - 1);
  return [
    batch.map((entry) => entry.lease.executionId),
    batch.map((entry) => entry.lease.worker),
    batch.map((entry) => entry.lease.epoch),
    afterSeqs,
    batch.map((entry, index) => (afterSeqs[index] ?? 0) + entry.events.length),
  ];
}

const eventsOf = (batch: readonly Entry[]): Parameter[] =>
  manyEventLists(batch.map(({ lease, events, written: texts }) => ({ id: lease.executionId, events, written: texts })));

const hopsParameters = (batch: readonly Entry[]): Parameter[] => [...leaseLists(batch), ...eventsOf(batch)];

function manyParameters(batch: readonly Entry[]): Parameter[] {
  const ids = batch.map((entry) => entry.lease.executionId);
  const projections = batch.map((entry) => entry.projection);
  const columns = batch.map((entry) => executionColumns(entry.projection, entry.written));
  const column = (place: number): Parameter => columns.map((values) => values[place] ?? null);
  const sleeps = batch.map((entry) => sleepColumns(entry.state, entry.answersSeen));
  return [
    ...leaseLists(batch),
    ...[0, 1, 2, 3, 4, 5, 6, 7].map(column),
    ...eventsOf(batch),
    ...manyLists(
      ids,
      batch.map((entry) => entry.written.steps),
    ),
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
function manyLists(ids: readonly string[], lists: readonly (readonly (string | number | null)[][])[]): Parameter[] {
  return [
    ids.flatMap((id, index) => (lists[index]?.[0] ?? []).map(() => id)),
    ...(lists[0] ?? []).map((_, place) => lists.flatMap((own) => own[place] ?? [])),
  ];
}
