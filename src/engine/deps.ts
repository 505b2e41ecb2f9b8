import type { AgentContext, Execute } from "../agents/agent.ts";
import type { Catalogue } from "../agents/catalogue.ts";
import type { WorkflowId, WorkspaceId } from "../ids.ts";
import type { WaitReason } from "../schemas/executionEvent.ts";
import type { ClaimedExecution, Clock, ExecutionStore, LiveFeed } from "./ports.ts";
import type { Signal } from "./signal.ts";
import type { ExecutionState } from "./state.ts";

/** The doors that agents may use in one execution (models and so on): everything of their context that is not the engine's. */
export type StepPorts = Pick<AgentContext, "models" | "codeAnalysis" | "workflows">;

/** What a workspace, and a workflow in it, may still use in a day, over all executions: one object for each that runs. */
export interface Spending {
  /**
   * Whose day is used up, so that no step may start; null when one may. `used` is what this execution has used so far. Cheap: it
   * is asked before every decision.
   */
  heldBy(used: ExecutionState["spent"]): Extract<WaitReason, "day_budget" | "workflow_day_budget"> | null;
  /** When it may again by itself, epoch milliseconds. */
  renewsAt(): number;
}

export interface Spender {
  readonly workspaceId: WorkspaceId;
  readonly workflowId: WorkflowId;
}

/** Gives a slot back. Once is enough, more is harmless. */
export type Release = () => void;

/** How many attempts of one kind of agent a workspace may make at once, and in a minute. */
export interface Slots {
  /**
   * Null: this kind has no limit. A promise: it has to wait, `onWait` was told why; it rejects with the reason of an aborted
   * signal, and then nothing has to be released.
   */
  take(
    of: { readonly workspaceId: WorkspaceId; readonly agent: string },
    waiting: { readonly signal: Signal; readonly onWait: (why: string) => void },
  ): Release | null | Promise<Release | null>;
}

export interface LoopDeps {
  readonly store: ExecutionStore;
  readonly feed: LiveFeed;
  readonly clock: Clock;
  readonly catalogue: Catalogue;
  readonly executors: Readonly<Record<string, Execute>>;
  readonly contextFor: (claimed: ClaimedExecution) => StepPorts;
  /** Absent, or null: nothing is held up. Asked once for each execution, when it begins or is taken over. */
  readonly spendingOf?: (of: Spender) => Spending | null | Promise<Spending | null>;
  /** Absent: every attempt begins at once. */
  readonly slots?: Slots;
}

/** How the holder of the lease steers a running loop. */
export interface ExecutionControl {
  /**
   * This worker must let go (shutdown, lease lost): running steps are aborted and nothing more is written;
   * the next claim goes on from the last committed event.
   */
  readonly stop: Signal;
  /** Somebody wants the execution cancelled; the abort reason is their Principal. */
  readonly cancel: Signal;
  /** Calls whoever listens when an answer may have been stored for this execution. */
  readonly nudges: Nudges;
}

export interface Nudges {
  /** Returns how to end it. */
  listen(listener: () => void): () => void;
}

/** Where nobody answers. */
export const noNudges: Nudges = { listen: () => () => {} };
