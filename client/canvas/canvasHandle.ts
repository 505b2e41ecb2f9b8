import type { Point } from "./canvasContext.ts";

/** What the editor may ask of its canvas. All animations end at once with reduced motion. */
export interface CanvasHandle {
  fit(): void;
  /** 1 is 100 %. */
  zoomTo(zoom: number): void;
  zoomIn(): void;
  zoomOut(): void;
  /** Brings nodes into view without changing the zoom more than needed. */
  reveal(ids: readonly string[]): void;
  /** Canvas coordinates of the middle of what is visible. */
  center(): Point;
  toCanvas(screen: Point): Point;
  focus(): void;
}
