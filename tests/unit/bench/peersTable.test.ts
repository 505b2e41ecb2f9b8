import { describe, expect, test } from "bun:test";
import { absent, compared, limited } from "#bench/peers/support/row.ts";
import { merge } from "#bench/peers/support/table.ts";

const won = compared({ what: "a", peer: "dbos", ours: 1, theirs: 4, unit: "ms", atLeast: 2 });
const lost = compared({ what: "b", peer: "nodeRed", ours: 500, theirs: 1_000, unit: "/s", atLeast: 1 / 3 });
const missed = limited({ what: "c", against: "the limit", ours: 400, unit: "ms", limit: 300 });

const names = (table: readonly (readonly string[])[]) => table.map(([what, against]) => `${what} / ${against}`);

describe("the table of the peers", () => {
  test("lists what was missed first, then what is lost, then the rest", () => {
    expect(names(merge([], [won, lost, missed], "2026-01-01"))).toEqual([
      "c / the limit",
      "b / Node-RED 5.0.7 (saves nothing)",
      "a / DBOS 5.3.0, same PostgreSQL",
    ]);
  });

  test("counts a figure that is half as large as a loss per second, and as a win in milliseconds", () => {
    expect(won).toMatchObject({ ratio: 4, holds: true });
    expect(lost).toMatchObject({ ratio: 0.5, holds: true });
    expect(missed).toMatchObject({ ratio: 0.75, holds: false });
  });

  test("keeps the rows that a run did not measure, each with its own day", () => {
    const before = merge([], [won, lost], "2026-01-01");
    const after = merge(before, [compared({ what: "a", peer: "dbos", ours: 1, theirs: 8, unit: "ms" })], "2026-02-02");
    expect(after.map((cells) => [cells[0], cells[4], cells[7]])).toEqual([
      ["b", "0.50", "2026-01-01"],
      ["a", "8.00", "2026-02-02"],
    ]);
  });

  test("says why a peer is missing, unless there is a figure of an earlier day", () => {
    const failure = absent("a", "dbos", new Error("npm install | failed"));
    expect(merge([], [failure], "2026-01-01")[0]?.[3]).toBe("not measured: npm install failed");
    expect(merge(merge([], [won], "2026-01-01"), [failure], "2026-02-02")).toEqual(merge([], [won], "2026-01-01"));
  });
});
