import { and, desc, eq } from "drizzle-orm";
import type { RecordedExecution } from "#src/engine/fork.ts";
import { readWhole } from "#src/engine/upcast.ts";
import type { ExecutionId, VersionId, WorkflowId, WorkspaceId } from "#src/ids.ts";
import type { Graph } from "#src/schemas/graph.ts";
import type { Trigger } from "#src/schemas/principal.ts";
import type { Tx } from "../client.ts";
import { workflowExecutions as executions } from "../schema/executions.ts";
import { workflowVersions } from "../schema/workflows.ts";
import { logWithoutText } from "./log.ts";
import { wholeBodies } from "./payloads.ts";

interface Key {
  readonly workspaceId: WorkspaceId;
  readonly id: ExecutionId;
}

/** An execution with its whole log, large values in it, text that was streamed on the way left out, and so numbered anew. */
export interface StoredRecording extends RecordedExecution {
  readonly workflowId: WorkflowId;
  readonly versionId: VersionId;
}

/** What made an execution, and the graph that it runs; null when there is no such execution in the workspace. */
export async function findOrigin(tx: Tx, { workspaceId, id }: Key): Promise<{ trigger: Trigger; graph: Graph } | null> {
  const [row] = await tx
    .select({ trigger: executions.trigger, graph: workflowVersions.graph })
    .from(executions)
    .innerJoin(workflowVersions, eq(workflowVersions.id, executions.versionId))
    .where(and(eq(executions.workspaceId, workspaceId), eq(executions.id, id)));
  return row ?? null;
}

/** Null when there is no such execution in the workspace. Errors: history_unreadable. */
export async function findRecording(tx: Tx, { workspaceId, id }: Key): Promise<StoredRecording | null> {
  const [row] = await tx
    .select({ workflowId: executions.workflowId, versionId: executions.versionId, graph: workflowVersions.graph })
    .from(executions)
    .innerJoin(workflowVersions, eq(workflowVersions.id, executions.versionId))
    .where(and(eq(executions.workspaceId, workspaceId), eq(executions.id, id)));
  if (row === undefined) return null;
  const events = await logWithoutText(tx, { workspaceId, id });
  const bodies = await wholeBodies(
    tx,
    id,
    events.map(({ body }) => body),
  );
  const stored = events.map((event, index) => ({ ...event, body: bodies[index] ?? event.body }));
  return { id, ...row, events: readWhole(stored) };
}

/** Executions that were made from this one, the newest first. */
export async function executionsMadeFrom(tx: Tx, { workspaceId, id }: Key, limit: number): Promise<ExecutionId[]> {
  const rows = await tx
    .select({ id: executions.id })
    .from(executions)
    .where(and(eq(executions.workspaceId, workspaceId), eq(executions.sourceExecutionId, id)))
    .orderBy(desc(executions.createdAt), desc(executions.id))
    .limit(limit);
  return rows.map((row) => row.id);
}
