import type { DragEvent } from "react";
import type { CanvasActions, Point } from "./canvasContext.ts";

/** What a palette entry carries while it is dragged: the agent's kind. */
export const agentDragType = "application/x-agentflow-agent";

interface CanvasDrop {
  readonly actions: CanvasActions | null;
  readonly toCanvas: (screen: Point) => Point;
  /** Marks the frame at this point as the one that would take it; null marks none. */
  readonly aim: (at: Point | null) => void;
}

export function useCanvasDrop({ actions, toCanvas, aim }: CanvasDrop) {
  return {
    onDragOver(event: DragEvent) {
      if (actions === null || !event.dataTransfer.types.includes(agentDragType)) return;
      event.preventDefault();
      event.dataTransfer.dropEffect = "copy";
      aim(toCanvas({ x: event.clientX, y: event.clientY }));
    },
    onDragLeave: () => aim(null),
    onDrop(event: DragEvent) {
      aim(null);
      const kind = event.dataTransfer.getData(agentDragType);
      if (actions === null || kind === "") return;
      event.preventDefault();
      actions.drop(kind, toCanvas({ x: event.clientX, y: event.clientY }));
    },
  };
}
