import { and, asc, eq, inArray } from "drizzle-orm";
import type { ExecutionId, ProfileId, WorkflowId, WorkspaceId } from "#src/ids.ts";
import { finalExecutionStatuses } from "#src/schemas/execution.ts";
import type { StepOutputs } from "#src/schemas/executionEvent.ts";
import type { NodeId } from "#src/schemas/graph.ts";
import type { Pin } from "#src/schemas/pin.ts";
import type { Tx } from "../client.ts";
import { workflowExecutions as executions } from "../schema/executions.ts";
import { pinnedOutputs } from "../schema/testCases.ts";
import { descending } from "./cursor.ts";

interface Of {
  readonly workspaceId: WorkspaceId;
  readonly workflowId: WorkflowId;
}
const isOf = ({ workspaceId, workflowId }: Of) =>
  and(eq(pinnedOutputs.workspaceId, workspaceId), eq(pinnedOutputs.workflowId, workflowId));

export async function findPins(tx: Tx, of: Of): Promise<Pin[]> {
  const rows = await tx
    .select({ nodeId: pinnedOutputs.nodeId, outputs: pinnedOutputs.outputs, pinnedAt: pinnedOutputs.pinnedAt })
    .from(pinnedOutputs)
    .where(isOf(of))
    .orderBy(asc(pinnedOutputs.pinnedAt), asc(pinnedOutputs.nodeId));
  return rows.map((row) => ({ ...row, pinnedAt: row.pinnedAt.toISOString() }));
}

export interface NewPin extends Of {
  readonly nodeId: NodeId;
  readonly outputs: StepOutputs;
  readonly pinnedBy: ProfileId;
  readonly pinnedAt: Date;
}

/** In place of what was pinned there before. */
export async function setPin(tx: Tx, pin: NewPin): Promise<void> {
  const { outputs, pinnedBy, pinnedAt } = pin;
  await tx
    .insert(pinnedOutputs)
    .values(pin)
    .onConflictDoUpdate({
      target: [pinnedOutputs.workflowId, pinnedOutputs.nodeId],
      set: { outputs, pinnedBy, pinnedAt },
    });
}

export async function deletePin(tx: Tx, { nodeId, ...of }: Of & { readonly nodeId: NodeId }): Promise<void> {
  await tx.delete(pinnedOutputs).where(and(isOf(of), eq(pinnedOutputs.nodeId, nodeId)));
}

/** The newest execution of the workflow that is over; null when there is none. */
export async function latestEndedExecution(tx: Tx, { workspaceId, workflowId }: Of): Promise<ExecutionId | null> {
  const [row] = await tx
    .select({ id: executions.id })
    .from(executions)
    .where(
      and(
        eq(executions.workspaceId, workspaceId),
        eq(executions.workflowId, workflowId),
        inArray(executions.status, [...finalExecutionStatuses]),
      ),
    )
    .orderBy(descending(executions.createdAt), descending(executions.id))
    .limit(1);
  return row?.id ?? null;
}
