import fc from "fast-check";
import type { Graph } from "#src/schemas/graph.ts";
import { type NodeSketch, sketch } from "./graphs.ts";

type Kind = "work" | "merge" | "forEach" | "loop";

interface Part {
  readonly kind: Kind;
  /** Which earlier container it lies in; none when there are fewer. */
  readonly in: number;
  readonly onError: "fail" | "port" | "default";
  readonly onItemError: "fail" | "continue";
  readonly parallel: number;
  readonly disabled: boolean;
}

const part: fc.Arbitrary<Part> = fc.record({
  kind: fc.oneof(
    { weight: 5, arbitrary: fc.constant<Kind>("work") },
    { weight: 1, arbitrary: fc.constant<Kind>("merge") },
    { weight: 2, arbitrary: fc.constant<Kind>("forEach") },
    { weight: 1, arbitrary: fc.constant<Kind>("loop") },
  ),
  in: fc.nat(5),
  onError: fc.oneof(
    { weight: 4, arbitrary: fc.constant<Part["onError"]>("fail") },
    { weight: 1, arbitrary: fc.constantFrom<Part["onError"]>("port", "default") },
  ),
  onItemError: fc.constantFrom("fail", "continue"),
  parallel: fc.integer({ min: 1, max: 3 }),
  disabled: fc.nat(15).map((chance) => chance === 0),
});

/** Graphs of up to 10 nodes, some in frames, some frames in frames; every frame has a node in it. */
export const randomContainers: fc.Arbitrary<Graph> = fc
  .tuple(fc.array(part, { minLength: 1, maxLength: 8 }), fc.array(fc.tuple(fc.nat(9), fc.nat(9)), { maxLength: 16 }))
  .map(([parts, pairs]) => {
    const nodes: Record<string, NodeSketch> = {};
    const frames: string[] = [];
    const parentOf = new Map<string, string | undefined>();
    const add = (id: string, node: NodeSketch, parent: string | undefined) => {
      nodes[id] = { ...node, ...(parent === undefined ? {} : { parent: parent as never }) };
      parentOf.set(id, parent);
    };
    for (const [at, { kind, in: inside, onError, onItemError, parallel, disabled }] of parts.entries()) {
      const id = `n${at}`;
      const parent = inside < frames.length ? frames[inside] : undefined;
      const shared = { agent: kind, ...(onError === "fail" ? {} : { onError }), ...(disabled ? { disabled } : {}) };
      if (kind === "forEach") add(id, { ...shared, config: { parallel, onItemError } }, parent);
      else if (kind === "loop") add(id, { ...shared, config: { until: "index > 0", maxIterations: 3 } }, parent);
      else if (kind === "merge") add(id, { ...shared, config: { mode: "any", count: parallel } }, parent);
      else add(id, shared, parent);
      if (kind !== "forEach" && kind !== "loop") continue;
      frames.push(id);
      add(`${id}w`, { agent: "work" }, id);
    }
    const ids = Object.keys(nodes);
    const edges = pairs.flatMap(([from, to]) => {
      const [source, target] = [ids[from], ids[to]];
      if (source === undefined || target === undefined || from >= to) return [];
      if (parentOf.get(source) !== parentOf.get(target)) return [];
      const [out, into] = [nodes[source]?.agent, nodes[target]?.agent];
      const port = out === "forEach" ? "results" : out === "loop" ? "result" : out === "merge" ? "items" : "out";
      // A port that takes one connection only is left to whoever was first.
      if (into === "forEach" || into === "loop") return [];
      return [`${source}.${port} -> ${target}.${into === "merge" ? "value" : "in"}`];
    });
    // A merge without a connection would not compile.
    for (const id of ids)
      if (nodes[id]?.agent === "merge" && !edges.some((edge) => edge.endsWith(`-> ${id}.value`)))
        nodes[id] = { ...nodes[id], agent: "work", config: {} };
    return sketch(
      nodes,
      edges.map((edge) => fixed(edge, nodes)),
      { timeoutMs: 60_000 },
    );
  });

/** Ports of a merge that became a work node. */
function fixed(edge: string, nodes: Readonly<Record<string, NodeSketch>>): string {
  const [from = "", to = ""] = edge.split(" -> ");
  const [source = "", port = ""] = from.split(".");
  return nodes[source]?.agent === "work" && port === "items" ? `${source}.out -> ${to}` : edge;
}
