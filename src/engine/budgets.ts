import type { Plan, PlannedNode } from "../graph/plan.ts";
import type { Budget, StepBudget } from "../schemas/graph.ts";
import type { ExecutionState, StepState } from "./state.ts";

/** How long an execution has been at work by a moment, in milliseconds: since it started, without what it waited. */
export const activeMs = ({ startedAt, waitedMs, waiting }: ExecutionState, now: number): number =>
  startedAt === null ? 0 : Math.max(0, (waiting?.since ?? now) - startedAt - waitedMs);

type Spent<Limits> = { readonly [Name in keyof Limits]-?: number };

/** What an execution has used of each thing that a budget limits. */
export const spentBy = (state: ExecutionState, now: number): Spent<Budget> => ({
  ...state.spent,
  timeMs: activeMs(state, now),
});

/** Nothing may start before somebody raises the limit. */
export function isOverBudget(plan: Plan, state: ExecutionState, now: number): boolean {
  const { spent } = state;
  const { tokens, dollars, steps, timeMs } = state.budget ?? plan.budget;
  return (
    (tokens !== undefined && spent.tokens >= tokens) ||
    (dollars !== undefined && spent.dollars >= dollars) ||
    (steps !== undefined && spent.steps >= steps) ||
    (timeMs !== undefined && activeMs(state, now) >= timeMs)
  );
}

/** When the execution's budget of time is used up if it goes on; null without one. */
export function budgetEndsAt(plan: Plan, state: ExecutionState): number | null {
  const { timeMs } = state.budget ?? plan.budget;
  return timeMs === undefined || state.startedAt === null ? null : state.startedAt + state.waitedMs + timeMs;
}

/** What the attempts of a step that have ended used of each thing that its budget limits. */
export function spentByStep({ usage, spentMs }: StepState): Spent<StepBudget> {
  const { inputTokens = 0, outputTokens = 0, dollars = 0 } = usage ?? {};
  return { tokens: inputTokens + outputTokens, dollars, timeMs: spentMs };
}

/** The step is not tried again before somebody raises its limit. */
export function isStepOverBudget(node: Pick<PlannedNode, "budget">, step: StepState): boolean {
  if (node.budget === null) return false;
  const { tokens, dollars, timeMs } = step.budget ?? node.budget;
  const spent = spentByStep(step);
  return (
    (tokens !== undefined && spent.tokens >= tokens) ||
    (dollars !== undefined && spent.dollars >= dollars) ||
    (timeMs !== undefined && spent.timeMs >= timeMs)
  );
}
