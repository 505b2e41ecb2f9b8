import type { Database } from "#db/client.ts";
import { engineStatement, type Parameter } from "#db/engine.ts";
import { isConnectionLoss } from "#db/errors.ts";
import { appendMany } from "#db/statements/appendMany.ts";
import { appendOne } from "#db/statements/appendOne.ts";
import type { Payload } from "#src/engine/payloads.ts";
import type { Lease } from "#src/engine/ports.ts";
import type { ExecutionState } from "#src/engine/state.ts";
import type { ExecutionId } from "#src/ids.ts";
import type { ExecutionEvent } from "#src/schemas/executionEvent.ts";
import { createBatches } from "./batches.ts";
import { commitHop, commitHops, type Hop } from "./hops.ts";
import {
  executionColumns,
  loggedRows,
  manyRowLists,
  rowLists,
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

interface Waiting {
  resolve(done: boolean): void;
  reject(error: unknown): void;
}
interface WaitingHop extends Hop, Waiting {}
interface Entry extends Append, Waiting {
  readonly projection: Projection;
  readonly written: Written;
}

export interface GroupCommit {
  /** True when the events are durable, false when the lease or the sequence number did not fit. */
  append(append: Append): Promise<boolean>;
}

/** Collects what the executions of this process have ready at the same moment into one commit; hops apart from what is rarer. */
export function createGroupCommit(db: Database): GroupCommit {
  const hops = createBatches<WaitingHop>({
    flush: (batch) =>
      flush(batch, { together: (several) => commitHops(db, several), alone: (hop) => commitHop(db, hop) }),
    eventsOf: ({ events }) => events.length,
  });
  const others = createBatches<Entry>({
    flush: (batch) =>
      flush(batch, { together: (several) => commitMany(db, several), alone: (entry) => commitOne(db, entry) }),
    eventsOf: ({ events }) => events.length,
  });
  const keepPayloads = createPayloadKeeper(db);

  async function withPayloads<Result>(id: ExecutionId, payloads: readonly Payload[], commit: () => Promise<Result>) {
    await keepPayloads(id, payloads);
    return commit();
  }
  return {
    append(append) {
      const { lease, events } = append;
      const payloads: Payload[] = [];
      let commit: () => Promise<boolean>;
      if (isQuiet(events)) {
        const rows = loggedRows(events, payloads);
        commit = () => new Promise((resolve, reject) => hops.add({ lease, events, rows, resolve, reject }));
      } else {
        const projection = project(events);
        const texts = written(events, projection);
        payloads.push(...texts.payloads);
        commit = () =>
          new Promise((resolve, reject) => others.add({ ...append, projection, written: texts, resolve, reject }));
      }
      return payloads.length === 0 ? commit() : withPayloads(lease.executionId, payloads, commit);
    },
  };
}

interface Commits<Entry> {
  /** In one commit. Gives which of them fitted. */
  readonly together: (batch: readonly Entry[]) => Promise<(entry: Entry) => boolean>;
  readonly alone: (entry: Entry) => Promise<boolean>;
}

async function flush<Each extends Waiting>(batch: readonly Each[], { together, alone }: Commits<Each>): Promise<void> {
  const one = (entry: Each) => alone(entry).then(entry.resolve, entry.reject);
  const [only] = batch;
  if (only && batch.length === 1) return one(only);
  try {
    const isDone = await together(batch);
    for (const entry of batch) entry.resolve(isDone(entry));
  } catch (error) {
    // Something in one entry broke the statement for all: each answers for itself. Not when the connection broke, where nobody
    // knows whether the batch was committed: the executions ask the log.
    if (isConnectionLoss(error)) for (const entry of batch) entry.reject(error);
    else for (const entry of batch) await one(entry);
  }
}

async function commitMany(db: Database, batch: readonly Entry[]): Promise<(entry: Entry) => boolean> {
  const rows = await engineStatement<{ id: string }>(db, appendMany, manyParameters(batch));
  const done = new Set(rows.map(({ id }) => id));
  return ({ lease }) => done.has(lease.executionId);
}

async function commitOne(db: Database, entry: Entry): Promise<boolean> {
  return (await engineStatement(db, appendOne, oneParameters(entry))).length > 0;
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
    ...rowLists(texts.rows),
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

const rowsOf = (batch: readonly Entry[]): Parameter[] =>
  manyRowLists(batch.map(({ lease, written: texts }) => ({ id: lease.executionId, rows: texts.rows })));

function manyParameters(batch: readonly Entry[]): Parameter[] {
  const ids = batch.map((entry) => entry.lease.executionId);
  const projections = batch.map((entry) => entry.projection);
  const columns = batch.map((entry) => executionColumns(entry.projection, entry.written));
  const column = (place: number): Parameter => columns.map((values) => values[place] ?? null);
  const sleeps = batch.map((entry) => sleepColumns(entry.state, entry.answersSeen));
  return [
    ...leaseLists(batch),
    ...[0, 1, 2, 3, 4, 5, 6, 7].map(column),
    ...rowsOf(batch),
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
function manyLists(
  ids: readonly string[],
  lists: readonly (readonly (string | number | null)[][])[],
): (string | number | null)[][] {
  return [
    ids.flatMap((id, index) => (lists[index]?.[0] ?? []).map(() => id)),
    ...(lists[0] ?? []).map((_, place) => lists.flatMap((own) => own[place] ?? [])),
  ];
}
