import { framesOf } from "#src/document/frames.ts";
import { bodyTop, frameSize, inset, type Size, sizeAround, sizeOf } from "#src/document/measures.ts";
import type { Graph, GraphNode, GraphNote } from "#src/schemas/graph.ts";
import type { Point } from "./canvasContext.ts";
import type { Definitions } from "./connections.ts";

interface Place extends Point {
  readonly width?: number;
  readonly height?: number;
}

export interface FrameLook extends Size {
  /** It cannot be made smaller than what lies in it: by its right and lower border, and by its left and upper one. */
  readonly least: Size;
  readonly leastFromStart: Size;
}

export const isFrame = (node: GraphNode, definitions: Definitions): boolean =>
  frameSize(node, definitions(node.agent)) !== undefined;

interface Laying {
  readonly definitions: Definitions;
  /** Drags in progress. */
  readonly places: ReadonlyMap<string, Place>;
}

/** How large each frame is drawn: as large as it is, and as what lies in it needs; a card dragged out of it needs nothing. */
export function frameLooks(graph: Graph, { definitions, places }: Laying): Map<string, FrameLook> {
  const looks = new Map<string, FrameLook>();
  const frames = framesOf(graph);
  const all = graph.nodes.filter((node) => isFrame(node, definitions));
  // Inner frames first: their size is what the outer ones need.
  const byDepth = all.map((node) => ({ node, depth: frames.around(node).length })).sort((a, b) => b.depth - a.depth);
  for (const { node } of byDepth) {
    const definition = definitions(node.agent);
    const resized = places.get(node.id);
    const stored = frameSize(node, definition) ?? { width: 0, height: 0 };
    const own = resized?.width && resized.height ? { width: resized.width, height: resized.height } : stored;
    const children = frames.childrenOf(node.id);
    const boxOf = (child: GraphNode, { x, y }: Point) => ({
      x,
      y,
      ...(looks.get(child.id) ?? sizeOf(child, definitions(child.agent))),
    });
    const held = children.flatMap((child) => {
      const place = places.get(child.id);
      const box = boxOf(child, place ?? child.position);
      return place !== undefined && !holdsMiddle(stored, box) ? [] : [box];
    });
    const needed = held.length === 0 ? own : sizeAround(node, definition, held);
    // Of what is in the document: the same during a drag.
    const boxes = children.map((child) => boxOf(child, child.position));
    looks.set(node.id, {
      width: Math.max(own.width, needed.width),
      height: Math.max(own.height, needed.height),
      least: sizeAround(node, definition, boxes),
      leastFromStart: leastFromStart(node, definition, { stored, boxes }),
    });
  }
  return looks;
}

/** What is left of a frame whose left and upper border come as near to what lies in it as they may. */
function leastFromStart(
  node: GraphNode,
  definition: ReturnType<Definitions>,
  { stored, boxes }: { readonly stored: Size; readonly boxes: readonly (Point & Size)[] },
): Size {
  const bare = sizeAround(node, definition, []);
  if (boxes.length === 0) return bare;
  const left = Math.min(...boxes.map(({ x }) => x)) - inset.least.left;
  const top = Math.min(...boxes.map(({ y }) => y)) - bodyTop(node, definition) - inset.least.top;
  return {
    width: Math.max(bare.width, stored.width - Math.max(0, left)),
    height: Math.max(bare.height, stored.height - Math.max(0, top)),
  };
}

/** Notes on a frame: they go where it goes. By their middle. */
export function notesOn(graph: Graph, definitions: Definitions, frame: GraphNode): readonly GraphNote[] {
  const size = frameSize(frame, definitions(frame.agent));
  if (size === undefined || graph.notes.length === 0) return [];
  const { x, y } = framesOf(graph).absolute(frame);
  return graph.notes.filter(({ position, width, height }) =>
    holdsMiddle(size, { x: position.x - x, y: position.y - y, width, height }),
  );
}

function holdsMiddle(frame: Size, box: Point & Size): boolean {
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
  return x >= 0 && y >= 0 && x <= frame.width && y <= frame.height;
}

/** The innermost frame at a point of the canvas; null outside of all. `except`: frames that are on their way themselves. */
export function frameAt(
  graph: Graph,
  definitions: Definitions,
  { at, except }: { readonly at: Point; readonly except?: ReadonlySet<string> },
): string | null {
  const frames = framesOf(graph);
  let found: { id: string; depth: number } | null = null;
  for (const node of graph.nodes) {
    const size = frameSize(node, definitions(node.agent));
    if (size === undefined || except?.has(node.id)) continue;
    const { x, y } = frames.absolute(node);
    if (at.x < x || at.y < y || at.x > x + size.width || at.y > y + size.height) continue;
    const depth = frames.around(node).length;
    if (found === null || depth >= found.depth) found = { id: node.id, depth };
  }
  return found?.id ?? null;
}

/** Where a node being dragged would go: by its middle. */
export function dropFrame(
  graph: Graph,
  definitions: Definitions,
  { id, place, dragged }: { readonly id: string; readonly place: Point; readonly dragged: Iterable<string> },
): string | null {
  const node = graph.nodes.find((each) => each.id === id);
  if (node === undefined) return null;
  const frames = framesOf(graph);
  const { x, y } = frames.absolute({ ...node, position: place });
  const { width, height } = sizeOf(node, definitions(node.agent));
  return frameAt(graph, definitions, {
    at: { x: x + width / 2, y: y + height / 2 },
    except: frames.withContents([...dragged, id]),
  });
}
