import type { Graph } from "#src/schemas/graph.ts";

export type Direction = "left" | "right" | "up" | "down";

/**
 * The node that an arrow key goes to. Right and left follow edges first (the neighbour that is closest in height);
 * otherwise, and for up and down, the nearest node that lies that way. It stays in the frame. Null at the edge of it.
 */
export function walk(graph: Graph, from: string, direction: Direction): string | null {
  const start = graph.nodes.find((node) => node.id === from);
  if (start === undefined) return graph.nodes[0]?.id ?? null;
  const beside = graph.nodes.filter((node) => node.parent === start.parent);
  const linked = neighbours(graph, from, direction);
  const joined = beside.filter((node) => linked.has(node.id));
  const candidates = joined.length > 0 ? joined : beside;
  let best: { id: string; cost: number } | null = null;
  for (const node of candidates) {
    if (node.id === from) continue;
    const dx = node.position.x - start.position.x;
    const dy = node.position.y - start.position.y;
    const cost = joined.length > 0 ? Math.abs(dy) : costOf(direction, dx, dy);
    if (cost !== null && (best === null || cost < best.cost)) best = { id: node.id, cost };
  }
  return best?.id ?? null;
}

/** The step in a container's frame that comes first; null for an empty one and for any other node. */
export function inner(graph: Graph, from: string): string | null {
  const children = graph.nodes.filter((node) => node.parent === from);
  const first = [...children].sort((a, b) => a.position.x - b.position.x || a.position.y - b.position.y)[0];
  return first?.id ?? null;
}

/** The container whose frame a node lies in. */
export function outer(graph: Graph, from: string): string | null {
  return graph.nodes.find((node) => node.id === from)?.parent ?? null;
}

/** The node and everything in its frame that feeds it (upstream) or that it feeds (downstream). */
export function reach(graph: Graph, from: string, way: "upstream" | "downstream"): Set<string> {
  const parents = new Map<string, string | undefined>(graph.nodes.map(({ id, parent }) => [id, parent]));
  const edges = graph.edges.filter(({ source, target }) => parents.get(source) === parents.get(target));
  const seen = new Set([from]);
  const open = [from];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    for (const edge of edges) {
      const [here, there] = way === "downstream" ? [edge.source, edge.target] : [edge.target, edge.source];
      if (here === node && !seen.has(there)) {
        seen.add(there);
        open.push(there);
      }
    }
  }
  return seen;
}

function neighbours(graph: Graph, from: string, direction: Direction): ReadonlySet<string> {
  if (direction === "right") return new Set(graph.edges.filter((e) => e.source === from).map((e) => e.target));
  if (direction === "left") return new Set(graph.edges.filter((e) => e.target === from).map((e) => e.source));
  return new Set();
}

/** Distance along the direction, sideways distance counting double; null when the node lies elsewhere. */
function costOf(direction: Direction, dx: number, dy: number): number | null {
  const [along, across] = direction === "left" || direction === "right" ? [dx, dy] : [dy, dx];
  const forward = direction === "left" || direction === "up" ? -along : along;
  return forward <= 0 ? null : forward + 2 * Math.abs(across);
}
