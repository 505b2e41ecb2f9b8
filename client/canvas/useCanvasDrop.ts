import type { DragEvent } from "react";
import type { CanvasActions, Point } from "./canvasContext.ts";

/** What a palette entry carries while it is dragged: the agent's kind. */
export const agentDragType = "application/x-agentflow-agent";

export function useCanvasDrop(actions: CanvasActions | null, toCanvas: (screen: Point) => Point) {
  return {
    onDragOver(event: DragEvent) {
      if (actions === null || !event.dataTransfer.types.includes(agentDragType)) return;
      event.preventDefault();
      event.dataTransfer.dropEffect = "copy";
    },
    onDrop(event: DragEvent) {
      const kind = event.dataTransfer.getData(agentDragType);
      if (actions === null || kind === "") return;
      event.preventDefault();
      actions.drop(kind, toCanvas({ x: event.clientX, y: event.clientY }));
    },
  };
}
