import { type EdgeChange, type NodeChange, type ReactFlowState, useStoreApi } from "@xyflow/react";
import { useCallback, useMemo, useRef, useState } from "react";
import { framesOf } from "#src/document/frames.ts";
import type { Graph } from "#src/schemas/graph.ts";
import type { CanvasActions, Point } from "./canvasContext.ts";
import { type CanvasEdge, type CanvasNode, createCanvasNodes, type LocalPlace } from "./canvasNodes.ts";
import type { Definitions } from "./connections.ts";
import { dropFrame, frameAt, notesOn } from "./frames.ts";
import type { Selection } from "./selection.ts";

const noPlaces: ReadonlyMap<string, LocalPlace> = new Map();

interface Options {
  readonly graph: Graph;
  readonly definitions: Definitions;
  readonly selection: Selection;
  readonly onSelect: (selection: Selection) => void;
  readonly actions: CanvasActions | null;
  readonly remotePlaces: ReadonlyMap<string, LocalPlace>;
}

/** Nodes and edges as drawn, with the drag in progress on top of the graph. The drop is what reaches the document. */
export function useCanvasElements(options: Options) {
  const { graph, definitions, selection, onSelect, actions, remotePlaces } = options;
  const store = useStoreApi<CanvasNode, CanvasEdge>();
  const [derive] = useState(createCanvasNodes);
  const [dragged, setDragged] = useState(noPlaces);
  const [target, setTarget] = useState<string | null>(null);
  const live = useRef(noPlaces);
  // Changes arrive one after another before React has drawn the first.
  const chosen = useRef(selection);
  chosen.current = selection;

  const places = useMemo(
    () => (dragged.size === 0 ? remotePlaces : new Map([...remotePlaces, ...dragged])),
    [dragged, remotePlaces],
  );
  const view = useMemo(
    () => ({ graph, definitions, selection, places, target }),
    [graph, definitions, selection, places, target],
  );
  const nodes = useMemo(() => derive.nodes(view), [derive, view]);
  const edges = useMemo(() => derive.edges(view), [derive, view]);

  const place = useCallback(
    (next: ReadonlyMap<string, LocalPlace>) => {
      live.current = next;
      setDragged(next);
      actions?.dragging(next.size === 0 ? null : next);
    },
    [actions],
  );

  const onNodesChange = useCallback(
    (changes: NodeChange<CanvasNode>[]) => {
      const view = store.getState();
      const moved = movedPlaces(changes, live.current, (id) => view.nodeLookup.get(id)?.position);
      if (moved !== null) place(withNotes(moved, { graph, definitions }));
      const nodes = changedSelection(changes, chosen.current.nodes, (id) => isInBox(view, id));
      if (nodes !== null) {
        chosen.current = { ...chosen.current, nodes };
        onSelect(chosen.current);
      }
    },
    [store, place, onSelect, graph, definitions],
  );

  const onEdgesChange = useCallback(
    (changes: EdgeChange<CanvasEdge>[]) => {
      const edges = changedSelection(changes, chosen.current.edges);
      if (edges === null) return;
      chosen.current = { ...chosen.current, edges };
      onSelect(chosen.current);
    },
    [onSelect],
  );

  const frameFor = useCallback(
    (grabbed: CanvasNode) =>
      dropFrame(graph, definitions, { id: grabbed.id, place: grabbed.position, dragged: live.current.keys() }),
    [graph, definitions],
  );
  const onDrag = useCallback(
    (_event: unknown, grabbed: CanvasNode) => {
      if (grabbed.type === "note") return;
      const frame = frameFor(grabbed);
      setTarget(frame === (grabbed.parentId ?? null) ? null : frame);
    },
    [frameFor],
  );
  const onDrop = useCallback(
    (_event: unknown, grabbed?: CanvasNode) => {
      const places = new Map<string, Point>();
      for (const [id, at] of live.current) if (at.width === undefined) places.set(id, { x: at.x, y: at.y });
      const frame = grabbed === undefined || grabbed.type === "note" ? undefined : frameFor(grabbed);
      if (places.size > 0 && frame !== undefined && frame !== (grabbed?.parentId ?? null))
        actions?.moveInto(onCanvas(graph, places), frame);
      else if (places.size > 0) actions?.move(places);
      setTarget(null);
      place(noPlaces);
    },
    [actions, place, frameFor, graph],
  );
  const aim = useCallback(
    (at: Point | null) => setTarget(at === null ? null : frameAt(graph, definitions, { at })),
    [graph, definitions],
  );

  return { nodes, edges, onNodesChange, onEdgesChange, onDrag, onDrop, aim };
}

/** A box drawn inside a frame selects what lies in it; the frame too only when all of it is in the box. */
function isInBox(view: ReactFlowState<CanvasNode, CanvasEdge>, id: string): boolean {
  const { userSelectionRect: box, nodeLookup, transform } = view;
  const node = nodeLookup.get(id);
  if (box === null || node?.type !== "frame") return true;
  const [shiftX, shiftY, zoom] = transform;
  const { x, y } = node.internals.positionAbsolute;
  const [left, top] = [x * zoom + shiftX, y * zoom + shiftY];
  const [right, bottom] = [left + (node.width ?? 0) * zoom, top + (node.height ?? 0) * zoom];
  return left >= box.x && top >= box.y && right <= box.x + box.width && bottom <= box.y + box.height;
}

/** Places inside frames as places on the canvas; those of notes are already. */
function onCanvas(graph: Graph, places: ReadonlyMap<string, Point>): Map<string, Point> {
  const frames = framesOf(graph);
  const nodes = new Map(graph.nodes.map((node) => [node.id as string, node]));
  return new Map(
    Array.from(places, ([id, position]) => {
      const node = nodes.get(id);
      return [id, node === undefined ? position : frames.absolute({ ...node, position })];
    }),
  );
}

/** With the notes on each frame that is dragged, which go with it. */
function withNotes(
  places: ReadonlyMap<string, LocalPlace>,
  { graph, definitions }: Pick<Options, "graph" | "definitions">,
): ReadonlyMap<string, LocalPlace> {
  if (graph.notes.length === 0) return places;
  const dragged = graph.nodes.filter(({ id, size }) => size !== undefined && places.has(id));
  const next = new Map(places);
  for (const frame of dragged) {
    const at = places.get(frame.id);
    if (at === undefined || at.width !== undefined) continue;
    for (const { id, position } of notesOn(graph, definitions, frame))
      next.set(id, { x: position.x + at.x - frame.position.x, y: position.y + at.y - frame.position.y });
  }
  return next;
}

function movedPlaces(
  changes: readonly NodeChange<CanvasNode>[],
  before: ReadonlyMap<string, LocalPlace>,
  position: (id: string) => Point | undefined,
): ReadonlyMap<string, LocalPlace> | null {
  let next: Map<string, LocalPlace> | null = null;
  for (const change of changes) {
    if (change.type === "position" && change.position !== undefined) {
      next ??= new Map(before);
      next.set(change.id, { ...before.get(change.id), x: change.position.x, y: change.position.y });
    } else if (change.type === "dimensions" && change.resizing !== undefined && change.dimensions !== undefined) {
      next ??= new Map(before);
      // What lies in a frame was moved with its border.
      if (!change.resizing) next.clear();
      else {
        const at = next.get(change.id) ?? position(change.id);
        if (at !== undefined) next.set(change.id, { x: at.x, y: at.y, ...change.dimensions });
      }
    }
  }
  return next;
}

/** The set with the changes applied; null when none of them is about selection. */
function changedSelection(
  changes: readonly (NodeChange<CanvasNode> | EdgeChange<CanvasEdge>)[],
  before: ReadonlySet<string>,
  mayAdd: (id: string) => boolean = () => true,
): ReadonlySet<string> | null {
  let next: Set<string> | null = null;
  for (const change of changes) {
    if (change.type !== "select" || before.has(change.id) === change.selected) continue;
    if (change.selected && !mayAdd(change.id)) continue;
    next ??= new Set(before);
    if (change.selected) next.add(change.id);
    else next.delete(change.id);
  }
  return next;
}
