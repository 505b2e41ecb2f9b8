import { z } from "zod";
import type { Plan } from "../graph/plan.ts";
import { isFinalStep } from "../schemas/execution.ts";
import { type ExecutionEventBody, stepKey } from "../schemas/executionEvent.ts";
import { budget, stepBudget } from "../schemas/graph.ts";
import { resumed } from "./plan.ts";
import type { GivenAnswer } from "./ports.ts";
import { locate } from "./scope.ts";
import { type ExecutionState, isEnded, stepOf } from "./state.ts";

const ofStep = z.strictObject({ stepKey, budget: stepBudget });

/** A new budget of the whole execution, or of one of its steps that may still be tried again. */
function raised(state: ExecutionState, { value, by }: GivenAnswer): readonly ExecutionEventBody[] {
  const limits = budget.safeParse(value);
  if (limits.success) return [{ type: "budget_raised", by, budget: limits.data }];
  const { data } = ofStep.safeParse(value);
  // A step that has not begun may never be: nothing is recorded of what the plan may not come to.
  if (data === undefined || !Object.hasOwn(state.steps, data.stepKey)) return [];
  if (isFinalStep(stepOf(state, data.stepKey).status)) return [];
  const isGoing = state.status === "running" || state.status === "cancelling";
  return isGoing ? [{ type: "step_budget_raised", stepKey: data.stepKey, by, budget: data.budget }] : [];
}

/** Whether the event came of an answer to the execution itself. */
export const isRaised = ({ type }: ExecutionEventBody): boolean =>
  type === "budget_raised" || type === "step_budget_raised";

/** What an answer leads to: nothing, when its step does not wait for it any more. */
export function eventsOfAnswer(plan: Plan, state: ExecutionState, answer: GivenAnswer): readonly ExecutionEventBody[] {
  const { attempt, value, by } = answer;
  if (isEnded(state)) return [];
  if (answer.stepKey === "") return raised(state, answer);
  const step = stepOf(state, answer.stepKey);
  const place = locate(plan, answer.stepKey);
  if (place === undefined || step.status !== "waiting" || step.attempt !== attempt) return [];
  return resumed(place, step, { kind: "given", value, by });
}
