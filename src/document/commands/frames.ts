import { AppError } from "../../errors.ts";
import type { Graph, GraphNode } from "../../schemas/graph.ts";
import { type Editing, edit } from "../editing.ts";
import { crossesFrame, framesOf } from "../frames.ts";
import { bodyTop, inset, type Size, sizeAround, sizeOf } from "../measures.ts";
import { documentMaps, nodeOf } from "../model.ts";
import { toGraph } from "../toGraph.ts";
import { placeOf, writeValue } from "../writeNode.ts";

/** How many containers may lie in each other; the compiler says the same of a graph that came from elsewhere. */
const mostFrames = 8;

export interface MoveInto {
  readonly nodeIds: readonly string[];
  /** The container; null takes them out of all. */
  readonly frame: string | null;
  /** Where they were dropped, on the canvas; the others keep their place on it. */
  readonly places?: ReadonlyMap<string, GraphNode["position"]>;
}

/**
 * Puts nodes, with what lies in them, into a container's frame or out of it, as one step. Connections that would cross a frame
 * are removed; returns how many. Throws `bad_request` where the container is gone, would lie in itself, or too deep.
 */
export function moveInto(editing: Editing, { nodeIds, frame, places }: MoveInto): number {
  const { graph } = toGraph(editing.doc);
  const target = frame === null ? undefined : frameIn(graph, frame);
  const roots = outermost(graph, nodeIds);
  if (target !== undefined) refuseDepth(graph, roots, target);
  const frames = framesOf(graph);
  const origin = target === undefined ? { x: 0, y: 0 } : frames.absolute(target);
  const crossing = crossingAfter(graph, roots, target);
  return edit(editing, { label: target === undefined ? "move out" : "move into container" }, () => {
    for (const node of roots) {
      const { x, y } = places?.get(node.id) ?? frames.absolute(node);
      const inside = { x: x - origin.x, y: y - origin.y };
      const position = target === undefined ? inside : insideBody(editing, target, inside);
      const stored = nodeOf(editing.doc, node.id);
      if (stored) writeValue(stored, "position", placeOf({ position, ...(target ? { parent: target.id } : {}) }));
    }
    const { edges } = documentMaps(editing.doc);
    for (const id of crossing) edges.delete(id);
    if (target !== undefined) growFrames(editing, [target.id]);
    return crossing.length;
  });
}

/** A container's frame in a graph. Throws `bad_request` where there is none any more. */
export function frameIn(graph: Graph, id: string): GraphNode {
  const found = graph.nodes.find((node) => node.id === id);
  if (found?.size === undefined) throw new AppError("bad_request", "This container is not there any more.");
  return found;
}

/** Those of the nodes that lie in none of the others. */
function outermost(graph: Graph, nodeIds: readonly string[]): GraphNode[] {
  const frames = framesOf(graph);
  const ids = new Set(nodeIds);
  return graph.nodes.filter((node) => ids.has(node.id) && !frames.around(node).some(({ id }) => ids.has(id)));
}

function refuseDepth(graph: Graph, roots: readonly GraphNode[], target: GraphNode): void {
  const frames = framesOf(graph);
  if (frames.withContents(roots.map(({ id }) => id)).has(target.id))
    throw new AppError("bad_request", "A container cannot lie in itself.");
  const above = frames.around(target).length + 1;
  for (const root of roots) {
    const around = frames.around(root).length;
    for (const id of frames.withContents([root.id])) {
      const node = graph.nodes.find((each) => each.id === id);
      const depth = node === undefined ? 0 : above + frames.around(node).length - around;
      if (depth > mostFrames) throw new AppError("bad_request", `At most ${mostFrames} containers lie in each other.`);
    }
  }
}

/** Edges that lead elsewhere once the roots are in `target`: across a frame, or from its inside to its outside ports. */
function crossingAfter(graph: Graph, roots: readonly GraphNode[], target: GraphNode | undefined): string[] {
  const moved = new Map(roots.filter(({ parent }) => parent !== target?.id).map((node) => [node.id, node]));
  const byId = new Map(graph.nodes.map((node) => [node.id, node]));
  const after = (node: GraphNode): GraphNode => {
    if (!moved.has(node.id)) return node;
    const { parent: _before, ...rest } = node;
    return target === undefined ? rest : { ...rest, parent: target.id };
  };
  const isWithin = (source: GraphNode, to: GraphNode) => source.parent === to.parent;
  return graph.edges.flatMap((edge) => {
    const [source, to] = [byId.get(edge.source), byId.get(edge.target)];
    if (!source || !to || (!moved.has(source.id) && !moved.has(to.id))) return [];
    const stays = !crossesFrame(after(source), after(to)) && isWithin(source, to) && isWithin(after(source), after(to));
    return stays ? [] : [edge.id];
  });
}

/** A place in a frame's body: never on its head or its ports. */
export function insideBody(
  { catalogue }: Pick<Editing, "catalogue">,
  frame: GraphNode,
  { x, y }: GraphNode["position"],
): GraphNode["position"] {
  const top = bodyTop(frame, catalogue.get(frame.agent)) + inset.least.top;
  return { x: Math.max(x, inset.least.left), y: Math.max(y, top) };
}

export interface ResizeFrame extends Size {
  /** Where dragging its left or top border moved it to. */
  readonly position?: GraphNode["position"];
}

/** Sets the size of a container's frame, never smaller than what lies in it; that keeps its place on the canvas. */
export function resizeFrame(editing: Editing, id: string, { width, height, position }: ResizeFrame): void {
  const { graph } = toGraph(editing.doc);
  const node = graph.nodes.find((each) => each.id === id);
  const stored = nodeOf(editing.doc, id);
  if (node?.size === undefined || stored === undefined) return;
  const by = shiftOf(editing, graph, { node, to: position ?? node.position });
  const missed = position === undefined ? { x: 0, y: 0 } : lessOf(lessOf(position, node.position), by);
  const contents = framesOf(graph)
    .childrenOf(id)
    .map((child) => ({ ...child, position: lessOf(child.position, by) }));
  const least = sizeOfContents(editing, node, contents);
  const size = { width: Math.max(least.width, width + missed.x), height: Math.max(least.height, height + missed.y) };
  edit(editing, { label: "resize container", group: `size:${id}` }, () => {
    writeValue(stored, "size", within(size));
    if (by.x !== 0 || by.y !== 0) {
      const { x, y } = node.position;
      writeValue(stored, "position", placeOf({ ...node, position: { x: x + by.x, y: y + by.y } }));
      for (const child of contents) {
        const held = nodeOf(editing.doc, child.id);
        if (held) writeValue(held, "position", placeOf(child));
      }
    }
    growFrames(editing, node.parent === undefined ? [] : [node.parent]);
  });
}

type Position = GraphNode["position"];
const lessOf = (one: Position, other: Position): Position => ({ x: one.x - other.x, y: one.y - other.y });

/** How far a frame's upper left corner may go towards a place: not over what lies in it, nor out of the frame around it. */
function shiftOf(editing: Editing, graph: Graph, { node, to }: { node: GraphNode; to: Position }): Position {
  const outer = node.parent === undefined ? undefined : graph.nodes.find(({ id }) => id === node.parent);
  const wanted = lessOf(outer === undefined ? to : insideBody(editing, outer, to), node.position);
  const contents = framesOf(graph).childrenOf(node.id);
  const top = bodyTop(node, editing.catalogue.get(node.agent)) + inset.least.top;
  const free = (value: number, least: number) => Math.max(0, value - least);
  return {
    x: Math.min(wanted.x, ...contents.map(({ position }) => free(position.x, inset.least.left))),
    y: Math.min(wanted.y, ...contents.map(({ position }) => free(position.y, top))),
  };
}

/** Frames that are too small for what lies in them grow, and with them those around. A part of another edit. */
export function growFrames(editing: Editing, frameIds: Iterable<string>): void {
  const open = [...frameIds];
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    // Read anew for each: the frame inside it has just grown.
    const { graph } = toGraph(editing.doc);
    const node = graph.nodes.find((each) => each.id === id);
    const stored = nodeOf(editing.doc, id);
    if (node?.size === undefined || stored === undefined) continue;
    const least = leastSize(editing, graph, node);
    const { width, height } = node.size;
    if (least.width <= width && least.height <= height) continue;
    writeValue(stored, "size", within({ width: Math.max(width, least.width), height: Math.max(height, least.height) }));
    if (node.parent !== undefined) open.push(node.parent);
  }
}

/** The size of a frame just around its contents. */
export const leastSize = (editing: Pick<Editing, "catalogue">, graph: Graph, frame: GraphNode): Size =>
  sizeOfContents(editing, frame, framesOf(graph).childrenOf(frame.id));

function sizeOfContents(
  { catalogue }: Pick<Editing, "catalogue">,
  frame: GraphNode,
  children: readonly GraphNode[],
): Size {
  const contents = children.map((node) => ({ ...node.position, ...sizeOf(node, catalogue.get(node.agent)) }));
  return sizeAround(frame, catalogue.get(frame.agent), contents);
}

const most = 20_000;
const within = ({ width, height }: Size) => ({ width: Math.min(most, width), height: Math.min(most, height) });
