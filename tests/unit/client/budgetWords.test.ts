import { describe, expect, test } from "bun:test";
import { budgetLines, heldSteps, raised, showSpent } from "#client/components/monitoring/budgetWords.ts";
import { initialState, pendingStep } from "#src/engine/state.ts";
import { budget, mostBudget } from "#src/schemas/graph.ts";
import { sketch } from "#tests/support/engine/graphs.ts";

const spent = { steps: 4, tokens: 1_200, dollars: 0.5, timeMs: 61_500 };

describe("what a run has used of its budget", () => {
  test("has a line for each limit there is, and says which is reached", () => {
    expect(budgetLines({ tokens: 1_000, dollars: 2 }, spent)).toEqual([
      { name: "tokens", label: "tokens", spent: 1_200, limit: 1_000, isReached: true },
      { name: "dollars", label: "US dollars", spent: 0.5, limit: 2, isReached: false },
    ]);
    expect(budgetLines({}, spent)).toEqual([]);
  });

  test("raised: what is reached is doubled, the rest stays, and nothing is reached any more", () => {
    const next = raised({ tokens: 1_000, dollars: 0.333, steps: 100 }, spent);
    expect(next).toEqual({ tokens: 2_400, dollars: 1, steps: 100 });
    expect(budgetLines(next, spent).some((line) => line.isReached)).toBe(false);
    expect(raised({ timeMs: 60_000 }, spent)).toEqual({ timeMs: 123_000 });
    expect(raised({ steps: 0 }, { ...spent, steps: 0 }).steps).toBe(0);
  });

  test("raised: to no more than a budget can be", () => {
    expect(raised({ tokens: 900_000_000 }, { ...spent, tokens: 950_000_000 })).toEqual({ tokens: 1_000_000_000 });
    expect(budget.safeParse(mostBudget).success).toBe(true);
    expect(budget.safeParse({ ...mostBudget, timeMs: mostBudget.timeMs + 1 }).success).toBe(false);
  });

  test("of a step: those that are not tried again, with what holds for them", () => {
    const graph = sketch({ a: { budget: { tokens: 10 } }, b: { budget: { tokens: 10 } }, c: "work" });
    const tried = (tokens: number) => ({
      ...pendingStep,
      ...{ status: "running" as const, attempt: 2, retryAt: 5, spentMs: 1_000 },
      usage: { model: "m", inputTokens: tokens, outputTokens: 0 },
    });
    const state = { ...initialState, steps: { a: tried(10), b: tried(9), c: tried(99) } };
    expect(heldSteps(graph, state)).toEqual([
      {
        ...{ stepKey: "a", name: "a", budget: { tokens: 10 } },
        spent: { tokens: 10, dollars: 0, timeMs: 1_000, steps: 2 },
      },
    ]);
    const raisedOnce = { ...tried(10), budget: { tokens: 20 } };
    expect(heldSteps(graph, { ...state, steps: { a: raisedOnce } })).toEqual([]);
  });

  test.each([
    ["dollars", 1.239, "$1.24"],
    ["dollars", 0, "$0.00"],
    ["dollars", 0.00042, "$0.00042"],
    ["tokens", 12_345, "12,345"],
    ["timeMs", 61_500, "1 m 01 s"],
  ] as const)("%s %d is shown as %s", (name, value, shown) => {
    expect(showSpent(name, value)).toBe(shown);
  });
});
