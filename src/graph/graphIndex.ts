import type { Graph, GraphEdge, GraphNode } from "../schemas/graph.ts";

/** A graph's nodes and edges by what they are looked up with. Edges that dangle are in none of the lists. */
export interface GraphIndex {
  readonly nodes: ReadonlyMap<string, GraphNode>;
  readonly byKey: ReadonlyMap<string, GraphNode>;
  /** In edge order. A node without edges is absent. */
  readonly inbound: ReadonlyMap<string, readonly GraphEdge[]>;
  readonly outbound: ReadonlyMap<string, readonly GraphEdge[]>;
}

/** Where an id or a key occurs twice, the first node has it. */
export function indexGraph(graph: Pick<Graph, "nodes" | "edges">): GraphIndex {
  const nodes = new Map<string, GraphNode>();
  const byKey = new Map<string, GraphNode>();
  for (const node of graph.nodes) {
    if (!nodes.has(node.id)) nodes.set(node.id, node);
    if (!byKey.has(node.key)) byKey.set(node.key, node);
  }
  const inbound = new Map<string, GraphEdge[]>();
  const outbound = new Map<string, GraphEdge[]>();
  for (const edge of graph.edges) {
    if (!nodes.has(edge.source) || !nodes.has(edge.target)) continue;
    append(outbound, edge.source, edge);
    append(inbound, edge.target, edge);
  }
  return { nodes, byKey, inbound, outbound };
}

function append(lists: Map<string, GraphEdge[]>, id: string, edge: GraphEdge): void {
  const list = lists.get(id);
  if (list === undefined) lists.set(id, [edge]);
  else list.push(edge);
}
