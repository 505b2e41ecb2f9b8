import type { ExecutionState } from "#src/engine/state.ts";
import type { Budget } from "#src/schemas/graph.ts";

export interface BudgetLine {
  readonly name: keyof Budget;
  readonly label: string;
  readonly spent: number;
  readonly limit: number;
  readonly isReached: boolean;
}

const labels = { tokens: "tokens", dollars: "US dollars", steps: "steps" } as const satisfies Record<
  keyof Budget,
  string
>;
export const budgetNames = Object.keys(labels) as (keyof Budget)[];

/** What was used of each limit that there is. */
export function budgetLines(budget: Budget, spent: ExecutionState["spent"]): BudgetLine[] {
  return budgetNames.flatMap((name) => {
    const limit = budget[name];
    if (limit === undefined) return [];
    return [{ name, label: labels[name], spent: spent[name], limit, isReached: spent[name] >= limit }];
  });
}

/** Enough to go on: twice what was used, of the limits that are reached; the others stay. */
export function raised(budget: Budget, spent: ExecutionState["spent"]): Budget {
  const next: { [Name in keyof Budget]: Budget[Name] } = { ...budget };
  for (const { name, isReached } of budgetLines(budget, spent)) {
    const twice = Math.max(spent[name], budget[name] ?? 0) * 2;
    if (isReached) next[name] = name === "dollars" ? Math.ceil(twice * 100) / 100 : Math.ceil(twice);
  }
  return next;
}

/** $1.25, $0.0042; whole numbers as they are. */
export function showSpent(name: keyof Budget, value: number): string {
  if (name !== "dollars") return value.toLocaleString("en");
  return `$${value >= 0.01 || value === 0 ? value.toFixed(2) : value.toPrecision(2)}`;
}
