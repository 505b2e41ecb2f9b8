import { and, eq, inArray, type SQL, sql } from "drizzle-orm";
import { shownBody } from "#src/engine/payloads.ts";
import { reduceAll } from "#src/engine/reduce.ts";
import { stepList } from "#src/engine/stepList.ts";
import { type ReadHistory, readHistory, readPage } from "#src/engine/upcast.ts";
import type { ExecutionId, WorkflowId, WorkspaceId } from "#src/ids.ts";
import type { JsonValue } from "#src/json.ts";
import type { ExecutionDetail, ExecutionStatus, ExecutionSummary } from "#src/schemas/execution.ts";
import type { ExecutionEvent } from "#src/schemas/executionEvent.ts";
import type { Page } from "#src/schemas/page.ts";
import type { Tx } from "../client.ts";
import { workflowExecutions as executions } from "../schema/executions.ts";
import { workflows, workflowVersions } from "../schema/workflows.ts";
import { descending, pageFrom, readCursor } from "./cursor.ts";
import { logEnd, logPage, logWithoutText } from "./log.ts";

const iso = (time: Date | null) => time?.toISOString() ?? null;

const summaryColumns = {
  id: executions.id,
  workflowId: executions.workflowId,
  workflowName: workflows.name,
  versionId: executions.versionId,
  versionNumber: workflowVersions.number,
  status: executions.status,
  trigger: executions.trigger,
  error: executions.error,
  createdAt: executions.createdAt,
  startedAt: executions.startedAt,
  endedAt: executions.endedAt,
  inputTokens: executions.inputTokens,
  outputTokens: executions.outputTokens,
};

const selectSummaries = (tx: Tx) =>
  tx
    .select(summaryColumns)
    .from(executions)
    .innerJoin(workflows, eq(workflows.id, executions.workflowId))
    .innerJoin(workflowVersions, eq(workflowVersions.id, executions.versionId));

type SummaryRow = Awaited<ReturnType<typeof selectSummaries>>[number];

const summaryOf = (row: SummaryRow): ExecutionSummary => ({
  ...row,
  createdAt: row.createdAt.toISOString(),
  startedAt: iso(row.startedAt),
  endedAt: iso(row.endedAt),
});

export interface ExecutionFilter {
  readonly cursor?: string | undefined;
  readonly limit: number;
  readonly workflowId?: WorkflowId | undefined;
  readonly status?: readonly ExecutionStatus[] | undefined;
  /** An execution's id, or a piece of its workflow's name. */
  readonly search?: string | undefined;
}

/** Newest first, those of deleted workflows too. */
export async function pageOfExecutions(
  tx: Tx,
  workspaceId: WorkspaceId,
  filter: ExecutionFilter,
): Promise<Page<ExecutionSummary>> {
  const after = readCursor(filter.cursor, "number");
  const conditions: SQL[] = [eq(executions.workspaceId, workspaceId)];
  if (filter.workflowId !== undefined) conditions.push(eq(executions.workflowId, filter.workflowId));
  if (filter.status !== undefined && filter.status.length > 0) {
    conditions.push(inArray(executions.status, [...filter.status]));
  }
  if (filter.search) {
    const piece = `%${filter.search.replace(/[\\%_]/g, "\\$&")}%`;
    conditions.push(sql`(${executions.id} = ${filter.search} or ${workflows.name} ilike ${piece})`);
  }
  if (after !== null) {
    conditions.push(
      sql`(${executions.createdAt}, ${executions.id}) < (${new Date(after.at).toISOString()}, ${after.id})`,
    );
  }
  const rows = await selectSummaries(tx)
    .where(and(...conditions))
    .orderBy(descending(executions.createdAt), descending(executions.id))
    .limit(filter.limit + 1);
  return pageFrom(rows, filter.limit, {
    item: summaryOf,
    cursor: (row) => ({ at: row.createdAt.getTime(), id: row.id }),
  });
}

interface Key {
  readonly workspaceId: WorkspaceId;
  readonly id: ExecutionId;
}
const isRow = ({ workspaceId, id }: Key) => and(eq(executions.workspaceId, workspaceId), eq(executions.id, id));

export async function findExecutionSummary(tx: Tx, key: Key): Promise<ExecutionSummary | null> {
  const [row] = await selectSummaries(tx).where(isRow(key));
  return row === undefined ? null : summaryOf(row);
}

/**
 * With the graph of the pinned version and every step that has begun or was skipped: what its events come to, as far as this release
 * can read them (`heldUp`). Large values are references.
 */
export async function findExecution(tx: Tx, key: Key): Promise<ExecutionDetail | null> {
  const [row] = await tx
    .select({
      ...summaryColumns,
      // Past drizzle's own decoder, which parses a stored text once more when it looks like JSON.
      input: sql<JsonValue>`${executions.inputData}`,
      output: sql<JsonValue>`${executions.outputData}`,
      // With the row, on one snapshot: what a hop adds to the log changes nothing in the row, but its end may come between two reads.
      lastSeq: sql<number>`greatest(${executions.lastSeq}, ${logEnd(executions.id)})`.mapWith(Number),
      graph: workflowVersions.graph,
    })
    .from(executions)
    .innerJoin(workflows, eq(workflows.id, executions.workflowId))
    .innerJoin(workflowVersions, eq(workflowVersions.id, executions.versionId))
    .where(isRow(key));
  if (row === undefined) return null;
  const { input, output, lastSeq, graph, ...summary } = row;
  const { events, unreadable } = await historySoFar(tx, key, lastSeq);
  const steps = stepList(reduceAll(events));
  const heldUp = unreadable === null ? null : { code: unreadable.error.code, message: unreadable.error.message };
  return { ...summaryOf(summary), input, output, lastSeq, graph, steps, heldUp };
}

/** Text is not in a step; without it a long run's history is short. */
async function historySoFar(tx: Tx, key: Key, lastSeq: number): Promise<ReadHistory> {
  const events = await logWithoutText(tx, key, lastSeq);
  return readHistory(events.map((event) => ({ ...event, body: shownBody(event.body) })));
}

/** Null when there is no such execution in the workspace. */
export async function executionStatusOf(tx: Tx, key: Key) {
  const [row] = await tx
    .select({ status: executions.status, lastSeq: executions.lastSeq, workflowId: executions.workflowId })
    .from(executions)
    .where(isRow(key));
  return row ?? null;
}

/** How an execution was started, and what its starter was told. */
export async function startOf(tx: Tx, key: Key) {
  const { trigger, createdAt, startedAt } = executions;
  const [row] = await tx.select({ trigger, createdAt, startedAt }).from(executions).where(isRow(key));
  return row ?? null;
}

/** Events after `afterSeq`, in order, large values as references, as far as they can be read. Errors: history_unreadable when none of them can. */
export async function readEvents(
  tx: Tx,
  key: Key,
  range: { afterSeq: number; limit: number },
): Promise<ExecutionEvent[]> {
  const page = await logPage(tx, key, range);
  return readPage(page.map((event) => ({ ...event, body: shownBody(event.body) })));
}
