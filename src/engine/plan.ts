import type { Plan, PlannedEdge, PlannedNode } from "../graph/plan.ts";
import type { JsonValue } from "../json.ts";
import { isFinalStep } from "../schemas/execution.ts";
import type { ExecutionEventBody, StepOutputs } from "../schemas/executionEvent.ts";
import type { StepError } from "../schemas/stepError.ts";
import { executionOutput } from "./output.ts";
import { type ExecutionState, isAttemptOpen, isEnded, type StepState, stepOf } from "./state.ts";

/** What follows from a state: an event that is to be committed. `step_started` asks for an effect after its commit. */
export type Decision = Extract<
  ExecutionEventBody,
  {
    type:
      | "execution_started"
      | "step_started"
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
 * Everything that follows from a state at a moment, in plan order, the end last. Pure; to be taken all together (skips
 * that follow from skips are in it). The specification of the engine: `frontier.ts` gives the same, step by step.
 */
export function decide(plan: Plan, state: ExecutionState, now: number): Decision[] {
  if (isEnded(state)) return [];
  if (state.status === "queued") {
    return [{ type: "execution_started" }, ...goOn(plan, { ...state, status: "running", startedAt: now }, now)];
  }
  const ending = endingOf(plan, state, now);
  return ending === null ? goOn(plan, state, now) : endWith(plan, state, ending);
}

type Ending = { readonly type: "cancelled" } | { readonly type: "failed"; readonly error: StepError };

/** Why no further step may start; null while the execution goes on. */
function endingOf(plan: Plan, state: ExecutionState, now: number): Ending | null {
  if (state.status === "cancelling") return { type: "cancelled" };
  if (state.failedStep !== null) return { type: "failed", error: failureOf(state, state.failedStep) };
  if (state.fruitlessRecoveries > maxRecoveries) {
    const message = `The worker stopped ${state.fruitlessRecoveries} times in a row while the same steps ran, so it was given up.`;
    return { type: "failed", error: { code: "too_many_recoveries", message, retryable: false } };
  }
  const deadline = deadlineOf(plan, state);
  // Steps that were cancelled although nobody asked for it, and none failed: the deadline did, however late it is now.
  const overdue = deadline !== null && now >= deadline && !plan.nodes.every((node) => isSettled(state, node));
  if (overdue || plan.nodes.some((node) => stepOf(state, node.stepKey).status === "cancelled")) {
    const message = `The execution took longer than its limit of ${plan.timeoutMs} ms.`;
    return { type: "failed", error: { code: "execution_timeout", message, retryable: false } };
  }
  return null;
}

/** No step may start any more, and those that run are to be aborted. */
export const isEnding = (plan: Plan, state: ExecutionState, now: number): boolean =>
  endingOf(plan, state, now) !== null;

/** When the execution's time is up; null before it has started. */
export function deadlineOf(plan: Plan, state: ExecutionState): number | null {
  return state.startedAt === null ? null : state.startedAt + plan.timeoutMs;
}

function failureOf(state: ExecutionState, stepKey: string): StepError {
  const error = stepOf(state, stepKey).error;
  return error === null
    ? { code: "internal", message: "A step failed without a reason.", retryable: false, stepKey }
    : { ...error, stepKey };
}

/** Cancels what does not run; ends when nothing does. */
function endWith(plan: Plan, state: ExecutionState, ending: Ending): Decision[] {
  const decisions: Decision[] = [];
  let open = false;
  for (const { stepKey } of plan.nodes) {
    const step = stepOf(state, stepKey);
    if (isAttemptOpen(step)) open = true;
    else if (!isFinalStep(step.status)) decisions.push({ type: "step_cancelled", stepKey });
  }
  if (open) return decisions;
  if (ending.type === "cancelled") return [...decisions, { type: "execution_cancelled" }];
  return [...decisions, { type: "execution_failed", error: ending.error }];
}

function goOn(plan: Plan, state: ExecutionState, now: number): Decision[] {
  const decisions: Decision[] = [];
  const skipped = new Set<number>();
  let settled = 0;
  for (const node of plan.nodes) {
    const step = stepOf(state, node.stepKey);
    if (isFinalStep(step.status)) settled += 1;
    else if (step.status === "running") {
      if (isRetryDue(step, now)) decisions.push(startOf(node, step, step.inputs ?? {}));
    } else if (node.inbound.every((edge) => skipped.has(edge.source) || isSettled(state, sourceOf(plan, edge)))) {
      const decision = settle(plan, state, node);
      decisions.push(decision);
      if (decision.type === "step_skipped") {
        skipped.add(node.index);
        settled += 1;
      }
    }
  }
  if (settled === plan.nodes.length) {
    decisions.push({ type: "execution_succeeded", output: executionOutput(plan, state) });
  }
  return decisions;
}

/** What becomes of a pending node whose sources are all settled: it starts, or is skipped. */
export function settle(plan: Plan, state: ExecutionState, node: PlannedNode): Decision {
  const { stepKey } = node;
  if (node.disabled) return { type: "step_skipped", stepKey, reason: "disabled" };
  const inputs = inputsOf(plan, state, node);
  if (lacksInput(node, inputs)) return { type: "step_skipped", stepKey, reason: "no_live_input" };
  return startOf(node, stepOf(state, stepKey), inputs);
}

export function startOf(node: PlannedNode, step: StepState, inputs: StepOutputs): Decision {
  return { type: "step_started", stepKey: node.stepKey, attempt: step.attempt + 1, inputs };
}

export const isRetryDue = (step: StepState, now: number): boolean => step.retryAt !== null && step.retryAt <= now;

/** What arrived, by input port: of a `multiple` port the list of it in edge order. */
function inputsOf(plan: Plan, state: ExecutionState, node: PlannedNode): StepOutputs {
  const inputs: Record<string, JsonValue> = {};
  const lists = new Map<string, JsonValue[]>();
  for (const edge of node.inbound) {
    const outputs = stepOf(state, sourceOf(plan, edge).stepKey).outputs;
    if (outputs === null || !Object.hasOwn(outputs, edge.sourcePort)) continue;
    const value = outputs[edge.sourcePort] ?? null;
    if (node.inputs.get(edge.targetPort)?.multiple !== true) inputs[edge.targetPort] = value;
    else {
      const list = lists.get(edge.targetPort) ?? [];
      list.push(value);
      lists.set(edge.targetPort, list);
      inputs[edge.targetPort] = list;
    }
  }
  return inputs;
}

/** Every edge that arrives is closed, or all of those at a port that the agent cannot do without. */
function lacksInput(node: PlannedNode, inputs: StepOutputs): boolean {
  if (node.inbound.length === 0) return false;
  if (Object.keys(inputs).length === 0) return true;
  return node.definition.inputs.some((port) => port.required === true && !Object.hasOwn(inputs, port.name));
}

const isSettled = (state: ExecutionState, node: PlannedNode): boolean =>
  isFinalStep(stepOf(state, node.stepKey).status);

function sourceOf(plan: Plan, edge: PlannedEdge): PlannedNode {
  const node = plan.nodes[edge.source];
  if (node === undefined) throw new RangeError(`No node ${edge.source}`);
  return node;
}
