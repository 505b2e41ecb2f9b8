import type { Plan } from "../graph/plan.ts";
import type { ExecutionEventBody } from "../schemas/executionEvent.ts";
import { budget } from "../schemas/graph.ts";
import { resumed } from "./plan.ts";
import type { GivenAnswer } from "./ports.ts";
import { locate } from "./scope.ts";
import { type ExecutionState, isEnded, stepOf } from "./state.ts";

/** What an answer leads to: nothing, when its step does not wait for it any more. */
export function eventsOfAnswer(plan: Plan, state: ExecutionState, answer: GivenAnswer): readonly ExecutionEventBody[] {
  const { stepKey, attempt, value, by } = answer;
  if (isEnded(state)) return [];
  if (stepKey === "") {
    const limits = budget.safeParse(value);
    return limits.success ? [{ type: "budget_raised", by, budget: limits.data }] : [];
  }
  const step = stepOf(state, stepKey);
  const place = locate(plan, stepKey);
  if (place === undefined || step.status !== "waiting" || step.attempt !== attempt) return [];
  return resumed(place, step, { kind: "given", value, by });
}
