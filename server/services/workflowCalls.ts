import type { Database } from "#db/client.ts";
import { executionStatusOf } from "#db/queries/executions.ts";
import { authorOf } from "#db/queries/workflows.ts";
import { withTenant } from "#db/tenant.ts";
import type { WorkflowCalls } from "#src/agents/workflowCalls.ts";
import type { ClaimedExecution } from "#src/engine/ports.ts";
import { AppError, toAppError } from "#src/errors.ts";
import { type ExecutionId, type ProfileId, workflowId as workflowIdSchema } from "#src/ids.ts";
import type { Trigger } from "#src/schemas/principal.ts";
import type { Activity } from "./activity.ts";
import type { Executions, GraphDocuments } from "./ports.ts";
import type { Prepare } from "./prepare.ts";
import { executionIdOf } from "./travel/requestIds.ts";

export interface WorkflowCallsDeps {
  readonly db: Database;
  readonly documents: Pick<GraphDocuments, "readGraph">;
  readonly executions: Pick<Executions, "start">;
  readonly prepare: Prepare;
  readonly activity: Activity;
}

/** How many workflows may stand above one another. */
const deepest = 10;

/** The other workflows, as the steps of one execution see them. */
export function createWorkflowCalls(deps: WorkflowCallsDeps): (claimed: ClaimedExecution) => WorkflowCalls {
  const { db, documents, executions, prepare, activity } = deps;
  return (claimed) => ({
    async start({ workflowId, input, stepKey }) {
      const { workspaceId, executionId } = claimed.lease;
      // Of the step, not of the attempt: an attempt whose worker died after this finds its child again.
      const id = executionIdOf(workspaceId, { kind: "child", parent: executionId, stepKey });
      const exists = () => withTenant(db, { workspaceId }, (tx) => executionStatusOf(tx, { workspaceId, id }));
      if ((await exists()) !== null) return id;
      const parent = triggerOf(claimed);
      const called = workflowIdSchema.safeParse(workflowId).data;
      if (called === undefined) throw new AppError("not_found", "The workflow to run was not found.");
      const path = [...(parent.parent?.path ?? []), claimed.workflowId];
      checkPath(path, called);
      const author = await withTenant(db, { workspaceId }, (tx) => authorOf(tx, { workspaceId, id: called }));
      if (author === null) throw new AppError("not_found", "The workflow to run was deleted, or never was.");
      const profileId = parent.by.kind === "member" ? (parent.by.profileId as ProfileId) : author;
      const scope = { workspaceId, profileId };
      const prepared = await prepare(scope, { id: called, ...(await documents.readGraph(scope, called)) });
      const request = {
        execution: { id, workspaceId, workflowId: called, versionId: prepared.versionId },
        graph: prepared.graph,
        input: prepared.readInput(input),
        trigger: { kind: "workflow", by: parent.by, parent: { executionId, stepKey, path } } satisfies Trigger,
      };
      await once(id, () => executions.start(request));
      activity.touch(called);
      return id;
    },
  });
}

/** An attempt before this one may have started it in the same moment. */
async function once(id: ExecutionId, start: () => Promise<unknown>): Promise<ExecutionId> {
  await start().catch((error: unknown) => {
    if (toAppError(error).code !== "conflict") throw error;
  });
  return id;
}

function triggerOf({ events }: ClaimedExecution): Trigger {
  const [first] = events;
  if (first?.body.type === "execution_created") return first.body.trigger;
  throw new AppError("internal", "An execution begins with its creation.");
}

function checkPath(path: readonly string[], called: string): void {
  if (path.at(-1) === called) throw new AppError("config_invalid", "A workflow cannot run itself.");
  if (path.includes(called))
    throw new AppError("config_invalid", "A workflow cannot run itself, not even through others.");
  if (path.length >= deepest)
    throw new AppError("config_invalid", `Workflows can run each other ${deepest} deep, and this would be deeper.`);
}
