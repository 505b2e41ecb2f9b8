import { useReactFlow, useStoreApi } from "@xyflow/react";
import { useCallback, useEffect, useMemo, useRef } from "react";
import type { Graph } from "#src/schemas/graph.ts";
import type { Point } from "./canvasContext.ts";
import type { CanvasHandle } from "./canvasHandle.ts";
import type { CanvasEdge, CanvasNode } from "./canvasNodes.ts";
import { cardWidth } from "./geometry.ts";

/** Below this zoom a card shows only its tile and its name. */
const farZoom = 0.35;

/** Room for the tools at the left and the run bar below. */
export const fitOptions = {
  padding: { left: "80px", right: "48px", top: "56px", bottom: "64px" },
  maxZoom: 1.1,
  minZoom: 0.1,
} as const;

/** The canvas as others may steer it, and the zoom as a style: no component draws again while zooming. */
export function useCanvasHandle(options: { graph: Graph; onReady: (canvas: CanvasHandle) => void }) {
  const { graph, onReady } = options;
  const view = useReactFlow<CanvasNode, CanvasEdge>();
  const store = useStoreApi();
  const root = useRef<HTMLDivElement>(null);
  const shown = useRef(graph);
  shown.current = graph;

  const toCanvas = useCallback((screen: Point) => view.screenToFlowPosition(screen, { snapToGrid: false }), [view]);
  const zoomed = useCallback((zoom: number) => {
    root.current?.style.setProperty("--zoom", String(zoom));
    root.current?.toggleAttribute("data-far", zoom < farZoom);
  }, []);

  const handle = useMemo<CanvasHandle>(() => {
    const duration = () => (matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : 180);
    return {
      fit: () => void view.fitView({ ...fitOptions, duration: duration() }),
      zoomTo: (zoom) => void view.zoomTo(zoom, { duration: duration() }),
      zoomIn: () => void view.zoomIn({ duration: duration() }),
      zoomOut: () => void view.zoomOut({ duration: duration() }),
      reveal(ids) {
        const { width, height, transform } = store.getState();
        const nodes = shown.current.nodes.filter((node) => ids.includes(node.id));
        if (nodes.length === 0) return;
        const xs = nodes.map((node) => node.position.x);
        const ys = nodes.map((node) => node.position.y);
        const box = {
          left: Math.min(...xs),
          right: Math.max(...xs) + cardWidth,
          top: Math.min(...ys),
          bottom: Math.max(...ys) + 120,
        };
        const zoom = Math.max(transform[2], 0.6);
        const [x, y] = [(box.left + box.right) / 2, (box.top + box.bottom) / 2];
        const onScreen = { x: x * transform[2] + transform[0], y: y * transform[2] + transform[1] };
        const visible = onScreen.x > 160 && onScreen.x < width - 160 && onScreen.y > 80 && onScreen.y < height - 80;
        if (!visible || zoom !== transform[2]) void view.setCenter(x, y, { zoom, duration: duration() });
      },
      center() {
        const { width, height, transform } = store.getState();
        return { x: (width / 2 - transform[0]) / transform[2], y: (height / 2 - transform[1]) / transform[2] };
      },
      toCanvas,
      focus: () => root.current?.focus({ preventScroll: true }),
    };
  }, [view, store, toCanvas]);

  useEffect(() => {
    zoomed(view.getZoom());
    onReady(handle);
  }, [handle, onReady, zoomed, view]);

  return { root, toCanvas, zoomed };
}
