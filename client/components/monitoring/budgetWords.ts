import { showDuration } from "#client/canvas/duration.ts";
import { isStepOverBudget, spentByStep } from "#src/engine/budgets.ts";
import type { ExecutionState } from "#src/engine/state.ts";
import { nodeIdOf } from "#src/engine/stepKey.ts";
import { type Budget, type Graph, mostBudget, type StepBudget } from "#src/schemas/graph.ts";

/** What was used of everything that a budget may limit. */
export type Spent = { readonly [Name in keyof Budget]-?: number };

export interface BudgetLine {
  readonly name: keyof Budget;
  readonly label: string;
  readonly spent: number;
  readonly limit: number;
  readonly isReached: boolean;
}

const labels = {
  tokens: "tokens",
  dollars: "US dollars",
  timeMs: "at work",
  steps: "steps",
} as const satisfies Record<keyof Budget, string>;
export const budgetNames = Object.keys(labels) as (keyof Budget)[];

/** What was used of each limit that there is. */
export function budgetLines(budget: Budget, spent: Spent): BudgetLine[] {
  return budgetNames.flatMap((name) => {
    const limit = budget[name];
    if (limit === undefined) return [];
    return [{ name, label: labels[name], spent: spent[name], limit, isReached: spent[name] >= limit }];
  });
}

/** Enough to go on: twice what was used if there can be so much, of the limits that are reached; the others stay. */
export function raised(budget: Budget, spent: Spent): Budget {
  const next: { [Name in keyof Budget]: Budget[Name] } = { ...budget };
  for (const { name, isReached } of budgetLines(budget, spent)) {
    if (isReached) next[name] = Math.min(mostBudget[name], rounded(name, Math.max(spent[name], budget[name] ?? 0) * 2));
  }
  return next;
}

function rounded(name: keyof Budget, amount: number): number {
  if (name === "dollars") return Math.ceil(amount * 100) / 100;
  return name === "timeMs" ? Math.ceil(amount / 1_000) * 1_000 : Math.ceil(amount);
}

/** $1.25, $0.0042; 1 m 05 s; whole numbers as they are. */
export function showSpent(name: keyof Budget, value: number): string {
  if (name === "timeMs") return showDuration(value);
  if (name !== "dollars") return value.toLocaleString("en");
  return `$${value >= 0.01 || value === 0 ? value.toFixed(2) : value.toPrecision(2)}`;
}

/** `$1.20 of $1.00`, `5 of 5 steps`. */
export function lineWords({ name, label, spent, limit }: BudgetLine): string {
  return `${showSpent(name, spent)} of ${showSpent(name, limit)}${name === "dollars" ? "" : ` ${label}`}`;
}

/** A step that is not tried again before its budget is raised. */
export interface HeldStep {
  readonly stepKey: string;
  readonly name: string;
  readonly budget: StepBudget;
  readonly spent: Spent;
}

export function heldSteps(graph: Graph, state: ExecutionState): HeldStep[] {
  const nodes = new Map<string, Graph["nodes"][number]>(graph.nodes.map((node) => [node.id, node]));
  return Object.entries(state.steps).flatMap(([stepKey, step]) => {
    const node = nodes.get(nodeIdOf(stepKey));
    if (node?.budget === undefined || step.retryAt === null || !isStepOverBudget({ budget: node.budget }, step))
      return [];
    const spent = { ...spentByStep(step), steps: step.attempt };
    return [{ stepKey, name: node.name, budget: step.budget ?? node.budget, spent }];
  });
}
