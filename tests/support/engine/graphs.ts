import { type Graph, type GraphInput, graph } from "#src/schemas/graph.ts";

export type NodeSketch = Partial<Omit<GraphInput["nodes"][number], "id">>;

/**
 * A graph from `{ id: agent or node }` and edges like `"a.out -> b.in"`. Keys and names are the ids. Not validated beyond
 * its shape: bad graphs are made with it too.
 */
export function sketch(
  nodes: Readonly<Record<string, string | NodeSketch>>,
  edges: readonly string[] = [],
  settings: GraphInput["settings"] = {},
): Graph {
  return graph.parse({
    nodes: Object.entries(nodes).map(([id, node]) => ({
      id,
      key: id,
      name: id,
      agent: "work",
      position: { x: 0, y: 0 },
      config: {},
      ...(typeof node === "string" ? { agent: node } : node),
    })),
    edges: edges.map((edge, index) => {
      const [from = "", to = ""] = edge.split(" -> ");
      const [source = "", sourcePort = "out"] = from.split(".");
      const [target = "", targetPort = "in"] = to.split(".");
      return { id: `e${index}`, source, sourcePort, target, targetPort };
    }),
    settings,
  });
}

/** `n0 -> n1 -> ...`, all `work`. */
export function chain(length: number): Graph {
  const ids = Array.from({ length }, (_, index) => `n${index}`);
  return sketch(
    Object.fromEntries(ids.map((id) => [id, "work"])),
    ids.slice(1).map((id, index) => `n${index} -> ${id}`),
  );
}
