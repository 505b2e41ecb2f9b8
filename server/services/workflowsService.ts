import type { z } from "zod";
import type { ExecutionId, WorkflowId } from "#src/ids.ts";
import type { JsonValue } from "#src/json.ts";
import type { ExecutionStatus } from "#src/schemas/execution.ts";
import type { Page } from "#src/schemas/page.ts";
import type { Trigger } from "#src/schemas/principal.ts";
import type {
  WorkflowDetail,
  WorkflowSummary,
  workflowCreate,
  workflowListRequest,
  workflowUpdate,
} from "#src/schemas/workflow.ts";
import type { Actor } from "./actor.ts";

export interface ExecuteRequest {
  readonly id: WorkflowId;
  readonly input?: JsonValue | undefined;
  readonly trigger: Trigger["kind"];
}
export interface Accepted {
  readonly executionId: ExecutionId;
  readonly status: ExecutionStatus;
}

/** Every method answers not_found for a workflow of another workspace, as for one that never was. */
export interface WorkflowsService {
  list(actor: Actor, request: z.output<typeof workflowListRequest>): Promise<Page<WorkflowSummary>>;
  get(actor: Actor, id: WorkflowId): Promise<WorkflowDetail>;
  create(actor: Actor, request: z.output<typeof workflowCreate>): Promise<WorkflowDetail>;
  update(actor: Actor, request: z.output<typeof workflowUpdate>): Promise<WorkflowDetail>;
  /** Soft: `restore` undoes it. */
  delete(actor: Actor, id: WorkflowId): Promise<void>;
  restore(actor: Actor, id: WorkflowId): Promise<WorkflowSummary>;
  duplicate(actor: Actor, id: WorkflowId): Promise<WorkflowDetail>;
  /** Durable when it resolves. Errors: invalid_graph with `detail.diagnostics`, input_invalid, unavailable. */
  execute(actor: Actor, request: ExecuteRequest): Promise<Accepted>;
}
