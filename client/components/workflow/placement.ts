import type { Point } from "#client/canvas/canvasContext.ts";
import type { PortRef } from "#client/canvas/connections.ts";
import { cardHeight, cardWidth, grid, handleOffset, portsOf, snap } from "#client/canvas/geometry.ts";
import { reach } from "#client/canvas/walk.ts";
import type { AgentDefinition } from "#src/agents/agent.ts";
import type { Graph, GraphEdge } from "#src/schemas/graph.ts";

/** Room between two cards that are connected, and between two that lie above each other. */
const besides = grid * 10;
const below = grid * 5;

export type Definitions = (kind: string) => AgentDefinition | undefined;

/** A free place for a card of this height near `at`: down from it, until no card is in the way. */
export function freePlace(
  graph: Graph,
  definitions: Definitions,
  { at, height }: { readonly at: Point; readonly height: number },
): Point {
  const place = { x: snap(at.x), y: snap(at.y) };
  for (let tries = 0; tries < 200; tries += 1) {
    const hit = graph.nodes.find((node) => {
      const tall = heightOf(definitions(node.agent));
      return (
        Math.abs(node.position.x - place.x) < cardWidth + grid * 2 &&
        node.position.y < place.y + height + grid * 2 &&
        place.y < node.position.y + tall + grid * 2
      );
    });
    if (hit === undefined) return place;
    place.y = snap(hit.position.y + heightOf(definitions(hit.agent)) + below);
  }
  return place;
}

/** Beside the port it is asked from: after an output, before an input. */
export function placeBeside(
  graph: Graph,
  definitions: Definitions,
  { from, height }: { readonly from: PortRef; readonly height: number },
): Point | null {
  const node = graph.nodes.find((each) => each.id === from.nodeId);
  if (node === undefined) return null;
  const shift = from.side === "output" ? cardWidth + besides : -(cardWidth + besides);
  return freePlace(graph, definitions, { at: { x: node.position.x + shift, y: node.position.y }, height });
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

/** In the middle of an edge; what follows moves right when there is too little room. */
export function placeOnEdge(graph: Graph, edge: GraphEdge): Insertion | null {
  const source = graph.nodes.find((node) => node.id === edge.source);
  const target = graph.nodes.find((node) => node.id === edge.target);
  if (source === undefined || target === undefined) return null;
  const left = source.position.x + cardWidth;
  const gap = target.position.x - left;
  const missing = Math.max(0, cardWidth + 2 * besides - gap);
  const following = missing === 0 || gap < 0 ? new Set<string>() : reach(graph, target.id, "downstream");
  const room = gap < 0 ? gap : gap + missing;
  const place = { x: snap(left + (room - cardWidth) / 2), y: snap((source.position.y + target.position.y) / 2) };
  const moved = graph.nodes
    .filter((node) => following.has(node.id))
    .map((node) => ({ id: node.id, position: { x: snap(node.position.x + missing), y: node.position.y } }));
  return { place, moved };
}

export function heightOf(definition: AgentDefinition | undefined): number {
  return cardHeight(portsOf(definition, { inputs: [], outputs: [] }));
}
