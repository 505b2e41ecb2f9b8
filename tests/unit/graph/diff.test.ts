import { describe, expect, test } from "bun:test";
import { diffGraphs, isSameGraph } from "#src/graph/diff.ts";
import { type Graph, graph } from "#src/schemas/graph.ts";
import { sampleGraph } from "../document/fixtures.ts";

const with_ = (change: (copy: Graph) => void): Graph => {
  const copy = structuredClone(sampleGraph());
  change(copy);
  return graph.parse(copy);
};

describe("the difference of two graphs", () => {
  test("of equal graphs is empty, whatever the order of their parts", () => {
    const turned = with_((copy) => {
      copy.nodes.reverse();
      copy.edges.reverse();
    });
    expect(isSameGraph(diffGraphs(sampleGraph(), turned))).toBe(true);
  });

  test("names added, removed and changed parts, and of a change the fields", () => {
    const after = with_((copy) => {
      const [first, ask] = copy.nodes;
      if (!first || !ask) throw new Error("sample changed");
      copy.nodes = [first, { ...ask, name: "New", config: { prompt: "x", list: [1, { a: 2 }] }, timeoutMs: 5 }];
      copy.edges.pop();
      copy.notes.push({ ...copy.notes[0], id: "n2" } as Graph["notes"][number]);
      copy.settings.timeoutMs = 1;
    });
    const diff = diffGraphs(sampleGraph(), after);
    expect(diff.nodes.removed.map(({ id }) => id as string)).toEqual(["out"]);
    expect(diff.nodes.changed).toHaveLength(1);
    expect(diff.nodes.changed[0]?.fields.map(({ path }) => path).sort()).toEqual([
      "config.list",
      "config.prompt",
      "name",
      "timeoutMs",
    ]);
    expect(diff.edges.removed.map(({ id }) => id as string)).toEqual(["e1"]);
    expect(diff.notes.added.map(({ id }) => id as string)).toEqual(["n2"]);
    expect(diff.settings).toEqual([{ path: "timeoutMs", before: 60_000, after: 1 }]);
    expect(isSameGraph(diff)).toBe(false);
  });

  test("backwards swaps added and removed, before and after", () => {
    const after = with_((copy) => {
      copy.nodes.pop();
      copy.edges = copy.edges.slice(1);
    });
    const there = diffGraphs(sampleGraph(), after);
    const back = diffGraphs(after, sampleGraph());
    expect(back.nodes.added).toEqual(there.nodes.removed);
    expect(back.edges.added).toEqual(there.edges.removed);
  });
});
