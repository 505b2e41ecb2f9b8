import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { indexGraph } from "#src/graph/graphIndex.ts";
import { ancestryOf, layersOf, topologyOf, upstreamOf } from "#src/graph/topology.ts";
import { sketch } from "#tests/support/engine/graphs.ts";

const diamond = sketch({ a: "work", b: "work", c: "work", d: "work", alone: "work" }, [
  "a -> b",
  "a -> c",
  "b -> d",
  "c -> d",
]);
const ids = (nodes: readonly { readonly id: string }[]) => nodes.map((node) => node.id as string);

describe("topology", () => {
  test("upstreamOf gives every node before one, in the graph's order", () => {
    expect(ids(upstreamOf(diamond, "d"))).toEqual(["a", "b", "c"]);
    expect(ids(upstreamOf(diamond, "a"))).toEqual([]);
    expect(ids(upstreamOf(diamond, "nowhere"))).toEqual([]);
  });

  test("upstreamOf in a frame gives what comes before there and before the frame, neither the frame nor what lies in others", () => {
    const frames = sketch(
      {
        before: "work",
        beside: "work",
        other: { agent: "forEach" },
        far: { parent: "other" as never },
        each: { agent: "forEach" },
        a: { parent: "each" as never },
        b: { parent: "each" as never },
        c: { parent: "each" as never },
      },
      ["before.out -> each.items", "each.item -> a.in", "a -> b", "b -> each.result", "other.results -> each.items"],
    );
    expect(ids(upstreamOf(frames, "b"))).toEqual(["before", "other", "a"]);
    expect(ids(upstreamOf(frames, "each"))).toEqual(["before", "other"]);
  });

  test("upstreamOf does not go round in a cycle", () => {
    expect(ids(upstreamOf(sketch({ a: "work", b: "work" }, ["a -> b", "b -> a"]), "a"))).toEqual(["b"]);
  });

  test("layersOf puts a node behind the longest way to it, and cycles last", () => {
    expect(layersOf(diamond).map(ids)).toEqual([["a", "alone"], ["b", "c"], ["d"]]);
    expect(layersOf(sketch({ a: "work", b: "work", c: "work" }, ["b -> c", "c -> b"])).map(ids)).toEqual([
      ["a"],
      ["b", "c"],
    ]);
  });

  test("in any graph the order has a source before its targets, and the rest is on or behind a cycle", () => {
    const pairs = fc.array(fc.tuple(fc.nat(11), fc.nat(11)), { maxLength: 25 });
    fc.assert(
      fc.property(pairs, (edges) => {
        const nodes = Object.fromEntries(Array.from({ length: 12 }, (_, index) => [`n${index}`, "work"]));
        const graph = sketch(
          nodes,
          edges.map(([from, to]) => `n${from} -> n${to}`),
        );
        const index = indexGraph(graph);
        const { order, cycles } = topologyOf(index);
        const place = new Map(order.map((node, at) => [node.id, at]));
        for (const edge of graph.edges) {
          const target = place.get(edge.target);
          if (target !== undefined) expect(place.get(edge.source)).toBeLessThan(target);
        }
        expect(order.length === graph.nodes.length).toBe(cycles.length === 0);
        // A node is on a cycle exactly when it comes before itself.
        const onCycle = graph.nodes.filter((node) =>
          (index.outbound.get(node.id) ?? []).some(
            (edge) => edge.target === node.id || ids(upstreamOf(graph, node.id)).includes(edge.target),
          ),
        );
        expect(new Set(cycles.flatMap(ids))).toEqual(new Set(ids(onCycle)));
      }),
    );
  });

  test("ancestry agrees with upstreamOf in any graph without cycles", () => {
    const pairs = fc.array(fc.tuple(fc.nat(39), fc.nat(39)), { maxLength: 80 });
    fc.assert(
      fc.property(pairs, (edges) => {
        const nodes = Object.fromEntries(Array.from({ length: 40 }, (_, index) => [`n${index}`, "work"]));
        const forward = edges.filter(([from, to]) => from < to);
        const graph = sketch(
          nodes,
          forward.map(([from, to]) => `n${from} -> n${to}`),
        );
        const index = indexGraph(graph);
        const { order } = topologyOf(index);
        const ancestry = ancestryOf(order, index);
        for (const node of graph.nodes) {
          const before = new Set(ids(upstreamOf(graph, node.id)));
          expect(new Set(ancestry.ancestors(node.id).map((at) => order[at]?.id as string))).toEqual(before);
          for (const other of graph.nodes) expect(ancestry.isBefore(other.id, node.id)).toBe(before.has(other.id));
        }
      }),
      { numRuns: 30 },
    );
  });
});
