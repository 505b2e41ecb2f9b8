import type { AgentContext, Execute } from "../agents/agent.ts";
import type { Catalogue } from "../agents/catalogue.ts";
import type { ClaimedExecution, Clock, ExecutionStore, LiveFeed } from "./ports.ts";
import type { Signal } from "./signal.ts";

/** The doors that agents may use in one execution (models and so on): everything of their context that is not the engine's. */
export type StepPorts = Pick<AgentContext, "models" | "codeAnalysis">;

export interface LoopDeps {
  readonly store: ExecutionStore;
  readonly feed: LiveFeed;
  readonly clock: Clock;
  readonly catalogue: Catalogue;
  readonly executors: Readonly<Record<string, Execute>>;
  readonly contextFor: (claimed: ClaimedExecution) => StepPorts;
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
