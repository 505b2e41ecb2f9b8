import type { Database } from "#db/client.ts";
import { claimStatement, engineRows } from "#db/engine.ts";
import { sqlState, toDatabaseError } from "#db/errors.ts";
import { giveAnswer, giveBudget } from "#db/queries/answers.ts";
import { answersOf } from "#db/statements/answersOf.ts";
import {
  claimExecutions,
  claimOneExecution,
  countQueued,
  freeSlot,
  historyOfExecutions,
} from "#db/statements/claimExecutions.ts";
import {
  readLease,
  releaseAllLeases,
  releaseLease,
  releaseLeases,
  renewLeases,
  requestCancel,
} from "#db/statements/leases.ts";
import { parkUnreadable } from "#db/statements/parkUnreadable.ts";
import { readEvents } from "#db/statements/readEvents.ts";
import { withEngine } from "#db/tenant.ts";
import { eventsOfPage, eventsOfRow, type LogRow, type RowBody } from "#src/engine/logRows.ts";
import type { ClaimedExecution, ExecutionStore, GivenAnswer, Lease } from "#src/engine/ports.ts";
import { alphabet, readHistory, readPage, type StoredEvent } from "#src/engine/upcast.ts";
import { AppError } from "#src/errors.ts";
import type { ExecutionId, VersionId, WorkflowId, WorkspaceId } from "#src/ids.ts";
import { type ExecutionStatus, isFinalExecution } from "#src/schemas/execution.ts";
import type { ExecutionEvent } from "#src/schemas/executionEvent.ts";
import type { Graph } from "#src/schemas/graph.ts";
import type { Principal } from "#src/schemas/principal.ts";
import { createCreations, type PlacedExecution } from "./creations.ts";
import { createGroupCommit, type GroupCommit } from "./groupCommit.ts";
import { createKnownGraphs } from "./knownGraphs.ts";
import { toJsonbValue } from "./parameters.ts";
import { withPayloads } from "./payloads.ts";

/** What the runner needs beyond the engine's port. */
export interface DatabaseStore extends ExecutionStore {
  /** As the port's. Errors: `conflict` also when its slot was given to another at this moment. */
  create(execution: PlacedExecution, events: readonly ExecutionEvent[], worker: string | null): Promise<Lease | null>;
  /** As the port's; those that somebody wants cancelled come on top of the limit, and with a limit of 0. */
  claim(worker: string, limit: number): Promise<ClaimedExecution[]>;
  /** A place for one more execution of a workflow that may have `limit` running; null when there is none, or others wait for it. */
  freeSlot(workflowId: WorkflowId, limit: number): Promise<number | null>;
  /** How many executions of a workspace wait; counts up to `limit`. */
  countQueued(workspaceId: WorkspaceId, limit: number): Promise<number>;
  /** Claims this one execution if nobody holds it; a list of one or none. */
  claimOne(worker: string, executionId: ExecutionId): Promise<ClaimedExecution[]>;
  /** Gives up one lease, if it is still current. */
  releaseOne(lease: Lease): Promise<void>;
  /** Gives up the worker's lease on one execution, whatever its epoch. */
  releaseHeld(worker: string, executionId: ExecutionId): Promise<void>;
}

/** The durable implementation of the engine's port, on Postgres and on PGlite alike. */
export function createDatabaseStore(db: Database): DatabaseStore {
  const group = createGroupCommit(db);
  const graphsOf = createKnownGraphs(db);
  const create = createCreations(db);
  return {
    async create(execution, events, worker) {
      await create({ execution, events, worker });
      const { id: executionId, workspaceId } = execution;
      return worker === null ? null : { executionId, workspaceId, worker, epoch: 1 };
    },
    append: (...given) => append(db, group, given),
    async answers({ executionId }) {
      const rows = await engineRows<AnswerRow>(db, answersOf, [executionId]);
      return rows.map(({ step_key, attempt, value, by }) => {
        return { stepKey: step_key, attempt, value: fromJson(value), by: fromJson(by) };
      });
    },
    giveAnswer: (workspaceId, executionId, answer) =>
      withEngine(db, (tx) => giveAnswer(tx, { workspaceId, executionId }, answer)),
    giveBudget: (workspaceId, executionId, raised) =>
      withEngine(db, (tx) => giveBudget(tx, { workspaceId, executionId }, raised)),
    async claim(worker, limit) {
      return withHistory(await claimRows(db, worker, Math.max(0, limit)), { db, worker, graphsOf });
    },
    async claimOne(worker, executionId) {
      const rows = await engineRows<ClaimRow>(db, claimOneExecution, [worker, executionId]);
      return withHistory(rows, { db, worker, graphsOf });
    },
    async freeSlot(workflowId, limit) {
      const [row] = await engineRows<{ slot: number }>(db, freeSlot, [workflowId, limit]);
      return row?.slot ?? null;
    },
    async countQueued(workspaceId, limit) {
      const [row] = await engineRows<{ waiting: number }>(db, countQueued, [workspaceId, limit]);
      return row?.waiting ?? 0;
    },
    async releaseOne({ worker, executionId, epoch }) {
      await engineRows(db, releaseLease, [worker, executionId, epoch]);
    },
    async releaseHeld(worker, executionId) {
      await engineRows(db, releaseLease, [worker, executionId, null]);
    },
    async renew(worker) {
      const rows = await engineRows<RenewedRow>(db, renewLeases, [worker]);
      return {
        held: rows.map((row) => row.id),
        answered: rows.flatMap(({ id, answers }) => (answers === 0 ? [] : [{ id, answers }])),
        cancelRequested: rows.flatMap((row) =>
          row.cancel_requested === null ? [] : [{ id: row.id, by: fromJson<Principal>(row.cancel_requested) }],
        ),
      };
    },
    async release(worker) {
      await engineRows(db, releaseLeases, [worker]);
    },
    async requestCancel(workspaceId, executionId, by) {
      return (await engineRows(db, requestCancel, [workspaceId, executionId, toJsonbValue(by)])).length > 0;
    },
    async readEvents(workspaceId, executionId, { afterSeq, limit }) {
      const rows = await engineRows<LogRow<RowBody | string>>(db, readEvents, [
        workspaceId,
        executionId,
        afterSeq,
        limit,
      ]);
      const touched = rows.flatMap((row) => storedEvents(executionId, row));
      return readPage(await withPayloads(db, eventsOfPage(touched, { afterSeq, limit })));
    },
  };
}

async function append(
  db: Database,
  group: GroupCommit,
  [lease, events, state, answersSeen = 0]: Parameters<ExecutionStore["append"]>,
): Promise<void> {
  const [first] = events;
  if (first === undefined) return;
  if (events.some((event, index) => event.seq !== first.seq + index))
    throw new AppError("conflict", "The events to append have a gap.");
  let isDone: boolean;
  try {
    isDone = await group.append({ lease, events, state, answersSeen });
  } catch (error) {
    // Somebody else, or an earlier try of the same, went on from the same event.
    if (sqlState(error) !== "23505") throw toDatabaseError(error);
    isDone = false;
  }
  if (!isDone) throw await refusal(db, lease);
}

/**
 * Frees what a past process held, for the start of the one process that may work on an embedded database: its folder lock proves
 * that the holder is gone, so nobody has to wait for a lease to run out. Does nothing on Postgres.
 */
export async function freeLeasesOfPastProcess(db: Database): Promise<void> {
  if (db.kind === "pglite") await engineRows(db, releaseAllLeases, []);
}

interface RenewedRow {
  readonly id: ExecutionId;
  readonly cancel_requested: Principal | null;
  readonly answers: number;
}

interface AnswerRow {
  readonly step_key: string;
  readonly attempt: number;
  readonly value: GivenAnswer["value"];
  readonly by: GivenAnswer["by"] | string;
}

/** Drizzle leaves json columns of its connections as text; the statements here go around it. */
const fromJson = <Value>(column: Value | string): Value =>
  typeof column === "string" ? (JSON.parse(column) as Value) : column;

const storedEvents = (executionId: ExecutionId, row: LogRow<RowBody | string>) =>
  eventsOfRow({ ...row, body: fromJson(row.body) }).map((event) => ({ executionId, ...event }));

/** Why an append found nothing to write to. */
async function refusal(db: Database, lease: Lease): Promise<AppError> {
  const [row] = await engineRows<{ lease_owner: string | null; lease_epoch: number; status: ExecutionStatus }>(
    db,
    readLease,
    [lease.executionId],
  );
  const isHeld = row?.lease_owner === lease.worker && row.lease_epoch === lease.epoch && !isFinalExecution(row.status);
  return isHeld
    ? new AppError("conflict", "The events do not follow the last one stored.")
    : new AppError("lease_lost", "Another worker has this execution now, or it has ended.");
}

/** Two claims that met at one slot: nothing was claimed, and a claim that begins now sees what the other one took. */
const claimTries = 3;

async function claimRows(db: Database, worker: string, limit: number): Promise<ClaimRow[]> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await claimStatement<ClaimRow>(db, claimExecutions, [worker, limit]);
    } catch (error) {
      if (sqlState(error) !== "23505" || tries === claimTries) throw toDatabaseError(error);
    }
  }
}

interface ClaimRow {
  readonly id: ExecutionId;
  readonly workspace_id: WorkspaceId;
  readonly workflow_id: WorkflowId;
  readonly version_id: VersionId;
  readonly lease_epoch: number;
  readonly cancel_requested: Principal | string | null;
}

interface Claiming {
  readonly db: Database;
  readonly worker: string;
  readonly graphsOf: ReturnType<typeof createKnownGraphs>;
}

async function withHistory(rows: readonly ClaimRow[], { db, worker, graphsOf }: Claiming): Promise<ClaimedExecution[]> {
  if (rows.length === 0) return [];
  const [graphs, events] = await Promise.all([
    graphsOf(rows.map((row) => row.version_id)),
    engineRows<LogRow<RowBody | string> & { execution_id: ExecutionId }>(db, historyOfExecutions, [
      rows.map((row) => row.id),
    ]),
  ]);
  const histories = new Map<ExecutionId, StoredEvent[]>(rows.map((row) => [row.id, []]));
  const stored = events.flatMap(({ execution_id, ...row }) => storedEvents(execution_id, row));
  for (const event of await withPayloads(db, stored)) histories.get(event.executionId)?.push(event);
  const claimed: ClaimedExecution[] = [];
  for (const row of rows) {
    const graph = graphs.get(row.version_id);
    if (!graph) throw new AppError("internal", `Version ${row.version_id} of execution ${row.id} is missing.`);
    const history = readHistory(histories.get(row.id) ?? []);
    if (history.unreadable === null) claimed.push(toClaimed(worker, row, { graph, events: history.events }));
    else await engineRows(db, parkUnreadable, [row.id, worker, row.lease_epoch, alphabet.number]);
  }
  return claimed;
}

const toClaimed = (
  worker: string,
  row: ClaimRow,
  { graph, events }: { readonly graph: Graph; readonly events: readonly ExecutionEvent[] },
): ClaimedExecution => ({
  lease: { executionId: row.id, workspaceId: row.workspace_id, worker, epoch: row.lease_epoch },
  workflowId: row.workflow_id,
  graph,
  events,
  cancelRequestedBy: row.cancel_requested === null ? null : fromJson<Principal>(row.cancel_requested),
});
