import type { Point } from "./canvasContext.ts";

export interface Box {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

export interface Resized {
  /** Of the canvas, in pixels. */
  readonly before: Size;
  readonly after: Size;
  /** Where the canvas shows its origin, and its zoom. */
  readonly at: Point & { readonly zoom: number };
  /** How much of each side lies under what floats over the canvas, in pixels. */
  readonly margin: Box;
}

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** How far a stretch has to move to lie between two edges; its beginning counts, when it is too long. */
function shift(from: number, to: number, edges: readonly [from: number, to: number]): number {
  if (to > edges[1]) return Math.max(edges[1] - to, Math.min(0, edges[0] - from));
  return Math.max(0, Math.min(edges[0] - from, edges[1] - to));
}

/**
 * How far the canvas has to be moved, in pixels, so that what was in view before it changed its size still is. Null when it was not,
 * or nothing has to be done.
 */
export function moveToKeep(box: Box, { before, after, at, margin }: Resized): Point | null {
  const left = box.left * at.zoom + at.x;
  const right = box.right * at.zoom + at.x;
  const top = box.top * at.zoom + at.y;
  const bottom = box.bottom * at.zoom + at.y;
  const middle = { x: (left + right) / 2, y: (top + bottom) / 2 };
  const wasInView = middle.x >= 0 && middle.x <= before.width && middle.y >= 0 && middle.y <= before.height;
  if (!wasInView) return null;
  // What was not whole before need not become so in a direction that has not changed.
  const x = after.width === before.width ? 0 : shift(left, right, [margin.left, after.width - margin.right]);
  const y = after.height === before.height ? 0 : shift(top, bottom, [margin.top, after.height - margin.bottom]);
  return x === 0 && y === 0 ? null : { x, y };
}
