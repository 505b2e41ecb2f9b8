import type { Point } from "#client/canvas/canvasContext.ts";
import type { PortRef } from "#client/canvas/connections.ts";
import { cardHeight, cardWidth, grid, handleOffset, snap } from "#client/canvas/geometry.ts";
import { reach } from "#client/canvas/walk.ts";
import type { AgentDefinition } from "#src/agents/agent.ts";
import { framesOf } from "#src/document/frames.ts";
import { bodyTop, frameSize, inset, type Size, sizeOf } from "#src/document/measures.ts";
import type { Graph, GraphEdge, GraphNode } from "#src/schemas/graph.ts";

/** Room between two cards that are connected, and between two that lie above each other. */
const besides = grid * 10;
const below = grid * 5;

export type Definitions = (kind: string) => AgentDefinition | undefined;

/** Where a node goes: all places are inside this frame, or on the canvas. */
export interface Ground {
  readonly graph: Graph;
  readonly definitions: Definitions;
  readonly frame: string | undefined;
}

/** A free place for a node of this size near `at`: down from it, until nothing in the same frame is in the way. */
export function freePlace(ground: Ground, { at, size }: { readonly at: Point; readonly size: Size }): Point {
  const { graph, definitions, frame } = ground;
  const place = { x: snap(at.x), y: snap(at.y) };
  const beside = framesOf(graph).childrenOf(frame);
  for (let tries = 0; tries < 200; tries += 1) {
    const hit = beside.find((node) => {
      const { width, height } = sizeOf(node, definitions(node.agent));
      return (
        node.position.x < place.x + size.width + grid * 2 &&
        place.x < node.position.x + width + grid * 2 &&
        node.position.y < place.y + size.height + grid * 2 &&
        place.y < node.position.y + height + grid * 2
      );
    });
    if (hit === undefined) return place;
    place.y = snap(hit.position.y + sizeOf(hit, definitions(hit.agent)).height + below);
  }
  return place;
}

interface Beside {
  readonly from: PortRef;
  readonly size: Size;
}

/** Beside the port it is asked from: after an output, before an input; at the border of the frame for a container's inner ports. */
export function placeBeside(ground: Ground, { from, size }: Beside): Point | null {
  const { graph, definitions, frame } = ground;
  const node = graph.nodes.find((each) => each.id === from.nodeId);
  if (node === undefined) return null;
  const own = sizeOf(node, definitions(node.agent));
  if (node.id === frame) {
    const first = firstPlace(ground);
    const x = from.side === "output" ? first.x : own.width - inset.right - size.width;
    return freePlace(ground, { at: { x: Math.max(first.x, x), y: first.y }, size });
  }
  const shift = from.side === "output" ? own.width + besides : -(size.width + besides);
  return freePlace(ground, { at: { x: node.position.x + shift, y: node.position.y }, size });
}

/** The upper left corner of a frame's body. */
export function firstPlace({ graph, definitions, frame }: Ground): Point {
  const node = graph.nodes.find((each) => each.id === frame);
  if (node === undefined) return { x: 0, y: 0 };
  return { x: inset.left, y: bodyTop(node, definitions(node.agent)) + inset.top };
}

/** Where a card goes whose first handle should be at `at`: at its left after an output, at its right before an input. */
export function placeAtHandle(at: Point, side: PortRef["side"] | null): Point {
  if (side === null) return { x: snap(at.x - cardWidth / 2), y: snap(at.y - grid * 5) };
  const left = side === "output" ? at.x : at.x - cardWidth;
  return { x: snap(left), y: snap(at.y - handleOffset(0)) };
}

export interface Insertion {
  readonly place: Point;
  /** Cards that make room, with their new places. */
  readonly moved: readonly { readonly id: string; readonly position: Point }[];
}

/** In the middle of an edge; what follows in the same frame moves right when there is too little room. */
export function placeOnEdge(ground: Ground, edge: GraphEdge, size: Size): Insertion | null {
  const { graph, definitions, frame } = ground;
  const source = graph.nodes.find((node) => node.id === edge.source);
  const target = graph.nodes.find((node) => node.id === edge.target);
  if (source === undefined || target === undefined) return null;
  const ends = { source: endOf(ground, source), target: endOf(ground, target) };
  const left = source.id === frame ? inset.left - besides : ends.source.x + ends.source.width;
  const right =
    target.id === frame
      ? Math.max(ends.target.width - inset.right + besides, left + size.width + 2 * besides)
      : ends.target.x;
  const gap = right - left;
  const missing = Math.max(0, size.width + 2 * besides - gap);
  const following = missing === 0 || gap < 0 || target.id === frame ? new Set() : reach(graph, target.id, "downstream");
  const room = gap < 0 ? gap : gap + missing;
  const heights = [source, target].filter(({ id }) => id !== frame).map(({ position }) => position.y);
  const y = heights.reduce((sum, each) => sum + each, 0) / Math.max(1, heights.length);
  const moved = framesOf(graph)
    .childrenOf(frame)
    .filter((node) => following.has(node.id))
    .map((node) => ({ id: node.id, position: { x: snap(node.position.x + missing), y: node.position.y } }));
  const place = { x: snap(left + (room - size.width) / 2), y: snap(y) };
  return { place: moved.length > 0 ? place : freePlace({ graph, definitions, frame }, { at: place, size }), moved };
}

function endOf({ definitions }: Ground, node: GraphNode): Size & Point {
  return { ...node.position, ...sizeOf(node, definitions(node.agent)) };
}

/** Of a node just added. */
export function newSize(definition: AgentDefinition): Size {
  const frame = frameSize({ config: {} }, definition);
  return frame ?? { width: cardWidth, height: cardHeight(definition) };
}
