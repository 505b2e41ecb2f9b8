import type { LiveMessage } from "#src/engine/ports.ts";
import type { ExecutionId, WorkflowId } from "#src/ids.ts";
import type { ExecutionDetail, ExecutionStatus, ExecutionSummary } from "#src/schemas/execution.ts";
import type { ExecutionEvent } from "#src/schemas/executionEvent.ts";
import type { Page } from "#src/schemas/page.ts";
import type { Actor } from "./actor.ts";

export interface ExecutionListRequest {
  readonly cursor?: string | undefined;
  readonly limit: number;
  readonly workflowId?: WorkflowId | undefined;
  readonly status?: readonly ExecutionStatus[] | undefined;
  readonly search?: string | undefined;
}

/** A live message and the sequence number of the last event it follows: what a client hands back to go on. */
export interface Watched {
  readonly lastSeq: number;
  readonly message: LiveMessage;
}

/** Every method answers not_found for an execution of another workspace, as for one that never was. */
export interface ExecutionsService {
  list(actor: Actor, request: ExecutionListRequest): Promise<Page<ExecutionSummary>>;
  get(actor: Actor, id: ExecutionId): Promise<ExecutionDetail>;
  /** Acknowledges the wish; the execution is final within 10 s. Errors: conflict when it is final already. */
  cancel(actor: Actor, id: ExecutionId): Promise<void>;
  events(actor: Actor, request: { id: ExecutionId; afterSeq: number; limit: number }): Promise<ExecutionEvent[]>;
  /** History after `afterSeq`, then what happens, without gap or repeat; ends after the final event. */
  watch(actor: Actor, request: { id: ExecutionId; afterSeq: number }, signal: AbortSignal): AsyncGenerator<Watched>;
  /** The workflow's executions as they start and change status. */
  watchWorkflow(actor: Actor, workflowId: WorkflowId, signal: AbortSignal): AsyncGenerator<ExecutionSummary>;
}
