import { type Edge, type Node, type NodeHandle, Position } from "@xyflow/react";
import type { AgentDefinition } from "#src/agents/agent.ts";
import type { Graph, GraphEdge, GraphNode, GraphNote } from "#src/schemas/graph.ts";
import type { Point } from "./canvasContext.ts";
import type { Definitions } from "./connections.ts";
import { cardHeight, cardWidth, handleOffset, handleSize, type Ports, portsOf } from "./geometry.ts";
import type { Selection } from "./selection.ts";

export type AgentCanvasNode = Node<
  {
    readonly node: GraphNode;
    readonly definition: AgentDefinition | undefined;
    readonly ports: Ports;
    /** Output ports that have an edge, joined by commas: a string, so that equal sets are equal. */
    readonly connected: string;
  },
  "agent"
>;
export type NoteCanvasNode = Node<{ readonly note: GraphNote }, "note">;
export type CanvasNode = AgentCanvasNode | NoteCanvasNode;
export type CanvasEdge = Edge<{ readonly edge: GraphEdge }, "link">;

/** A place that is not in the document yet: a drag of ours, or of somebody else. */
export interface LocalPlace extends Point {
  readonly width?: number;
  readonly height?: number;
}

export interface CanvasView {
  readonly graph: Graph;
  readonly definitions: Definitions;
  readonly selection: Selection;
  readonly places: ReadonlyMap<string, LocalPlace>;
}

interface Kept<Shown, Source> {
  readonly shown: Shown;
  readonly source: Source;
  readonly connected: string;
}

/**
 * Turns a graph into what the canvas library draws. Keeps the object of every node that did not change, so that only
 * changed cards are drawn again; the graph stays the one source of truth.
 */
export function createCanvasNodes() {
  let nodes = new Map<string, Kept<CanvasNode, GraphNode | GraphNote>>();
  let edges = new Map<string, Kept<CanvasEdge, GraphEdge>>();

  return {
    nodes(view: CanvasView): CanvasNode[] {
      const next: typeof nodes = new Map();
      const joined: JoinedView = { ...view, ends: connectedPorts(view.graph) };
      for (const note of view.graph.notes) next.set(note.id, keepNote(nodes.get(note.id), note, view));
      for (const node of view.graph.nodes) next.set(node.id, keepAgent(nodes.get(node.id), node, joined));
      nodes = next;
      return Array.from(next.values(), (kept) => kept.shown);
    },
    edges(view: CanvasView): CanvasEdge[] {
      const next: typeof edges = new Map();
      const present = new Set<string>(view.graph.nodes.map((node) => node.id));
      for (const edge of view.graph.edges) {
        // An edge of a node that is gone is a diagnostic, and nothing that could be drawn.
        if (present.has(edge.source) && present.has(edge.target)) {
          next.set(edge.id, keepEdge(edges.get(edge.id), edge, view.selection.edges.has(edge.id)));
        }
      }
      edges = next;
      return Array.from(next.values(), (kept) => kept.shown);
    },
  };
}

interface PortNames {
  readonly inputs: string[];
  readonly outputs: string[];
}
const noPorts: PortNames = { inputs: [], outputs: [] };

interface JoinedView extends CanvasView {
  /** By node, the ports that have an edge; a node without edges is absent. */
  readonly ends: ReadonlyMap<string, PortNames>;
}

function connectedPorts(graph: Graph): Map<string, PortNames> {
  const ends = new Map<string, PortNames>();
  const at = (id: string) => {
    const found = ends.get(id) ?? { inputs: [], outputs: [] };
    ends.set(id, found);
    return found;
  };
  const add = (names: string[], name: string) => {
    if (!names.includes(name)) names.push(name);
  };
  for (const edge of graph.edges) {
    add(at(edge.source).outputs, edge.sourcePort);
    add(at(edge.target).inputs, edge.targetPort);
  }
  return ends;
}

function keepAgent(
  before: Kept<CanvasNode, GraphNode | GraphNote> | undefined,
  node: GraphNode,
  view: JoinedView,
): Kept<CanvasNode, GraphNode | GraphNote> {
  const ends = view.ends.get(node.id) ?? noPorts;
  const place = view.places.get(node.id) ?? node.position;
  const selected = view.selection.nodes.has(node.id);
  const connected = [...ends.outputs].sort().join(",");
  if (before?.source === node && before.connected === connected && stands(before.shown, place, selected)) return before;

  const known = before?.shown.type === "agent" ? before.shown : undefined;
  const sameData = known !== undefined && before?.source === node && before.connected === connected;
  const data = sameData ? known.data : { ...agentCard(node, ends, view.definitions), connected };
  const height = cardHeight(data.ports);
  const shown: AgentCanvasNode = {
    id: node.id,
    type: "agent",
    position: { x: place.x, y: place.y },
    data,
    selected,
    width: cardWidth,
    height,
    measured: { width: cardWidth, height },
    handles: sameData ? (known.handles ?? []) : handlesOf(data.ports),
    ariaLabel: `${node.name}, ${data.definition?.label ?? node.agent}${node.disabled === true ? ", disabled" : ""}`,
  };
  return { shown, source: node, connected };
}

function agentCard(node: GraphNode, ends: PortNames, definitions: Definitions) {
  const definition = definitions(node.agent);
  return { node, definition, ports: portsOf(definition, ends) };
}

function keepNote(
  before: Kept<CanvasNode, GraphNode | GraphNote> | undefined,
  note: GraphNote,
  view: CanvasView,
): Kept<CanvasNode, GraphNode | GraphNote> {
  const place = view.places.get(note.id);
  const size = { width: place?.width ?? note.width, height: place?.height ?? note.height };
  const at = place ?? note.position;
  const selected = view.selection.nodes.has(note.id);
  const sameSize = before?.shown.width === size.width && before?.shown.height === size.height;
  if (before?.source === note && sameSize && stands(before.shown, at, selected)) return before;
  const shown: NoteCanvasNode = {
    id: note.id,
    type: "note",
    position: { x: at.x, y: at.y },
    data: before?.shown.type === "note" && before.source === note ? before.shown.data : { note },
    selected,
    ...size,
    measured: size,
    zIndex: -1,
    connectable: false,
    ariaLabel: `Note: ${note.text.slice(0, 80)}`,
  };
  return { shown, source: note, connected: "" };
}

function keepEdge(
  before: Kept<CanvasEdge, GraphEdge> | undefined,
  edge: GraphEdge,
  selected: boolean,
): Kept<CanvasEdge, GraphEdge> {
  if (before?.source === edge && before.shown.selected === selected) return before;
  const shown: CanvasEdge = {
    id: edge.id,
    type: "link",
    source: edge.source,
    sourceHandle: edge.sourcePort,
    target: edge.target,
    targetHandle: edge.targetPort,
    data: { edge },
    selected,
  };
  return { shown, source: edge, connected: "" };
}

const stands = (shown: CanvasNode, place: Point, selected: boolean) =>
  shown.position.x === place.x && shown.position.y === place.y && shown.selected === selected;

function handlesOf(ports: Ports): NodeHandle[] {
  const handle = (side: "source" | "target", name: string, index: number): NodeHandle => ({
    id: name,
    type: side,
    position: side === "source" ? Position.Right : Position.Left,
    x: (side === "source" ? cardWidth : 0) - handleSize / 2,
    y: handleOffset(index) - handleSize / 2,
    width: handleSize,
    height: handleSize,
  });
  return [
    ...ports.inputs.map((port, index) => handle("target", port.name, index)),
    ...ports.outputs.map((port, index) => handle("source", port.name, index)),
  ];
}
