import { and, eq, sql } from "drizzle-orm";
import type { AnswerOutcome, GivenAnswer, RaisedBudget } from "#src/engine/ports.ts";
import type { ExecutionId, WorkspaceId } from "#src/ids.ts";
import type { JsonObject } from "#src/json.ts";
import { isFinalExecution } from "#src/schemas/execution.ts";
import type { StepKey } from "#src/schemas/executionEvent.ts";
import type { Tx } from "../client.ts";
import { executionAnswers, workflowExecutions as executions, executionWaits as waits } from "../schema/index.ts";

export interface ExecutionKey {
  readonly workspaceId: WorkspaceId;
  readonly executionId: ExecutionId;
}

/**
 * Takes an answer once, in time by the database's clock, for a step that waits now, and wakes its execution. The row of the
 * execution is locked first: what its worker writes and what others answer comes before or after, never in between.
 */
export async function giveAnswer(tx: Tx, key: ExecutionKey, answer: GivenAnswer): Promise<AnswerOutcome> {
  const status = await lockExecution(tx, key);
  if (status === null) return "not_waiting";
  const isOfStep = and(eq(waits.executionId, key.executionId), eq(waits.stepKey, answer.stepKey as StepKey));
  const [wait] = await tx
    .select({
      attempt: waits.attempt,
      answeredAt: waits.answeredAt,
      isLate: sql<boolean>`coalesce(${waits.dueAt} <= clock_timestamp(), false)`,
    })
    .from(waits)
    .where(isOfStep);
  if (wait === undefined || wait.attempt !== answer.attempt)
    return (await isAnswered(tx, key, answer)) ? "answered" : "not_waiting";
  if (wait.answeredAt !== null) return "answered";
  if (wait.isLate) return "late";
  if (status !== "running" && status !== "waiting") return "not_waiting";
  await tx.update(waits).set({ answeredAt: sql`clock_timestamp()` }).where(isOfStep);
  await insertAnswer(tx, key, answer);
  return "accepted";
}

/** Records new limits, of the execution or of a step, as an answer to the execution itself. False when it is unknown or has ended. */
export async function giveBudget(tx: Tx, key: ExecutionKey, { budget, by }: RaisedBudget) {
  const status = await lockExecution(tx, key);
  if (status === null || isFinalExecution(status)) return false;
  await insertAnswer(tx, key, { stepKey: "", attempt: null, value: { ...budget } as JsonObject, by });
  return true;
}

/** Its status, which nobody changes before this transaction ends; null for none in this workspace. */
export async function lockExecution(tx: Tx, { workspaceId, executionId }: ExecutionKey) {
  const [row] = await tx
    .select({ status: executions.status })
    .from(executions)
    .where(and(eq(executions.workspaceId, workspaceId), eq(executions.id, executionId)))
    .for("update");
  return row?.status ?? null;
}

async function isAnswered(tx: Tx, { executionId }: ExecutionKey, { stepKey, attempt }: GivenAnswer): Promise<boolean> {
  const [row] = await tx
    .select({ place: executionAnswers.place })
    .from(executionAnswers)
    .where(
      and(
        eq(executionAnswers.executionId, executionId),
        eq(executionAnswers.stepKey, stepKey),
        eq(executionAnswers.attempt, attempt),
      ),
    );
  return row !== undefined;
}

/** Its place is also its attempt when it has none: budgets may be raised any number of times. */
async function insertAnswer(
  tx: Tx,
  { executionId, workspaceId }: ExecutionKey,
  answer: Omit<GivenAnswer, "attempt"> & { readonly attempt: number | null },
): Promise<void> {
  const { stepKey, attempt, value, by } = answer;
  await tx.execute(sql`
    with told as (
      update workflow_executions set answers = answers + 1,
        wake_at = case when status = 'waiting' then date_trunc('milliseconds', clock_timestamp()) else wake_at end
      where id = ${executionId} returning answers
    )
    insert into execution_answers (execution_id, step_key, attempt, workspace_id, place, value, by, at)
    select ${executionId}, ${stepKey}, coalesce(${attempt}::int, answers), ${workspaceId}, answers,
      ${JSON.stringify(value)}::json, ${JSON.stringify(by)}::jsonb, clock_timestamp() from told`);
}
