import { describe, expect, test } from "bun:test";
import { budgetLines, raised, showSpent } from "#client/components/monitoring/budgetWords.ts";

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
