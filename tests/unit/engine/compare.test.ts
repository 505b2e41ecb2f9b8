import { describe, expect, test } from "bun:test";
import { compareExecutions } from "#src/engine/compare.ts";
import { compareJson } from "#src/engine/compareJson.ts";
import { reduceAll } from "#src/engine/reduce.ts";
import type { Graph } from "#src/schemas/graph.ts";
import { chain, sketch } from "#tests/support/engine/graphs.ts";
import { runAnew } from "#tests/support/engine/runFrom.ts";

describe("two values", () => {
  test("differ at the places where they do, written as they would be read", () => {
    const before = { rows: [{ name: "a" }, { name: "b" }], "odd key": 1, same: [1, 2] };
    const after = { rows: [{ name: "a" }, { name: "c" }, { name: "d" }], "odd key": 2, same: [1, 2], more: null };
    expect(compareJson(before, after).differences).toEqual([
      { path: "rows[1].name", before: "b", after: "c" },
      { path: "rows[2]", after: { name: "d" } },
      { path: '["odd key"]', before: 1, after: 2 },
      { path: "more", after: null },
    ]);
    expect(compareJson({ a: 1, b: 2 }, { b: 2, a: 1 })).toEqual({ differences: [], more: 0 });
  });

  test("with very many differences list a hundred and count the rest, and cut what is long", () => {
    const numbers = Array.from({ length: 1_000 }, (_, at) => at);
    const { differences, more } = compareJson(
      numbers,
      numbers.map((each) => -1 - each),
    );
    expect([differences.length, more]).toEqual([100, 900]);
    const [long] = compareJson("", "x".repeat(1_000_000)).differences;
    expect(String(long?.after).length).toBeLessThan(21_000);
  });
});

describe("two executions", () => {
  test("of one graph that did the same are the same, however long they took", async () => {
    const graph = chain(4);
    const [a, b] = [await runAnew(graph), await runAnew(graph)];
    const late = b.events.map((event) => ({ ...event, at: event.at + event.seq * 1_000 }));
    const compared = compareExecutions({ graph, state: a.state }, { graph, state: reduceAll(late) });
    expect(compared).toMatchObject({ same: true, firstDifference: null });
  });

  test("part at the first step in the graph's order that differs, not at the first in time or in the list", async () => {
    const graph = sketch({ end: "work", late: "work", cause: "work", other: "work" }, [
      "cause -> late",
      "late -> end",
      "other -> end",
    ]);
    const a = await runAnew(graph);
    const b = await runAnew(graph, (inputs, { stepKey }) => ({
      out: stepKey === "cause" ? "changed" : `${stepKey} ${JSON.stringify(inputs).includes("changed")}`,
    }));
    const compared = compareExecutions({ graph, state: a.state }, { graph, state: b.state });
    expect(compared.steps.findIndex(({ stepKey }) => stepKey === "cause")).toBeLessThan(
      compared.steps.findIndex(({ stepKey }) => stepKey === "late"),
    );
    expect(compared.steps.at(-1)?.stepKey).toBe("end");
    expect(compared.same).toBe(false);
  });

  test("of different graphs tell which settings are different and which steps only one of them has", async () => {
    const before = chain(2);
    const after: Graph = {
      ...chain(3),
      nodes: chain(3).nodes.map((node) => (node.id === "n1" ? { ...node, config: { prompt: "other" } } : node)),
    };
    const { steps, firstDifference } = compareExecutions(
      { graph: before, state: (await runAnew(before)).state },
      { graph: after, state: (await runAnew(after)).state },
    );
    expect(firstDifference).toBe("n1");
    expect(steps[1]?.settings.differences).toEqual([{ path: "config.prompt", after: "other" }]);
    expect(steps[2]).toMatchObject({ stepKey: "n2", a: null, b: { status: "succeeded" } });
  });
});
