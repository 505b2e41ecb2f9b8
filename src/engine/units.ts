import { indexGraph } from "../graph/graphIndex.ts";
import { topologyOf } from "../graph/topology.ts";
import type { Graph, GraphNode, NodeId } from "../schemas/graph.ts";

/** A node at the top of a graph; with a container, everything that lies in it, however deep. */
export interface Unit {
  /** Of the node at the top: also the key of its step. */
  readonly id: string;
  /** In the graph's order. */
  readonly nodes: readonly GraphNode[];
  /** Edges that arrive in it, those inside it too, as text, in the graph's order: the order of values at a port follows it. */
  readonly edges: readonly string[];
  /** Units that it gets something from. */
  readonly sources: readonly string[];
}

export interface Units {
  /** A source before what it leads to; units of a cycle, which no valid graph has, are left out. */
  readonly ordered: readonly Unit[];
  readonly byId: ReadonlyMap<string, Unit>;
  /** The unit in which a node lies. */
  readonly unitOf: (nodeId: string) => string;
}

interface Draft {
  readonly id: string;
  readonly nodes: GraphNode[];
  readonly edges: string[];
  readonly sources: Set<string>;
}

export function unitsOf(graph: Graph): Units {
  const parents = new Map<string, string | undefined>(graph.nodes.map(({ id, parent }) => [id, parent]));
  const unitOf = (nodeId: string): string => {
    let top = nodeId;
    for (let depth = 0; depth < graph.nodes.length; depth += 1) {
      const parent = parents.get(top);
      if (parent === undefined) break;
      top = parent;
    }
    return top;
  };
  const drafts = new Map<string, Draft>();
  for (const node of graph.nodes) {
    const id = unitOf(node.id);
    const draft = drafts.get(id) ?? { id, nodes: [], edges: [], sources: new Set() };
    draft.nodes.push(node);
    drafts.set(id, draft);
  }
  for (const { source, sourcePort, target, targetPort } of graph.edges) {
    const [from, to] = [drafts.get(unitOf(source)), drafts.get(unitOf(target))];
    if (from === undefined || to === undefined) continue;
    to.edges.push(`${source}.${sourcePort} -> ${target}.${targetPort}`);
    if (from === to) continue;
    to.sources.add(from.id);
  }
  const lifted = graph.edges.flatMap((edge) => {
    const [source, target] = [unitOf(edge.source), unitOf(edge.target)];
    return source === target ? [] : [{ ...edge, source: source as NodeId, target: target as NodeId }];
  });
  const tops = graph.nodes.filter(({ id }) => unitOf(id) === id);
  const byId = new Map<string, Unit>(
    [...drafts.values()].map((draft) => [draft.id, { ...draft, sources: [...draft.sources] }]),
  );
  const { order } = topologyOf(indexGraph({ nodes: tops, edges: lifted }));
  return { ordered: order.flatMap(({ id }) => byId.get(id) ?? []), byId, unitOf };
}

/** For each node the nodes that its result may depend on: everything before it, and before the containers that it lies in. */
export function causesOf({ nodes, edges }: Graph): (nodeId: string) => ReadonlySet<string> {
  const sources = new Map<string, string[]>();
  const add = (target: string, source: string) => sources.set(target, [...(sources.get(target) ?? []), source]);
  for (const { source, target } of edges) add(target, source);
  for (const { id, parent } of nodes) if (parent !== undefined) add(id, parent);
  const known = new Map<string, ReadonlySet<string>>();
  return (nodeId) => {
    const before = known.get(nodeId);
    if (before !== undefined) return before;
    const found = new Set<string>();
    const open = [...(sources.get(nodeId) ?? [])];
    for (let id = open.pop(); id !== undefined; id = open.pop()) {
      if (found.has(id)) continue;
      found.add(id);
      open.push(...(sources.get(id) ?? []));
    }
    found.delete(nodeId);
    known.set(nodeId, found);
    return found;
  };
}
