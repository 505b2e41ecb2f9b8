import { type Edge, type Node, type NodeHandle, Position } from "@xyflow/react";
import type { AgentDefinition } from "#src/agents/agent.ts";
import { framesOf } from "#src/document/frames.ts";
import type { Graph, GraphEdge, GraphNode, GraphNote } from "#src/schemas/graph.ts";
import type { Point } from "./canvasContext.ts";
import type { Definitions } from "./connections.ts";
import { type FrameLook, frameLooks } from "./frames.ts";
import { type CanvasPorts, canvasPorts, cardHeight, cardWidth, handleSize, placedPorts } from "./geometry.ts";
import { connectedPorts, type EndNames, noEnds } from "./portNames.ts";
import type { Selection } from "./selection.ts";

interface CardContent extends Record<string, unknown> {
  readonly node: GraphNode;
  readonly definition: AgentDefinition | undefined;
  readonly ports: CanvasPorts;
  /** Output ports that have an edge, joined by commas: a string, so that equal sets are equal. */
  readonly connected: string;
}
export type AgentCanvasNode = Node<CardContent, "agent">;
/** A container: what lies in it has its id as `parentId`. */
export type FrameCanvasNode = Node<
  CardContent & {
    readonly least: Pick<FrameLook, "least" | "leastFromStart">;
    /** Nothing lies in it. */
    readonly empty: boolean;
    /** What is being dragged would be put in. */
    readonly target: boolean;
  },
  "frame"
>;
export type NoteCanvasNode = Node<{ readonly note: GraphNote }, "note">;
export type CanvasNode = AgentCanvasNode | FrameCanvasNode | NoteCanvasNode;
/** `entry`: from a container to a step in its frame. Such a port carries a value with every iteration, not with the step's end. */
export type CanvasEdge = Edge<{ readonly edge: GraphEdge; readonly entry: boolean }, "link">;

/** A place that is not in the document yet: a drag of ours, or of somebody else. In a frame, inside it. */
export interface LocalPlace extends Point {
  readonly width?: number;
  readonly height?: number;
}

export interface CanvasView {
  readonly graph: Graph;
  readonly definitions: Definitions;
  readonly selection: Selection;
  readonly places: ReadonlyMap<string, LocalPlace>;
  /** The frame that what is being dragged would be put into. */
  readonly target: string | null;
}

interface Kept<Shown, Source> {
  readonly shown: Shown;
  readonly source: Source;
  readonly named: string;
}
type KeptNode = Kept<CanvasNode, GraphNode | GraphNote>;

/** Frames lie below everything, an inner one just above the one around it (the library adds 1 for each); one on its way above the others. */
const frameLayers = { resting: -20, moving: -10 } as const;

/**
 * Turns a graph into what the canvas library draws. Keeps the object of every node that did not change, so that only
 * changed cards are drawn again; the graph stays the one source of truth.
 */
export function createCanvasNodes() {
  let nodes = new Map<string, KeptNode>();
  let edges = new Map<string, Kept<CanvasEdge, GraphEdge>>();

  return {
    nodes(view: CanvasView): CanvasNode[] {
      const next: typeof nodes = new Map();
      const looks = frameLooks(view.graph, view);
      const joined: JoinedView = { ...view, ends: connectedPorts(view.graph), looks };
      for (const note of view.graph.notes) next.set(note.id, keepNote(nodes.get(note.id), note, view));
      for (const node of outerFirst(view.graph, looks)) next.set(node.id, keepAgent(nodes.get(node.id), node, joined));
      nodes = next;
      return Array.from(next.values(), (kept) => kept.shown);
    },
    edges(view: CanvasView): CanvasEdge[] {
      const next: typeof edges = new Map();
      const parents = new Map<string, string | undefined>(view.graph.nodes.map(({ id, parent }) => [id, parent]));
      for (const edge of view.graph.edges) {
        // An edge of a node that is gone is a diagnostic, and nothing that could be drawn.
        if (!parents.has(edge.source) || !parents.has(edge.target)) continue;
        const look = { selected: view.selection.edges.has(edge.id), entry: parents.get(edge.target) === edge.source };
        next.set(edge.id, keepEdge(edges.get(edge.id), edge, look));
      }
      edges = next;
      return Array.from(next.values(), (kept) => kept.shown);
    },
  };
}

/** The library wants a frame before what lies in it. */
function outerFirst(graph: Graph, looks: ReadonlyMap<string, FrameLook>): readonly GraphNode[] {
  if (looks.size === 0) return graph.nodes;
  const frames = framesOf(graph);
  const depth = (node: GraphNode) => frames.around(node).length;
  const containers = graph.nodes.filter(({ id }) => looks.has(id)).sort((a, b) => depth(a) - depth(b));
  return [...containers, ...graph.nodes.filter(({ id }) => !looks.has(id))];
}

interface JoinedView extends CanvasView {
  readonly ends: ReadonlyMap<string, EndNames>;
  readonly looks: ReadonlyMap<string, FrameLook>;
}

function keepAgent(before: KeptNode | undefined, node: GraphNode, view: JoinedView): KeptNode {
  const ends = view.ends.get(node.id) ?? noEnds;
  const look = view.looks.get(node.id);
  const frames = framesOf(view.graph);
  const parentId = node.parent !== undefined && view.looks.has(node.parent) ? node.parent : undefined;
  // A parent that is no frame (of a version that came from elsewhere) is not drawn: the node stands where it would.
  const place = view.places.get(node.id) ?? (parentId === undefined ? frames.absolute(node) : node.position);
  const selected = view.selection.nodes.has(node.id);
  const named = ends.named;
  const known = before?.shown.type === "note" ? undefined : before?.shown;
  const sameCard = known !== undefined && before?.source === node && before.named === named;
  const content: CardContent = sameCard ? known.data : cardContent(node, ends, view.definitions);
  const size = look ?? { width: cardWidth, height: cardHeight(content.ports) };
  const data = look === undefined ? content : frameContent(known, content, { view, node, look });
  const sameSize = known?.width === size.width && known.height === size.height && known.parentId === parentId;
  const zIndex = view.places.has(node.id) ? frameLayers.moving : frameLayers.resting;
  const sameLayer = look === undefined || known?.zIndex === zIndex;
  if (before !== undefined && known?.data === data && sameSize && sameLayer && stands(known, place, selected))
    return before;

  const common = {
    id: node.id,
    position: { x: place.x, y: place.y },
    ...(parentId === undefined ? {} : { parentId }),
    selected,
    width: size.width,
    height: size.height,
    measured: { width: size.width, height: size.height },
    handles: sameCard && sameSize ? (known.handles ?? []) : handlesOf(data.ports, size.width),
    ariaLabel: spoken(node, data.definition, parentId === undefined ? undefined : frames.around(node)[0]),
  };
  const shown: CanvasNode =
    look === undefined
      ? { ...common, type: "agent", data }
      : // Only its head and its handles are something to hold: inside, the canvas goes on.
        { ...common, type: "frame", data: data as FrameCanvasNode["data"], zIndex, style: noPointer };
  return { shown, source: node, named };
}

const noPointer = { pointerEvents: "none" } as const;

function cardContent(node: GraphNode, ends: EndNames, definitions: Definitions): CardContent {
  const definition = definitions(node.agent);
  const connected = [...ends.outputs, ...ends.innerOutputs].sort().join(",");
  return { node, definition, ports: canvasPorts(node, definition, ends), connected };
}

interface FrameOf {
  readonly view: JoinedView;
  readonly node: GraphNode;
  readonly look: FrameLook;
}

function frameContent(known: CanvasNode | undefined, content: CardContent, { view, node, look }: FrameOf) {
  const before = known?.type === "frame" ? known.data : undefined;
  const empty = framesOf(view.graph).childrenOf(node.id).length === 0;
  const target = view.target === node.id;
  const { least, leastFromStart } = look;
  const same =
    before?.node === content.node &&
    before.ports === content.ports &&
    before.empty === empty &&
    before.target === target &&
    isSize(before.least.least, least) &&
    isSize(before.least.leastFromStart, leastFromStart);
  return same ? before : { ...content, least: { least, leastFromStart }, empty, target };
}

const isSize = (one: FrameLook["least"], other: FrameLook["least"]): boolean =>
  one.width === other.width && one.height === other.height;

function spoken(node: GraphNode, definition: AgentDefinition | undefined, around: GraphNode | undefined): string {
  const kind = `${node.name}, ${definition?.label ?? node.agent}`;
  return `${kind}${around === undefined ? "" : `, in ${around.name}`}${node.disabled === true ? ", disabled" : ""}`;
}

function keepNote(before: KeptNode | undefined, note: GraphNote, view: CanvasView): KeptNode {
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
  return { shown, source: note, named: "" };
}

function keepEdge(
  before: Kept<CanvasEdge, GraphEdge> | undefined,
  edge: GraphEdge,
  { selected, entry }: { readonly selected: boolean; readonly entry: boolean },
): Kept<CanvasEdge, GraphEdge> {
  const { shown: known } = before ?? {};
  if (before?.source === edge && known?.selected === selected && known.data?.entry === entry) return before;
  const shown: CanvasEdge = {
    id: edge.id,
    type: "link",
    source: edge.source,
    sourceHandle: edge.sourcePort,
    target: edge.target,
    targetHandle: edge.targetPort,
    data: { edge, entry },
    selected,
  };
  return { shown, source: edge, named: "" };
}

const stands = (shown: CanvasNode, place: Point, selected: boolean) =>
  shown.position.x === place.x && shown.position.y === place.y && shown.selected === selected;

function handlesOf(ports: CanvasPorts, width: number): NodeHandle[] {
  return placedPorts(ports, width).map(({ port, side, x, y }) => ({
    id: port.name,
    type: side === "output" ? "source" : "target",
    // Edges run from left to right, also inside a frame.
    position: side === "output" ? Position.Right : Position.Left,
    x: x - handleSize / 2,
    y: y - handleSize / 2,
    width: handleSize,
    height: handleSize,
  }));
}
