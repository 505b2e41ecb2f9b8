import { type ReactFlowInstance, useReactFlow, useStoreApi } from "@xyflow/react";
import { useCallback, useEffect, useMemo, useRef } from "react";
import { framesOf } from "#src/document/frames.ts";
import { sizeOf } from "#src/document/measures.ts";
import type { Graph } from "#src/schemas/graph.ts";
import type { Point } from "./canvasContext.ts";
import type { CanvasHandle } from "./canvasHandle.ts";
import type { CanvasEdge, CanvasNode } from "./canvasNodes.ts";
import type { Definitions } from "./connections.ts";
import { type Box, moveToKeep } from "./keepInView.ts";

/** Below this zoom a card shows only its tile and its name. */
const farZoom = 0.35;

/** Room for the tools at the left and the zoom bar below, and for the minimap where there is one. */
const fitOptions = {
  padding: { left: "64px", right: "24px", top: "56px", bottom: "64px" },
  maxZoom: 1,
  minZoom: 0.1,
} as const;
const aboveMinimap = { ...fitOptions, padding: { ...fitOptions.padding, bottom: "136px" } } as const;

/** On a screen narrower than this a whole workflow would be too small to read: it begins at its first step instead. */
const narrowWidth = 600;
const narrowZoom = 0.6;

interface FitAll {
  readonly graph: Graph;
  readonly root: HTMLElement;
  readonly duration: number;
}

function fitAll(view: ReactFlowInstance<CanvasNode, CanvasEdge>, { graph, root, duration }: FitAll): void {
  const width = root.clientWidth;
  const [first] = framesOf(graph)
    .childrenOf(undefined)
    .toSorted((a, b) => a.position.x - b.position.x);
  if (first === undefined) return;
  if (width >= narrowWidth) void view.fitView({ ...(showsMinimap(root) ? aboveMinimap : fitOptions), duration });
  else {
    const x = first.position.x + (width / 2 - margin.left) / narrowZoom;
    void view.setCenter(x, first.position.y + cardHeightAtMost / 2, { zoom: narrowZoom, duration });
  }
}

/** The minimap hides itself on a low canvas (`canvas.css`). */
const showsMinimap = (root: HTMLElement) => root.querySelector(".react-flow__minimap")?.checkVisibility() === true;

/** A node that is brought into view keeps this distance from the edges, in pixels. */
const margin = { left: 72, right: 56, top: 48, bottom: 64 };
const marginOf = (root: HTMLElement) => (showsMinimap(root) ? { ...margin, bottom: 136 } : margin);
/** Nearer than this a node brought into view can be read. */
const readableZoom = 0.5;

interface Shown {
  readonly graph: Graph;
  readonly definitions: Definitions;
  /** Ids of the selected nodes. */
  readonly selected: ReadonlySet<string>;
}

function boundsOf({ graph, definitions }: Pick<Shown, "graph" | "definitions">, ids: readonly string[]): Box | null {
  const frames = framesOf(graph);
  const boxes = graph.nodes
    .filter((node) => ids.includes(node.id))
    .map((node) => ({ ...frames.absolute(node), ...sizeOf(node, definitions(node.agent)) }));
  if (boxes.length === 0) return null;
  return {
    left: Math.min(...boxes.map(({ x }) => x)),
    right: Math.max(...boxes.map(({ x, width }) => x + width)),
    top: Math.min(...boxes.map(({ y }) => y)),
    bottom: Math.max(...boxes.map(({ y, height }) => y + height)),
  };
}
/** Good enough for the first card of a narrow screen. */
const cardHeightAtMost = 136;

/** The canvas as others may steer it, and the zoom as a style: no component draws again while zooming. */
export function useCanvasHandle(options: Shown & { readonly onReady: (canvas: CanvasHandle) => void }) {
  const { graph, definitions, onReady } = options;
  const view = useReactFlow<CanvasNode, CanvasEdge>();
  const store = useStoreApi();
  const root = useRef<HTMLDivElement>(null);
  const shown = useRef<Shown>(options);
  shown.current = options;
  const fitted = useRef(graph.nodes.length > 0);
  // A node added a moment ago is asked for before it is drawn: it is brought into view when it is.
  const awaited = useRef<readonly string[] | null>(null);

  const toCanvas = useCallback((screen: Point) => view.screenToFlowPosition(screen, { snapToGrid: false }), [view]);
  const zoomed = useCallback((zoom: number) => {
    root.current?.style.setProperty("--zoom", String(zoom));
    root.current?.toggleAttribute("data-far", zoom < farZoom);
  }, []);

  const handle = useMemo<CanvasHandle>(() => {
    const byHand = (move: () => unknown) => {
      fitted.current = false;
      move();
    };
    const duration = () => (matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : 180);
    const reveal = (ids: readonly string[], frames: number): void => {
      const { width, height, transform } = store.getState();
      const box = boundsOf(shown.current, ids);
      if (box === null) {
        // A node that was added just now is drawn in the next frame.
        if (frames > 0) requestAnimationFrame(() => reveal(ids, frames - 1));
        return;
      }
      const zoom = Math.max(transform[2], readableZoom);
      const at = (x: number, y: number) => ({ x: x * zoom + transform[0], y: y * zoom + transform[1] });
      const [from, to] = [at(box.left, box.top), at(box.right, box.bottom)];
      const right = width - margin.right;
      const visible = from.x >= margin.left && from.y >= margin.top && to.x <= right && to.y <= height - margin.bottom;
      if (visible && zoom === transform[2]) return;
      fitted.current = false;
      void view.setCenter((box.left + box.right) / 2, (box.top + box.bottom) / 2, { zoom, duration: duration() });
    };
    return {
      fit() {
        fitted.current = true;
        if (root.current !== null)
          fitAll(view, { graph: shown.current.graph, root: root.current, duration: duration() });
      },
      zoomTo: (zoom) => byHand(() => view.zoomTo(zoom, { duration: duration() })),
      zoomIn: () => byHand(() => view.zoomIn({ duration: duration() })),
      zoomOut: () => byHand(() => view.zoomOut({ duration: duration() })),
      reveal: (ids) => reveal(ids, 3),
      center() {
        const { width, height, transform } = store.getState();
        return { x: (width / 2 - transform[0]) / transform[2], y: (height / 2 - transform[1]) / transform[2] };
      },
      toCanvas,
      focus: () => root.current?.focus({ preventScroll: true }),
    };
  }, [view, store, toCanvas]);

  useEffect(() => {
    const element = root.current;
    if (element === null) return;
    // A panel that opens must not cover what fitted before. Once the person has moved the canvas, it stays where they put it.
    // What is selected stays in view all the same.
    let before = { width: element.clientWidth, height: element.clientHeight };
    const resized = new ResizeObserver(() => {
      const after = { width: element.clientWidth, height: element.clientHeight };
      const at = view.getViewport();
      const box = boundsOf(shown.current, [...shown.current.selected]);
      const move = box && moveToKeep(box, { before, after, at, margin: marginOf(element) });
      before = after;
      const fitsAll = fitted.current && (box === null || after.width >= narrowWidth);
      if (fitsAll) fitAll(view, { graph: shown.current.graph, root: element, duration: 0 });
      else if (move !== null) void view.setViewport({ ...at, x: at.x + move.x, y: at.y + move.y });
    });
    resized.observe(element);
    return () => resized.disconnect();
  }, [view]);
  useEffect(() => {
    zoomed(view.getZoom());
    onReady(handle);
  }, [handle, onReady, zoomed, view]);

  useEffect(() => {
    if (awaited.current !== null && boundsOf({ graph, definitions }, awaited.current) !== null)
      handle.reveal(awaited.current);
  }, [graph, definitions, handle]);

  const movedByHand = useCallback(() => {
    fitted.current = false;
  }, []);
  return { root, toCanvas, zoomed, movedByHand };
}
