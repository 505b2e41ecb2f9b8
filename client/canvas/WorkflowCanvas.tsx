import "@xyflow/react/dist/base.css";
import "./canvas.css";
import { Background, BackgroundVariant, MiniMap, ReactFlow, ReactFlowProvider, SelectionMode } from "@xyflow/react";
import type { MouseEvent, ReactNode } from "react";
import type { Graph } from "#src/schemas/graph.ts";
import { AgentNode } from "./AgentNode.tsx";
import {
  type CanvasActions,
  CanvasContext,
  type CanvasServices,
  type MenuTarget,
  type Point,
} from "./canvasContext.ts";
import type { CanvasHandle } from "./canvasHandle.ts";
import type { CanvasNode, LocalPlace } from "./canvasNodes.ts";
import type { Definitions } from "./connections.ts";
import { FrameNode } from "./FrameNode.tsx";
import { grid } from "./geometry.ts";
import { LinkEdge } from "./LinkEdge.tsx";
import { NoteNode } from "./NoteNode.tsx";
import { type RemoteCursor, RemoteCursors } from "./RemoteCursors.tsx";
import type { Selection } from "./selection.ts";
import { useCanvasDrop } from "./useCanvasDrop.ts";
import { useCanvasElements } from "./useCanvasElements.ts";
import { useCanvasHandle } from "./useCanvasHandle.ts";
import { useConnecting } from "./useConnecting.ts";

const nodeTypes = { agent: AgentNode, frame: FrameNode, note: NoteNode };
const edgeTypes = { link: LinkEdge };
/** Mouse button numbers that pan: middle always, left in hand mode. */
const panButtons = { pointer: [1], hand: [0, 1] };

export interface WorkflowCanvasProps {
  readonly graph: Graph;
  readonly definitions: Definitions;
  readonly services: CanvasServices;
  readonly selection: Selection;
  readonly onSelect: (selection: Selection) => void;
  /** Places of nodes that somebody else is dragging. */
  readonly remotePlaces: ReadonlyMap<string, LocalPlace>;
  readonly cursors: readonly RemoteCursor[];
  readonly onPointer: (at: Point | null) => void;
  readonly tool: "pointer" | "hand";
  readonly onMenu: (target: MenuTarget, screen: Point) => void;
  readonly onOpenNode: (id: string) => void;
  readonly onZoom: (zoom: number) => void;
  readonly handle: (canvas: CanvasHandle) => void;
  readonly showMinimap: boolean;
  /** Panels over the canvas. */
  readonly children?: ReactNode;
}

/** The shared canvas of the editor. It owns nothing but a drag in progress; the graph comes in, wishes go out. */
export function WorkflowCanvas(props: WorkflowCanvasProps) {
  return (
    <ReactFlowProvider>
      <CanvasContext value={props.services}>
        <Canvas {...props} />
      </CanvasContext>
    </ReactFlowProvider>
  );
}

function Canvas(props: WorkflowCanvasProps) {
  const { graph, definitions, services, selection, onSelect, tool, onMenu, onPointer } = props;
  const { actions } = services;
  const elements = useCanvasElements({
    graph,
    definitions,
    selection,
    onSelect,
    actions,
    remotePlaces: props.remotePlaces,
  });
  const connecting = useConnecting({ graph, definitions, actions });
  const canvas = useCanvasHandle({ graph, definitions, selected: selection.nodes, onReady: props.handle });
  const { toCanvas, zoomed } = canvas;
  const drop = useCanvasDrop({ actions, toCanvas, aim: elements.aim });
  const editable = actions !== null;

  return (
    <ReactFlow
      className="workflow-canvas"
      data-tool={tool}
      ref={canvas.root}
      aria-label="Workflow canvas"
      nodes={elements.nodes}
      edges={elements.edges}
      nodeTypes={nodeTypes}
      edgeTypes={edgeTypes}
      onNodesChange={elements.onNodesChange}
      onEdgesChange={elements.onEdgesChange}
      onNodeDrag={elements.onDrag}
      onNodeDragStop={elements.onDrop}
      onSelectionDragStop={(event) => elements.onDrop(event)}
      onConnect={connecting.onConnect}
      onConnectEnd={connecting.onConnectEnd}
      isValidConnection={connecting.isValid}
      connectionRadius={28}
      onNodeDoubleClick={(_, node) => props.onOpenNode(node.id)}
      onNodeContextMenu={(event, node) => menu(event, { kind: "node", id: node.id }, onMenu)}
      onEdgeContextMenu={(event, edge) => menu(event, { kind: "edge", id: edge.id }, onMenu)}
      onPaneContextMenu={(event) =>
        menu(event, { kind: "canvas", at: toCanvas({ x: event.clientX, y: event.clientY }) }, onMenu)
      }
      onSelectionContextMenu={(event, nodes) => menu(event, { kind: "node", id: nodes[0]?.id ?? "" }, onMenu)}
      onMoveStart={(event) => {
        if (event !== null) canvas.movedByHand();
      }}
      onMove={(_, viewport) => {
        zoomed(viewport.zoom);
        props.onZoom(viewport.zoom);
      }}
      tabIndex={0}
      onPointerDownCapture={(event) => takeFocus(event.target, canvas.root.current)}
      onPointerMove={(event) => onPointer(toCanvas({ x: event.clientX, y: event.clientY }))}
      onPointerLeave={() => onPointer(null)}
      onDoubleClick={(event) => openPaletteAt(event, actions, toCanvas)}
      {...drop}
      nodesDraggable={editable}
      nodesConnectable={editable}
      nodesFocusable={false}
      edgesFocusable={false}
      disableKeyboardA11y
      deleteKeyCode={null}
      selectionKeyCode={null}
      multiSelectionKeyCode={multiSelectionKeys}
      selectionOnDrag={tool === "pointer"}
      selectionMode={SelectionMode.Partial}
      selectNodesOnDrag={false}
      panOnDrag={panButtons[tool]}
      panOnScroll
      zoomOnDoubleClick={false}
      snapToGrid
      snapGrid={snapGrid}
      minZoom={0.1}
      maxZoom={2.5}
      onlyRenderVisibleElements
      elevateNodesOnSelect={false}
      proOptions={{ hideAttribution: true }}
    >
      <Background variant={BackgroundVariant.Dots} gap={grid * 3} size={1.5} color="var(--grid-dot)" />
      <RemoteCursors cursors={props.cursors} />
      {props.showMinimap && (
        <MiniMap
          pannable
          zoomable
          ariaLabel="Minimap"
          nodeColor={minimapColor}
          nodeStrokeColor={minimapLine}
          nodeBorderRadius={12}
          style={minimapSize}
        />
      )}
      {props.children}
    </ReactFlow>
  );
}

const snapGrid: [number, number] = [grid, grid];
const multiSelectionKeys = ["Shift", "Meta", "Control"];
const minimapSize = { width: 168, height: 112 };

const minimapLine = (node: CanvasNode): string => (node.type === "frame" ? "var(--line-strong)" : "transparent");

function minimapColor(node: CanvasNode): string {
  if (node.type === "frame") return "color-mix(in srgb, var(--line-strong) 25%, transparent)";
  return node.type === "note" ? "var(--warning-soft)" : "var(--line-strong)";
}

/** The library swallows the press that would focus the canvas: keys must reach it, and an open field must be left. */
function takeFocus(target: EventTarget, root: HTMLElement | null) {
  if (target instanceof Element && target.closest("input, textarea, button") === null)
    root?.focus({ preventScroll: true });
}

interface ScreenEvent {
  preventDefault(): void;
  readonly clientX: number;
  readonly clientY: number;
}

function menu(event: ScreenEvent, target: MenuTarget, onMenu: WorkflowCanvasProps["onMenu"]) {
  event.preventDefault();
  onMenu(target, { x: event.clientX, y: event.clientY });
}

function openPaletteAt(event: MouseEvent, actions: CanvasActions | null, toCanvas: (screen: Point) => Point) {
  if (!(event.target instanceof Element) || !event.target.classList.contains("react-flow__pane")) return;
  const screen = { x: event.clientX, y: event.clientY };
  actions?.openPalette({ at: toCanvas(screen), screen, from: null, edgeId: null });
}
