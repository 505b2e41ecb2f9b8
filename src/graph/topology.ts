import type { Graph, GraphNode, NodeId } from "../schemas/graph.ts";
import { type GraphIndex, indexGraph } from "./graphIndex.ts";

export interface Topology {
  /** A source before its targets; ties in the graph's order. Nodes on or behind a cycle are absent. */
  readonly order: readonly GraphNode[];
  /** Each cycle's nodes, in the graph's order. */
  readonly cycles: readonly (readonly GraphNode[])[];
}

/** Linear in nodes and edges; never recurses, so a chain of any length is fine. */
export function topologyOf(index: GraphIndex): Topology {
  const waitingFor = new Map<string, number>();
  const order: GraphNode[] = [];
  for (const node of index.nodes.values()) {
    const count = index.inbound.get(node.id)?.length ?? 0;
    waitingFor.set(node.id, count);
    if (count === 0) order.push(node);
  }
  // `order` is its own queue: a node is appended when the last of its sources has been.
  for (const node of order) {
    for (const edge of index.outbound.get(node.id) ?? []) {
      const left = (waitingFor.get(edge.target) ?? 0) - 1;
      waitingFor.set(edge.target, left);
      const target = index.nodes.get(edge.target);
      if (left === 0 && target !== undefined) order.push(target);
    }
  }
  if (order.length === index.nodes.size) return { order, cycles: [] };
  const settled = new Set(order.map((node) => node.id));
  return { order, cycles: cyclesAmong(index, (id) => !settled.has(id as NodeId)) };
}

interface Visit {
  readonly id: string;
  nextEdge: number;
}

/** Strongly connected components with more than one node or a loop to itself (Tarjan's algorithm with a stack of its own). */
function cyclesAmong(index: GraphIndex, includes: (id: string) => boolean): GraphNode[][] {
  const number = new Map<string, number>();
  const lowest = new Map<string, number>();
  const open: string[] = [];
  const isOpen = new Set<string>();
  const cycles: GraphNode[][] = [];
  const place = new Map([...index.nodes.keys()].map((id, at) => [id, at]));
  const lower = (id: string, to: number) => lowest.set(id, Math.min(lowest.get(id) ?? to, to));

  function enter(id: string, path: Visit[]): void {
    number.set(id, number.size);
    lowest.set(id, number.size - 1);
    open.push(id);
    isOpen.add(id);
    path.push({ id, nextEdge: 0 });
  }
  function leave(id: string, path: readonly Visit[]): void {
    const low = lowest.get(id) ?? 0;
    const parent = path.at(-1);
    if (parent !== undefined) lower(parent.id, low);
    if (low !== number.get(id)) return;
    const members = open.splice(open.lastIndexOf(id));
    for (const member of members) isOpen.delete(member);
    const isLoop = index.outbound.get(id)?.some((edge) => edge.target === id) ?? false;
    if (members.length === 1 && !isLoop) return;
    members.sort((one, other) => (place.get(one) ?? 0) - (place.get(other) ?? 0));
    cycles.push(members.flatMap((member) => index.nodes.get(member) ?? []));
  }

  for (const root of index.nodes.keys()) {
    if (!includes(root) || number.has(root)) continue;
    const path: Visit[] = [];
    enter(root, path);
    for (let visit = path.at(-1); visit !== undefined; visit = path.at(-1)) {
      const edge = index.outbound.get(visit.id)?.[visit.nextEdge];
      visit.nextEdge += 1;
      if (edge === undefined) {
        path.pop();
        leave(visit.id, path);
      } else if (includes(edge.target)) {
        if (!number.has(edge.target)) enter(edge.target, path);
        else if (isOpen.has(edge.target)) lower(visit.id, number.get(edge.target) ?? 0);
      }
    }
  }
  return cycles;
}

/**
 * Every node that comes before `nodeId`, or before a container around it, in the graph's order: those whose outputs its templates
 * may read. Cycles do no harm.
 */
export function upstreamOf(graph: Pick<Graph, "nodes" | "edges">, nodeId: string): GraphNode[] {
  const index = indexGraph(graph);
  const found = new Set<string>();
  const around = containersOf(graph, nodeId);
  const open = [nodeId, ...around.map(({ id }) => id as string)];
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    for (const edge of index.inbound.get(id) ?? []) {
      const isWithin = index.nodes.get(edge.source)?.parent === index.nodes.get(id)?.parent;
      if (!isWithin || found.has(edge.source)) continue;
      found.add(edge.source);
      open.push(edge.source);
    }
  }
  for (const { id } of around) found.delete(id);
  found.delete(nodeId);
  return [...index.nodes.values()].filter((node) => found.has(node.id));
}

/** The containers around a node, innermost first. */
export function containersOf(graph: Pick<Graph, "nodes">, nodeId: string): GraphNode[] {
  const byId = new Map<string | undefined, GraphNode>(graph.nodes.map((node) => [node.id, node]));
  const around: GraphNode[] = [];
  for (let at = byId.get(byId.get(nodeId)?.parent); at !== undefined; at = byId.get(at.parent)) {
    if (around.includes(at)) break;
    around.push(at);
  }
  return around;
}

/** Nodes by how many steps come before them at the longest; nodes on or behind a cycle make the last layer. */
export function layersOf(graph: Pick<Graph, "nodes" | "edges">): GraphNode[][] {
  const index = indexGraph(graph);
  const { order } = topologyOf(index);
  const depth = new Map<string, number>();
  const layers: GraphNode[][] = [];
  for (const node of order) {
    let own = 0;
    for (const edge of index.inbound.get(node.id) ?? []) own = Math.max(own, (depth.get(edge.source) ?? 0) + 1);
    depth.set(node.id, own);
    const layer = layers[own];
    if (layer === undefined) layers[own] = [node];
    else layer.push(node);
  }
  const rest = [...index.nodes.values()].filter((node) => !depth.has(node.id));
  return rest.length === 0 ? layers : [...layers, rest];
}

/** Answers "does a come before b?" for all pairs; built in one pass over a topological order, one bit a pair. */
export interface Ancestry {
  readonly isBefore: (one: string, other: string) => boolean;
  readonly ancestors: (id: string) => readonly number[];
}

/** `order` must hold a source before its targets; `ancestors` gives places in it, ascending. */
export function ancestryOf(order: readonly { readonly id: string }[], index: GraphIndex): Ancestry {
  const words = Math.ceil(order.length / 32);
  const bits = new Uint32Array(words * order.length);
  const place = new Map(order.map((node, at) => [node.id, at]));
  for (const [at, node] of order.entries()) {
    for (const edge of index.inbound.get(node.id) ?? []) {
      const source = place.get(edge.source);
      if (source === undefined) continue;
      for (let word = 0; word <= source >> 5; word += 1) {
        bits[at * words + word] = (bits[at * words + word] ?? 0) | (bits[source * words + word] ?? 0);
      }
      bits[at * words + (source >> 5)] = (bits[at * words + (source >> 5)] ?? 0) | (1 << (source & 31));
    }
  }
  const has = (at: number, source: number) => (((bits[at * words + (source >> 5)] ?? 0) >>> (source & 31)) & 1) === 1;
  return {
    isBefore(one, other) {
      const source = place.get(one);
      const at = place.get(other);
      return source !== undefined && at !== undefined && has(at, source);
    },
    ancestors(id) {
      const at = place.get(id);
      const found: number[] = [];
      for (let source = 0; at !== undefined && source < at; source += 1) if (has(at, source)) found.push(source);
      return found;
    },
  };
}
