import { and, eq, max } from "drizzle-orm";
import type { ProfileId, VersionId, WorkflowId, WorkspaceId } from "#src/ids.ts";
import type { Graph } from "#src/schemas/graph.ts";
import type { Tx } from "../client.ts";
import { workflows, workflowVersions } from "../schema/workflows.ts";

export interface NewVersion {
  readonly id: VersionId;
  readonly workspaceId: WorkspaceId;
  readonly workflowId: WorkflowId;
  readonly graph: Graph;
  /** SHA-256, in hex, of the graph's canonical JSON. */
  readonly graphHash: string;
  readonly createdBy: ProfileId;
  readonly createdAt: Date;
}

/** The version with this graph: the one there is, or a new one with the next number. Errors: none for a known workflow. */
export async function findOrInsertVersion(tx: Tx, version: NewVersion): Promise<VersionId | null> {
  const same = and(
    eq(workflowVersions.workflowId, version.workflowId),
    eq(workflowVersions.graphHash, version.graphHash),
    eq(workflowVersions.workspaceId, version.workspaceId),
  );
  const find = () => tx.select({ id: workflowVersions.id }).from(workflowVersions).where(same);
  const [known] = await find();
  if (known !== undefined) return known.id;
  // Numbers are given out one at a time: the workflow's row is the lock.
  const [workflow] = await tx
    .select({ id: workflows.id })
    .from(workflows)
    .where(and(eq(workflows.id, version.workflowId), eq(workflows.workspaceId, version.workspaceId)))
    .for("update");
  if (workflow === undefined) return null;
  const [meanwhile] = await find();
  if (meanwhile !== undefined) return meanwhile.id;
  const [last] = await tx
    .select({ number: max(workflowVersions.number) })
    .from(workflowVersions)
    .where(eq(workflowVersions.workflowId, version.workflowId));
  await tx.insert(workflowVersions).values({ ...version, number: (last?.number ?? 0) + 1 });
  return version.id;
}
