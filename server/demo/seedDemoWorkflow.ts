import type { Tx } from "#db/client.ts";
import { insertWorkflow } from "#db/queries/workflows.ts";
import type { Membership } from "#server/services/authDeps.ts";
import type { GraphDocuments } from "#server/services/ports.ts";
import type { NewId, WorkflowId } from "#src/ids.ts";
import { demoWorkflow } from "./demoWorkflow.ts";

interface SeedDeps {
  readonly documents: Pick<GraphDocuments, "create">;
  readonly newId: NewId;
  readonly now: () => number;
}

/** The workflow that a new workspace begins with. */
export function seedDemoWorkflow({ documents, newId, now }: SeedDeps) {
  return async (tx: Tx, { workspaceId, profileId }: Membership): Promise<WorkflowId> => {
    const id = newId("workflow");
    const { name, description, graph } = demoWorkflow;
    await insertWorkflow(tx, {
      workspaceId,
      id,
      name,
      description,
      graph,
      createdBy: profileId,
      createdAt: new Date(now()),
    });
    await documents.create(tx, { workspaceId, id }, graph);
    return id;
  };
}
