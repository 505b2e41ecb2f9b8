import type { JsonObject, JsonValue } from "../json.ts";
import { type ExecutionStatus, isFinalExecution, type StepStatus } from "../schemas/execution.ts";
import type { Iteration, SkipReason, StepOutputs, Usage, WaitReason } from "../schemas/executionEvent.ts";
import type { Budget, StepBudget } from "../schemas/graph.ts";
import type { Interrupt } from "../schemas/interrupt.ts";
import type { Principal, Trigger } from "../schemas/principal.ts";
import type { StepError } from "../schemas/stepError.ts";

/** One step, as its events reduce. Times are epoch milliseconds. */
export interface StepState {
  readonly status: StepStatus;
  /** Number of the latest attempt; 0 before the first. */
  readonly attempt: number;
  /** Attempts that ended with an error. A recovery voids an attempt without counting as one. */
  readonly failures: number;
  /** When no attempt is open but another is to follow: the earliest moment for it. */
  readonly retryAt: number | null;
  readonly inputs: StepOutputs | null;
  readonly outputs: StepOutputs | null;
  /** Why the latest attempt failed; of a step that then succeeded, null. */
  readonly error: StepError | null;
  readonly startedAt: number | null;
  readonly endedAt: number | null;
  /** What the latest attempt streamed. */
  readonly text: string;
  readonly log: string;
  /** Of all attempts together. */
  readonly usage: Usage | null;
  /** When the latest attempt was started, and how long those before it took that failed. */
  readonly attemptAt: number | null;
  readonly spentMs: number;
  /** Limits of this step alone; null while its node's hold. */
  readonly budget: StepBudget | null;
  readonly metadata: JsonObject | null;
  readonly skipReason: SkipReason | null;
  /** What it waits for; null while it does not. */
  readonly interrupt: Interrupt | null;
  /** Of a container that has begun with its iterations. */
  readonly iteration: Iteration | null;
  /** It failed or was cancelled, and a container around it takes that. */
  readonly contained: boolean;
}

/** What the events of one execution reduce to. A step without an event yet is absent: `stepOf` gives it as pending. */
export interface ExecutionState {
  readonly status: ExecutionStatus;
  /** Sequence number of the last event in it; 0 before the first. */
  readonly lastSeq: number;
  readonly input: JsonValue;
  readonly trigger: Trigger | null;
  readonly output: JsonValue | null;
  readonly error: StepError | null;
  readonly createdAt: number | null;
  readonly startedAt: number | null;
  readonly endedAt: number | null;
  readonly cancelRequestedBy: Principal | null;
  readonly recoveries: number;
  /** Those since a step last ended: a worker that gets something done is not the execution's victim. */
  readonly fruitlessRecoveries: number;
  /** Since when it waits, what for, and when it goes on by itself; null while it does not wait. */
  readonly waiting: {
    readonly since: number;
    readonly reason: WaitReason;
    readonly wakeAt: number | null;
  } | null;
  /** How long it has waited, without the present wait, in milliseconds. */
  readonly waitedMs: number;
  /** Limits of this execution alone; null while the workflow's hold. */
  readonly budget: Budget | null;
  /** What has been used so far: attempts that were started, tokens in and out, US dollars. */
  readonly spent: { readonly steps: number; readonly tokens: number; readonly dollars: number };
  /** The step whose final failure fails the execution. */
  readonly failedStep: string | null;
  readonly steps: Readonly<Record<string, StepState>>;
}

export const initialState: ExecutionState = Object.freeze({
  status: "queued",
  lastSeq: 0,
  input: null,
  trigger: null,
  output: null,
  error: null,
  createdAt: null,
  startedAt: null,
  endedAt: null,
  cancelRequestedBy: null,
  recoveries: 0,
  fruitlessRecoveries: 0,
  waiting: null,
  waitedMs: 0,
  budget: null,
  spent: Object.freeze({ steps: 0, tokens: 0, dollars: 0 }),
  failedStep: null,
  steps: Object.freeze({}),
});

export const pendingStep: StepState = Object.freeze({
  status: "pending",
  attempt: 0,
  failures: 0,
  retryAt: null,
  inputs: null,
  outputs: null,
  error: null,
  startedAt: null,
  endedAt: null,
  text: "",
  log: "",
  usage: null,
  attemptAt: null,
  spentMs: 0,
  budget: null,
  metadata: null,
  skipReason: null,
  interrupt: null,
  iteration: null,
  contained: false,
});

export function stepOf(state: ExecutionState, stepKey: string): StepState {
  return Object.hasOwn(state.steps, stepKey) ? (state.steps[stepKey] ?? pendingStep) : pendingStep;
}

/** An attempt is being made now (or its worker died while it was). Of a container that goes through its iterations none is. */
export const isAttemptOpen = (step: StepState): boolean =>
  step.status === "running" && step.retryAt === null && step.iteration === null;

export const isEnded = (state: ExecutionState): boolean => isFinalExecution(state.status);
