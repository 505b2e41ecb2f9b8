import { and, eq, inArray, isNull, sql } from "drizzle-orm";
import { alias } from "drizzle-orm/pg-core";
import type { ExecutionId, WorkspaceId } from "#src/ids.ts";
import type { JsonValue } from "#src/json.ts";
import type { ChildExecution } from "#src/schemas/child.ts";
import { finalExecutionStatuses } from "#src/schemas/execution.ts";
import type { StepKey } from "#src/schemas/executionEvent.ts";
import type { Principal } from "#src/schemas/principal.ts";
import type { Tx } from "../client.ts";
import { workflowExecutions as executions, executionWaits as waits, workflows } from "../schema/index.ts";

const batch = 100;
const isLive = sql`${executions.status} in ('queued', 'running', 'waiting', 'cancelling')`;

/** All when neither is named. */
export interface Family {
  readonly child?: ExecutionId;
  readonly parent?: ExecutionId;
}

/** Children that have ended while the step that started them still waits. Their outputs are packed. */
export function findEndedChildren(tx: Tx, { child, parent }: Family) {
  return tx
    .select({
      childId: executions.id,
      executionId: waits.executionId,
      workspaceId: waits.workspaceId,
      stepKey: waits.stepKey,
      attempt: waits.attempt,
      status: executions.status,
      // Past drizzle's own decoder, which parses a stored text once more when it looks like JSON.
      output: sql<JsonValue>`${executions.outputData}`,
      error: executions.error,
    })
    .from(waits)
    .innerJoin(executions, eq(executions.id, waits.childExecutionId))
    .where(
      and(
        sql`${waits.childExecutionId} is not null`,
        isNull(waits.answeredAt),
        inArray(executions.status, [...finalExecutionStatuses]),
        child === undefined ? undefined : eq(waits.childExecutionId, child),
        parent === undefined ? undefined : eq(waits.executionId, parent),
      ),
    )
    .limit(batch);
}

/**
 * The step that started this one was cancelled, as an iteration of a container is when another step of it fails, or waits no longer.
 * Events that say so have rows of their own (`toLogRows`). Bodies are looked at as text, which begins with their type and step: taken
 * apart as JSON, one that somebody put a U+0000 into would be an error for all workspaces.
 */
const stepIsOver = sql`not exists (
    select from execution_waits as wait
    where wait.child_execution_id = ${executions.id} and wait.answered_at is null
  ) and exists (
    select from execution_events as event
    where event.execution_id = ${executions.parentExecutionId} and event.type in ('step_cancelled', 'step_resumed')
      and starts_with(event.body::text, '{"type":"' || event.type || '","stepKey":"' || ${executions.parentStepKey} || '"')
  )`;

/** Live executions that nobody waits for any more (their parent has ended or is gone, or their step was cancelled or would not wait longer) and nobody has told to end. */
export function findOrphans(tx: Tx): Promise<{ id: ExecutionId; workspaceId: WorkspaceId }[]> {
  const parent = alias(executions, "parent");
  return tx
    .select({ id: executions.id, workspaceId: executions.workspaceId })
    .from(executions)
    .leftJoin(parent, eq(parent.id, executions.parentExecutionId))
    .where(
      and(
        sql`${executions.parentExecutionId} is not null`,
        isLive,
        isNull(executions.cancelRequested),
        sql`(coalesce(${parent.status} >= 'succeeded', true) or (${stepIsOver}))`,
      ),
    )
    .limit(batch);
}

/** The live children of an execution. */
export async function liveChildren(tx: Tx, id: ExecutionId): Promise<ExecutionId[]> {
  const rows = await tx
    .select({ id: executions.id })
    .from(executions)
    .where(and(eq(executions.parentExecutionId, id), isLive));
  return rows.map((row) => row.id);
}

/** The executions that the steps of one have started, oldest first. */
export async function childrenOf(
  tx: Tx,
  { workspaceId, id }: { readonly workspaceId: WorkspaceId; readonly id: ExecutionId },
): Promise<ChildExecution[]> {
  const rows = await tx
    .select({
      executionId: executions.id,
      stepKey: executions.parentStepKey,
      workflowId: executions.workflowId,
      workflowName: workflows.name,
      status: executions.status,
    })
    .from(executions)
    .innerJoin(workflows, eq(workflows.id, executions.workflowId))
    .where(and(eq(executions.workspaceId, workspaceId), eq(executions.parentExecutionId, id)))
    .orderBy(executions.createdAt)
    .limit(1_000);
  return rows.map((row) => ({ ...row, stepKey: (row.stepKey ?? "") as StepKey }));
}

/** What an ended child tells its parent with. */
export const childPrincipal: Principal = { kind: "system", name: "Sub-workflow" };
