import { AppError } from "../errors.ts";
import type { PlannedNode } from "../graph/plan.ts";
import type { JsonObject, JsonValue } from "../json.ts";
import type { ExecutionEventBody, Iteration, StepOutputs } from "../schemas/executionEvent.ts";
import { type StepError, toStepError } from "../schemas/stepError.ts";
import { bodyScope, failureIn, keyIn, resultOf, type Scope, stepIn } from "./scope.ts";
import type { ExecutionState } from "./state.ts";
import { storable } from "./values.ts";

export type StepFailed = Extract<ExecutionEventBody, { type: "step_failed" }>;
export type StepSucceeded = Extract<ExecutionEventBody, { type: "step_succeeded" }>;

/** A container's step that goes through its body. */
export interface Iterating {
  readonly scope: Scope;
  readonly node: PlannedNode;
  readonly iteration: Iteration;
}

/** What follows when a step has failed for good: something goes on in its place, a container takes it, or the execution fails. */
export function failureOf(
  scope: Scope,
  node: PlannedNode,
  { attempt, error }: { readonly attempt: number; readonly error: StepError },
): StepFailed {
  const failed = { type: "step_failed", stepKey: keyIn(scope, node), attempt, error } as const;
  if (node.onError === "port") return { ...failed, outputs: { error: { code: error.code, message: error.message } } };
  if (node.onError === "default") return { ...failed, outputs: node.defaultOutputs };
  return node.contained ? { ...failed, contained: true } : failed;
}

/** The end of a container whose iterations have all ended. */
export function endOf(at: Iterating, state: ExecutionState): StepSucceeded | StepFailed {
  return at.iteration.mode === "each" ? endOfEach(at, state) : endOfLoop(at, state);
}

/** Its first failed iteration, unless failures are only counted. */
export function firstFailure({ scope, node, iteration }: Iterating, state: ExecutionState): StepError | null {
  if (iteration.mode === "each" && iteration.onItemError === "continue") return null;
  const count = iteration.mode === "each" ? iteration.items.length : iteration.limit;
  for (let index = 0; index < count; index += 1) {
    const failed = failureIn(bodyScope(scope, node, index), state);
    if (failed?.error) return failed.error;
  }
  return null;
}

export function failWith({ scope, node }: Iterating, error: StepError, state: ExecutionState): StepFailed {
  return failureOf(scope, node, { attempt: stepIn(scope, node, state).attempt, error });
}

function endOfEach(at: Iterating, state: ExecutionState): StepSucceeded | StepFailed {
  const { scope, node, iteration } = at;
  const results: JsonValue[] = [];
  const errors: JsonObject[] = [];
  for (let index = 0; index < iteration.items.length; index += 1) {
    const inner = bodyScope(scope, node, index);
    const failed = failureIn(inner, state);
    results.push(failed === null ? resultOf(inner, state) : null);
    if (failed?.error) errors.push({ index, code: failed.error.code, message: failed.error.message });
  }
  return succeeded(at, { results, errors }, state);
}

function endOfLoop(at: Iterating, state: ExecutionState): StepSucceeded | StepFailed {
  const { scope, node, iteration } = at;
  const done = doneAt(at, state);
  if (done === null && iteration.atLimit === "fail") {
    const message = `“${node.name}” was not done after ${iteration.limit} ${iteration.limit === 1 ? "iteration" : "iterations"}.`;
    return failWith(at, toStepError(new AppError("iteration_limit", message)), state);
  }
  const last = done ?? iteration.limit - 1;
  return succeeded(at, { result: resultOf(bodyScope(scope, node, last), state), iterations: last + 1 }, state);
}

/** The iteration after which a loop's check said that it is done; null while none did. */
export function doneAt({ scope, node, iteration }: Iterating, state: ExecutionState): number | null {
  for (let index = 0; index < iteration.limit; index += 1) {
    const { check } = node.body ?? {};
    if (!check) return null;
    const outputs = stepIn(bodyScope(scope, node, index), check, state).outputs;
    if (outputs === null) return null;
    if (outputs.done === true) return index;
  }
  return null;
}

/** Results that are more than a step may put out are the container's failure. */
function succeeded(at: Iterating, outputs: StepOutputs, state: ExecutionState): StepSucceeded | StepFailed {
  const { scope, node } = at;
  try {
    storable(outputs, node.name);
  } catch (error) {
    if (error instanceof AppError) return failWith(at, toStepError(error), state);
    throw error;
  }
  const { attempt } = stepIn(scope, node, state);
  return { type: "step_succeeded", stepKey: keyIn(scope, node), attempt, outputs };
}
