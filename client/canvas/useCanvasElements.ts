import type { EdgeChange, NodeChange } from "@xyflow/react";
import { useCallback, useMemo, useRef, useState } from "react";
import type { Graph } from "#src/schemas/graph.ts";
import type { CanvasActions, Point } from "./canvasContext.ts";
import { type CanvasEdge, type CanvasNode, createCanvasNodes, type LocalPlace } from "./canvasNodes.ts";
import type { Definitions } from "./connections.ts";
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
  const [derive] = useState(createCanvasNodes);
  const [dragged, setDragged] = useState(noPlaces);
  const live = useRef(noPlaces);
  // Changes arrive one after another before React has drawn the first.
  const chosen = useRef(selection);
  chosen.current = selection;

  const places = useMemo(
    () => (dragged.size === 0 ? remotePlaces : new Map([...remotePlaces, ...dragged])),
    [dragged, remotePlaces],
  );
  const view = useMemo(() => ({ graph, definitions, selection, places }), [graph, definitions, selection, places]);
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
      const moved = movedPlaces(changes, live.current);
      if (moved !== null) place(moved);
      const nodes = changedSelection(changes, chosen.current.nodes);
      if (nodes !== null) {
        chosen.current = { ...chosen.current, nodes };
        onSelect(chosen.current);
      }
    },
    [place, onSelect],
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

  const onDrop = useCallback(() => {
    const places = new Map<string, Point>();
    for (const [id, at] of live.current) if (at.width === undefined) places.set(id, { x: at.x, y: at.y });
    if (places.size > 0) actions?.move(places);
    place(noPlaces);
  }, [actions, place]);

  return { nodes, edges, onNodesChange, onEdgesChange, onDrop };
}

function movedPlaces(
  changes: readonly NodeChange<CanvasNode>[],
  before: ReadonlyMap<string, LocalPlace>,
): ReadonlyMap<string, LocalPlace> | null {
  let next: Map<string, LocalPlace> | null = null;
  for (const change of changes) {
    if (change.type === "position" && change.position !== undefined) {
      next ??= new Map(before);
      next.set(change.id, { ...before.get(change.id), x: change.position.x, y: change.position.y });
    } else if (change.type === "dimensions" && change.resizing !== undefined && change.dimensions !== undefined) {
      next ??= new Map(before);
      if (!change.resizing) next.delete(change.id);
      else {
        const at = next.get(change.id);
        if (at !== undefined) next.set(change.id, { ...at, ...change.dimensions });
      }
    }
  }
  return next;
}

/** The set with the changes applied; null when none of them is about selection. */
function changedSelection(
  changes: readonly (NodeChange<CanvasNode> | EdgeChange<CanvasEdge>)[],
  before: ReadonlySet<string>,
): ReadonlySet<string> | null {
  let next: Set<string> | null = null;
  for (const change of changes) {
    if (change.type !== "select" || before.has(change.id) === change.selected) continue;
    next ??= new Set(before);
    if (change.selected) next.add(change.id);
    else next.delete(change.id);
  }
  return next;
}
