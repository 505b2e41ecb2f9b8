import { AppError, toAppError } from "../errors.ts";
import { fromContainer, type Plan, type PlannedEdge, type PlannedNode } from "../graph/plan.ts";
import { isFinalStep } from "../schemas/execution.ts";
import type { ExecutionEventBody, StepKey, StepOutputs } from "../schemas/executionEvent.ts";
import type { Answer } from "../schemas/interrupt.ts";
import { type StepError, toStepError } from "../schemas/stepError.ts";
import { isOverBudget, isStepOverBudget } from "./budgets.ts";
import { endOf, failureOf, failWith, firstFailure, type Iterating } from "./containers.ts";
import { planOutput } from "./output.ts";
import {
  bodyOf,
  bodyScope,
  containerOf,
  failureIn,
  hasBegun,
  inputsOf,
  isComplete,
  keyIn,
  type Place,
  resultOf,
  rootScope,
  type Scope,
  sourceOf,
  stepIn,
  valueOn,
} from "./scope.ts";
import { type ExecutionState, isAttemptOpen, isEnded, type StepState, stepOf } from "./state.ts";

/** What follows from a state: an event that is to be committed. `step_started` asks for an effect after its commit. */
export type Decision = Extract<
  ExecutionEventBody,
  {
    type:
      | "execution_started"
      | "step_started"
      | "step_resumed"
      | "step_succeeded"
      | "step_failed"
      | "step_skipped"
      | "step_cancelled"
      | "execution_succeeded"
      | "execution_failed"
      | "execution_cancelled";
  }
>;

/**
 * A worker that dies with the same execution again and again is its victim: then the execution is given up. Counted in a row,
 * without a step that ended in between, so that a long execution outlives any number of deploys.
 */
export const maxRecoveries = 20;

/**
 * What follows from a state at a moment, the end last. Pure. To be taken all together and asked again, until nothing more follows:
 * the end of an iteration is decided before what comes of it. Skips that follow from skips are in the same answer. The
 * specification of the engine: `frontier.ts` comes to the same, step by step.
 */
export function decide(plan: Plan, state: ExecutionState, now: number): Decision[] {
  if (isEnded(state) || state.status === "waiting") return [];
  if (state.status === "queued") {
    return [{ type: "execution_started" }, ...goOn(plan, { ...state, status: "running", startedAt: now }, now)];
  }
  const ending = endingOf(plan, state, now);
  return ending === null ? goOn(plan, state, now) : endWith(plan, state, ending);
}

type Ending = { readonly type: "cancelled" } | { readonly type: "failed"; readonly error: StepError };

/** Why an execution is given up that its workers did not survive; null while they may try. */
export function hopelessness({ fruitlessRecoveries }: ExecutionState): StepError | null {
  if (fruitlessRecoveries <= maxRecoveries) return null;
  const message = `The worker stopped ${fruitlessRecoveries} times in a row while the same steps ran, so it was given up.`;
  return { code: "too_many_recoveries", message, retryable: false };
}

/** Why no further step may start; null while the execution goes on. */
function endingOf(plan: Plan, state: ExecutionState, now: number): Ending | null {
  if (state.status === "cancelling") return { type: "cancelled" };
  if (state.failedStep !== null) return { type: "failed", error: fatalErrorOf(state, state.failedStep) };
  const hopeless = hopelessness(state);
  if (hopeless !== null) return { type: "failed", error: hopeless };
  const deadline = deadlineOf(plan, state);
  // Steps that were cancelled although nobody asked for it, and none failed: the deadline did, however late it is now.
  const overdue = deadline !== null && now >= deadline && !isComplete(rootScope(plan), state);
  if (overdue || Object.values(state.steps).some((step) => step.status === "cancelled" && !step.contained)) {
    const message = `The execution took longer than its limit of ${plan.timeoutMs} ms.`;
    return { type: "failed", error: { code: "execution_timeout", message, retryable: false } };
  }
  return null;
}

/** No step may start any more, and those that run are to be aborted. */
export const isEnding = (plan: Plan, state: ExecutionState, now: number): boolean =>
  endingOf(plan, state, now) !== null;

/** When the execution's time is up, what it waited added; null before it has started. */
export function deadlineOf(plan: Plan, state: ExecutionState): number | null {
  return state.startedAt === null ? null : state.startedAt + plan.timeoutMs + state.waitedMs;
}

function fatalErrorOf(state: ExecutionState, stepKey: string): StepError {
  const error = stepOf(state, stepKey).error;
  return error === null
    ? { code: "internal", message: "A step failed without a reason.", retryable: false, stepKey }
    : { ...error, stepKey };
}

/** Cancels what does not run; ends when nothing does. */
function endWith(plan: Plan, state: ExecutionState, ending: Ending): Decision[] {
  const decisions: Decision[] = [];
  let open = false;
  endScope(rootScope(plan), state, {
    cancel: (stepKey) => decisions.push({ type: "step_cancelled", stepKey }),
    open: () => {
      open = true;
    },
  });
  if (open) return decisions;
  if (ending.type === "cancelled") return [...decisions, { type: "execution_cancelled" }];
  return [...decisions, { type: "execution_failed", error: ending.error }];
}

interface Ender {
  /** A step that is not final and does not run. */
  readonly cancel: (stepKey: StepKey) => void;
  /** One that runs. */
  readonly open: (stepKey: StepKey) => void;
}

/** Every step of a scope, and of those in it, that is not final; a container comes after what runs in it. True while some run. */
export function endScope(scope: Scope, state: ExecutionState, ender: Ender): boolean {
  let open = false;
  const end = (node: PlannedNode) => {
    const step = stepIn(scope, node, state);
    if (isAttemptOpen(step)) {
      open = true;
      ender.open(keyIn(scope, node));
    } else if (!isFinalStep(step.status)) ender.cancel(keyIn(scope, node));
  };
  for (const node of scope.plan.nodes) {
    const { iteration, status } = stepIn(scope, node, state);
    let openInside = false;
    if (iteration !== null && !isFinalStep(status)) {
      for (let index = 0; index < iteration.limit; index += 1) {
        const inner = bodyScope(scope, node, index);
        if (!hasBegun(inner, state)) break;
        if (endScope(inner, state, ender)) openInside = true;
      }
    }
    if (openInside) open = true;
    else end(node);
  }
  const check = scope.frame?.container.body?.check ?? null;
  if (check !== null && stepIn(scope, check, state).status !== "pending") end(check);
  return open;
}

function goOn(plan: Plan, state: ExecutionState, now: number): Decision[] {
  const decisions: Decision[] = [];
  const root = rootScope(plan);
  if (isOverBudget(plan, state, now) && !isComplete(root, state)) return [];
  const settled = advance(root, { state, now, put: (decision) => decisions.push(decision) });
  if (settled) decisions.push({ type: "execution_succeeded", output: planOutput(root, state) });
  return decisions;
}

interface Turn {
  readonly state: ExecutionState;
  readonly now: number;
  readonly put: (decision: Decision) => void;
}

/** One scope, and those in it. True when all its steps are settled, with those that are skipped now. */
function advance(scope: Scope, turn: Turn): boolean {
  const { state, now, put } = turn;
  const skipped = new Set<number>();
  let settled = 0;
  for (const node of scope.plan.nodes) {
    const step = stepIn(scope, node, state);
    if (isFinalStep(step.status)) settled += 1;
    else if (step.status === "waiting") {
      if (isDue(step, now)) for (const decision of resumed({ scope, node }, step)) put(decision);
    } else if (step.status === "running") {
      if (step.iteration !== null) iterate({ scope, node, iteration: step.iteration }, turn);
      else if (mayTryAgain(node, step, now)) put(startOf({ scope, node }, step, step.inputs ?? {}));
    } else if (mayStart({ scope, node }, state, skipped)) {
      const decision = settle(scope, node, state);
      put(decision);
      if (decision.type === "step_skipped") {
        skipped.add(node.index);
        settled += 1;
      }
    }
  }
  return settled === scope.plan.nodes.length;
}

/** Whether a pending node has what its join asks for. */
function mayStart({ scope, node }: Place, state: ExecutionState, skipped: ReadonlySet<number>): boolean {
  const isSettled = (edge: PlannedEdge) =>
    edge.source === fromContainer ||
    skipped.has(edge.source) ||
    isFinalStep(stepIn(scope, sourceOf(scope.plan, edge), state).status);
  if (node.inbound.every(isSettled)) return true;
  if (node.join.kind === "all") return false;
  return node.inbound.filter((edge) => valueOn(scope, edge, state) !== undefined).length >= node.join.count;
}

/** A container's iterations: those that are open, then further ones up to its limit, then its end. */
function iterate(at: Iterating, turn: Turn): void {
  const { scope, node, iteration } = at;
  const { state, put } = turn;
  const failed = firstFailure(at, state);
  let open = 0;
  for (let index = 0; index < iteration.limit && open < iteration.parallel; index += 1) {
    const inner = bodyScope(scope, node, index);
    const begun = hasBegun(inner, state);
    if (!begun && failed !== null) break;
    if (isComplete(inner, state)) {
      if (iteration.mode === "each" || failed !== null) continue;
      const verdict = checked(inner, turn);
      if (verdict === "done") break;
      if (verdict === "open") open += 1;
      continue;
    }
    open += 1;
    const isOver = failureIn(inner, state) !== null || failed !== null;
    if (!isOver) advance(inner, turn);
    else endScope(inner, state, { cancel: (stepKey) => put(cancelledInside(stepKey)), open: () => {} });
  }
  if (open === 0) put(failed === null ? endOf(at, state) : failWith(at, failed, state));
}

export const cancelledInside = (stepKey: StepKey): Decision => ({ type: "step_cancelled", stepKey, contained: true });

/** The step that follows an iteration of a loop: starts it, or tells what it said. */
function checked(inner: Scope, { state, now, put }: Turn): "done" | "again" | "open" {
  const { check } = bodyOf(containerOf(inner));
  if (check === null) return "again";
  const step = stepIn(inner, check, state);
  if (step.status === "succeeded") return step.outputs?.done === true ? "done" : "again";
  if (step.status === "pending") put(startOf({ scope: inner, node: check }, step, checkInputs(inner, state)));
  else if (mayTryAgain(check, step, now)) put(startOf({ scope: inner, node: check }, step, step.inputs ?? {}));
  return "open";
}

export const checkInputs = (inner: Scope, state: ExecutionState): StepOutputs => ({
  result: resultOf(inner, state),
  index: inner.frame?.index ?? 0,
});

/** What becomes of a pending node whose sources are settled: it starts, or is skipped. */
export function settle(scope: Scope, node: PlannedNode, state: ExecutionState): Decision {
  const stepKey = keyIn(scope, node);
  if (node.disabled) return { type: "step_skipped", stepKey, reason: "disabled" };
  const inputs = inputsOf(scope, node, state);
  if (lacksInput(node, inputs)) return { type: "step_skipped", stepKey, reason: "no_live_input" };
  return startOf({ scope, node }, stepOf(state, stepKey), inputs);
}

export function startOf({ scope, node }: Place, step: StepState, inputs: StepOutputs): Decision {
  return { type: "step_started", stepKey: keyIn(scope, node), attempt: step.attempt + 1, inputs };
}

export const mayTryAgain = (node: PlannedNode, step: StepState, now: number): boolean =>
  step.retryAt !== null && step.retryAt <= now && !isStepOverBudget(node, step);

/**
 * An answer that the store took in the last moment is still on its way to the loop: a wait for an answer is over by itself only this
 * much after its deadline, in milliseconds, so that nobody is told that an answer was taken which then does not count.
 */
export const answerSlackMs = 500;

/** When a wait is over by itself, epoch milliseconds; null: never. */
export function overAt({ interrupt }: StepState): number | null {
  if (interrupt === null || interrupt.dueAt === null) return null;
  return interrupt.kind === "time" ? interrupt.dueAt : interrupt.dueAt + answerSlackMs;
}

export const isDue = (step: StepState, now: number): boolean => {
  const at = overAt(step);
  return at !== null && at <= now;
};

const due: Answer = { kind: "due" };

/** How a step that waited goes on: the answer, and what its agent makes of it. */
export function resumed({ scope, node }: Place, step: StepState, answer: Answer = due): Decision[] {
  const { attempt, interrupt } = step;
  const stepKey = keyIn(scope, node);
  if (interrupt === null) return [];
  const event: Decision = { type: "step_resumed", stepKey, attempt, answer };
  try {
    const { resume } = node.definition;
    if (resume === undefined) throw new AppError("agent_failed", `“${node.name}” does not know how to go on.`);
    return [event, { type: "step_succeeded", stepKey, attempt, outputs: resume(interrupt, answer, step.inputs ?? {}) }];
  } catch (error) {
    return [event, failureOf(scope, node, { attempt, error: toStepError(toAppError(error, "agent_failed")) })];
  }
}

/** Every edge that arrives is closed, or all of those at a port that the agent cannot do without. */
function lacksInput(node: PlannedNode, inputs: StepOutputs): boolean {
  if (node.inbound.length === 0) return false;
  if (Object.keys(inputs).length === 0) return true;
  return [...node.inputs.values()].some((port) => port.required === true && !Object.hasOwn(inputs, port.name));
}
