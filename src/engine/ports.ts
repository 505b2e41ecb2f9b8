import type { ExecutionId, VersionId, WorkflowId, WorkspaceId } from "../ids.ts";
import type { JsonValue } from "../json.ts";
import type { ExecutionEvent, StepKey } from "../schemas/executionEvent.ts";
import type { Budget, Graph, StepBudget } from "../schemas/graph.ts";
import type { Principal } from "../schemas/principal.ts";
import type { AbortSource, Signal } from "./signal.ts";
import type { ExecutionState } from "./state.ts";

/** A worker's claim on one execution. `epoch` is the fencing number: it grows with each claim and is checked in every write. */
export interface Lease {
  readonly executionId: ExecutionId;
  readonly workspaceId: WorkspaceId;
  readonly worker: string;
  readonly epoch: number;
}

export interface NewExecution {
  readonly id: ExecutionId;
  readonly workspaceId: WorkspaceId;
  readonly workflowId: WorkflowId;
  readonly versionId: VersionId;
}

export interface ClaimedExecution {
  readonly lease: Lease;
  readonly workflowId: WorkflowId;
  readonly graph: Graph;
  /** Whole history, in order, at least `execution_created`. */
  readonly events: readonly ExecutionEvent[];
  /** Who asked for a cancel that nobody has carried out yet. */
  readonly cancelRequestedBy: Principal | null;
  /**
   * Of one that is not stored yet, `events` included: its first commit is this, with all that has happened by then. Throws as
   * `ExecutionStore.create`.
   */
  readonly create?: (events: readonly ExecutionEvent[]) => Promise<unknown>;
}

/** An answer to a step that waited, as it was accepted. With an empty `stepKey` it is a new budget, of the execution or of a step. */
export interface GivenAnswer {
  readonly stepKey: string;
  readonly attempt: number;
  readonly value: JsonValue;
  readonly by: Principal;
}

export interface RaisedBudget {
  /** The execution's own, or that of one of its steps. */
  readonly budget: Budget | RaisedStepBudget;
  readonly by: Principal;
}

export interface RaisedStepBudget {
  readonly stepKey: StepKey;
  readonly budget: StepBudget;
}

/**
 * What came of an answer: `answered` when this wait had one before, `late` at or after its `dueAt` on the store's clock,
 * `not_waiting` when no such step waits (any more).
 */
export type AnswerOutcome = "accepted" | "answered" | "late" | "not_waiting";

/**
 * Persistence of executions, the only one the loop knows. Implementations: `memoryStore.ts` and the Postgres store;
 * `tests/contract/executionStore.ts` is the one suite for both.
 */
export interface ExecutionStore {
  /** Inserts the row and its first events in one commit. With `worker`, the row is born under that worker's lease (epoch 1). */
  create(execution: NewExecution, events: readonly ExecutionEvent[], worker: string | null): Promise<Lease | null>;
  /**
   * Appends in one commit with the projections; durable when it resolves. Throws `lease_lost` (0 rows changed) when the lease is
   * not current or the execution has ended, `conflict` on a gap or repeat in `seq`, `unavailable` when the caller may try again.
   * `state` is what the whole history comes to with these events. When it is final the lease is given up; when it waits, too, and
   * the execution may be claimed again at `wakeAt`, or at once when more answers are stored than the `answersSeen` that the caller
   * knows of: none that came in between is slept through.
   */
  append(lease: Lease, events: readonly ExecutionEvent[], state: ExecutionState, answersSeen?: number): Promise<void>;
  /** Every answer that was ever given to this execution, in order. */
  answers(lease: Lease): Promise<readonly GivenAnswer[]>;
  /** Takes an answer to a step that waits; durable when it resolves. An execution that waits may be claimed from then on. */
  giveAnswer(workspaceId: WorkspaceId, executionId: ExecutionId, answer: GivenAnswer): Promise<AnswerOutcome>;
  /** Takes new limits for this execution, in the same way. False when it is unknown or has ended. */
  giveBudget(workspaceId: WorkspaceId, executionId: ExecutionId, raised: RaisedBudget): Promise<boolean>;
  /** Takes up to `limit` executions that are queued without a lease, whose lease has expired, or that waited long enough. */
  claim(worker: string, limit: number): Promise<ClaimedExecution[]>;
  /** Extends all leases of the worker. Tells which of its executions somebody wants cancelled, and which have how many answers. */
  renew(worker: string): Promise<{
    readonly held: readonly ExecutionId[];
    readonly answered: readonly { id: ExecutionId; answers: number }[];
    readonly cancelRequested: readonly { id: ExecutionId; by: Principal }[];
  }>;
  /** Gives leases up, so that another worker may claim at once. */
  release(worker: string): Promise<void>;
  /** Records the wish; whoever holds or next claims the lease carries it out. False when the execution is unknown or final. */
  requestCancel(workspaceId: WorkspaceId, executionId: ExecutionId, by: Principal): Promise<boolean>;
  /** Events after `afterSeq`, in order, at most `limit`. */
  readEvents(
    workspaceId: WorkspaceId,
    executionId: ExecutionId,
    page: { readonly afterSeq: number; readonly limit: number },
  ): Promise<ExecutionEvent[]>;
}

/** Text that is on its way and not stored yet. A client puts it at `offset`; what it already has, it skips. */
export interface LiveText {
  readonly stepKey: string;
  readonly attempt: number;
  readonly channel: "text" | "log";
  readonly offset: number;
  readonly text: string;
}
export type LiveMessage =
  | { readonly kind: "event"; readonly event: ExecutionEvent }
  | { readonly kind: "text"; readonly text: LiveText };

/** Live fan-out. Best effort and unordered across processes: history is the truth. */
export interface LiveFeed {
  publish(executionId: ExecutionId, message: LiveMessage): void;
}

/** Time and randomness of the engine. */
export interface Clock {
  /** Epoch milliseconds. */
  now(): number;
  /** Resolves after `ms`, or at once when the signal aborts. Never rejects. */
  sleep(ms: number, signal: Signal): Promise<void>;
  /** Uniform in [0, 1). */
  random(): number;
  newAbort(): AbortSource;
}

export interface StartRequest {
  readonly execution: NewExecution;
  readonly graph: Graph;
  readonly input: JsonValue;
}
