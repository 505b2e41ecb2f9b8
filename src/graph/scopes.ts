import type { AgentDefinition } from "../agents/agent.ts";
import type { Graph, GraphEdge, GraphNode } from "../schemas/graph.ts";
import type { Findings } from "./findings.ts";
import { type GraphIndex, indexGraph } from "./graphIndex.ts";
import { type Ancestry, ancestryOf, type Topology, topologyOf } from "./topology.ts";

/** How many containers may lie in each other. */
export const maxDepth = 8;

/** The nodes that lie side by side: those of the workflow itself, or those in one container's frame. */
export interface ScopeGraph {
  /** Null for the workflow itself. */
  readonly container: GraphNode | null;
  /** Around it; null for the workflow itself. */
  readonly outer: ScopeGraph | null;
  readonly nodes: readonly GraphNode[];
  /** Among its nodes. */
  readonly index: GraphIndex;
  /** From the container into its body, and back, in edge order. */
  readonly entries: readonly GraphEdge[];
  readonly results: readonly GraphEdge[];
  readonly topology: Topology;
  /** Null with a cycle, where "before" means nothing. */
  readonly ancestry: Ancestry | null;
  readonly inner: readonly ScopeGraph[];
}

/** Where an edge runs: within a scope, from a container into its body, out of it, or across a frame, which no edge may. */
export type EdgePlace = "within" | "entry" | "result" | "crossing";

export function placeOf(source: GraphNode, target: GraphNode): EdgePlace {
  if (target.parent === source.id) return "entry";
  if (source.parent === target.id) return "result";
  return source.parent === target.parent ? "within" : "crossing";
}

/** The graph by scopes, the workflow's own first. Nodes whose parent is not a container of this graph are left out: they are in the findings. */
export function scopesOf(graph: Graph, index: GraphIndex): ScopeGraph {
  const members = new Map<string, GraphNode[]>();
  for (const node of index.nodes.values()) append(members, node.parent ?? "", node);
  const within: Map<string, GraphEdge[]> = new Map();
  const entries: Map<string, GraphEdge[]> = new Map();
  const results: Map<string, GraphEdge[]> = new Map();
  for (const edge of graph.edges) {
    const source = index.nodes.get(edge.source);
    const target = index.nodes.get(edge.target);
    if (source === undefined || target === undefined) continue;
    const place = placeOf(source, target);
    if (place === "within") append(within, source.parent ?? "", edge);
    else if (place === "entry") append(entries, source.id, edge);
    else if (place === "result") append(results, target.id, edge);
  }
  const build = (container: GraphNode | null, outer: ScopeGraph | null): ScopeGraph => {
    const id = container?.id ?? "";
    const nodes = members.get(id) ?? [];
    const own = indexGraph({ nodes, edges: within.get(id) ?? [] });
    const topology = topologyOf(own);
    const ancestry = topology.cycles.length === 0 ? ancestryOf(topology.order, own) : null;
    const inner: ScopeGraph[] = [];
    const scope: ScopeGraph = {
      container,
      outer,
      nodes,
      index: own,
      entries: entries.get(id) ?? [],
      results: results.get(id) ?? [],
      topology,
      ancestry,
      inner,
    };
    for (const node of nodes) if (members.has(node.id)) inner.push(build(node, scope));
    return scope;
  };
  return build(null, null);
}

/** The scope itself and those in it, outermost first. */
export function allScopes(scope: ScopeGraph): ScopeGraph[] {
  return [scope, ...scope.inner.flatMap(allScopes)];
}

interface ParentCheck {
  readonly index: GraphIndex;
  readonly definitionOf: (node: GraphNode) => AgentDefinition | undefined;
  readonly findings: Findings;
}

/** Parents that do not exist, are no containers, lie in themselves or too deep. Without errors `scopesOf` has every node. */
export function checkParents({ index, definitionOf, findings }: ParentCheck): void {
  for (const node of index.nodes.values()) {
    if (node.parent === undefined) continue;
    const place = { nodeId: node.id };
    const parent = index.nodes.get(node.parent);
    const definition = parent && definitionOf(parent);
    if (parent === undefined) {
      findings.error(
        "unknown_container",
        `“${node.name}” lies in a container that does not exist. Take it out.`,
        place,
      );
    } else if (definition !== undefined && definition.body === undefined) {
      findings.error("unknown_container", `“${node.name}” lies in “${parent.name}”, which is not a container.`, place);
    } else if (depthOf(node, index) > maxDepth) {
      const message = `“${node.name}” lies in more than ${maxDepth} containers, or in itself.`;
      findings.error("too_deep", message, place);
    }
  }
}

/** How many containers are around a node; more than `maxDepth` for one that lies in itself. */
function depthOf(node: GraphNode, index: GraphIndex): number {
  let depth = 0;
  let at: GraphNode | undefined = node;
  while (at?.parent !== undefined && depth <= maxDepth) {
    depth += 1;
    at = index.nodes.get(at.parent);
  }
  return depth;
}

/** Who comes before whom, over all scopes: in one's own, and around it everything before the containers one lies in. */
export interface Reach {
  readonly isBefore: (source: GraphNode, node: GraphNode) => boolean;
  /** Every node that comes before, nearest scope first; `up`: how many frames outward it lies. */
  readonly before: (node: GraphNode) => readonly { readonly node: GraphNode; readonly up: number }[];
}

/** Null when a scope has a cycle. */
export function reachOf(root: ScopeGraph): Reach | null {
  const scopes = allScopes(root);
  if (scopes.some((scope) => scope.ancestry === null)) return null;
  const byContainer = new Map(scopes.map((scope) => [scope.container?.id as string | undefined, scope]));
  const levels = function* (node: GraphNode) {
    let at: GraphNode | null = node;
    for (let up = 0; at !== null; up += 1) {
      const scope = byContainer.get(at.parent);
      if (scope === undefined) return;
      yield { at, scope, up };
      at = scope.container;
    }
  };
  return {
    isBefore(source, node) {
      for (const { at, scope } of levels(node))
        if (at.parent === source.parent) return scope.ancestry?.isBefore(source.id, at.id) ?? false;
      return false;
    },
    before(node) {
      const found: { node: GraphNode; up: number }[] = [];
      for (const { at, scope, up } of levels(node))
        for (const place of scope.ancestry?.ancestors(at.id) ?? []) {
          const source = scope.topology.order[place];
          if (source !== undefined) found.push({ node: source, up });
        }
      return found;
    },
  };
}

function append<Item>(lists: Map<string, Item[]>, id: string, item: Item): void {
  const list = lists.get(id);
  if (list === undefined) lists.set(id, [item]);
  else list.push(item);
}
