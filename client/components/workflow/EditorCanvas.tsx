import { useAtom, useAtomValue, useSetAtom } from "jotai";
import { useCallback, useEffect } from "react";
import type { MenuTarget, Point } from "#client/canvas/canvasContext.ts";
import type { CanvasHandle } from "#client/canvas/canvasHandle.ts";
import { type Selection, selectNodes } from "#client/canvas/selection.ts";
import { WorkflowCanvas } from "#client/canvas/WorkflowCanvas.tsx";
import { useNarrow } from "#client/hooks/useNarrow.ts";
import {
  editorOverlayAtom,
  inspectorSheetAtom,
  minimapAtom,
  selectionAtom,
  toolAtom,
  zoomAtom,
} from "#client/stores/editor.ts";
import type { NodeId } from "#src/schemas/graph.ts";
import { useEditor, useGraph } from "./EditorContext.ts";
import { EmptyCanvas } from "./EmptyCanvas.tsx";
import { CanvasMenu, CanvasTools, Palette, ZoomControls } from "./parts.ts";
import { usePinMarks } from "./usePinMarks.ts";
import type { useVisitors } from "./useVisitors.ts";

interface EditorCanvasProps {
  readonly visitors: ReturnType<typeof useVisitors>;
  /** The canvas is on screen: its tools may come. */
  readonly drawn: boolean;
}

/** The canvas with what lies over it. */
export function EditorCanvas({ visitors, drawn }: EditorCanvasProps) {
  const { definitions, keyed, canvas, broadcast, actions } = useEditor();
  const graph = useGraph();
  const narrow = useNarrow();
  usePinMarks();
  const [selection, setSelection] = useAtom(selectionAtom);
  const [overlay, setOverlay] = useAtom(editorOverlayAtom);
  const tool = useAtomValue(toolAtom);
  const minimap = useAtomValue(minimapAtom);
  const setZoom = useSetAtom(zoomAtom);
  const openSheet = useSetAtom(inspectorSheetAtom);

  useEffect(() => {
    broadcast.tell({ selection: [...selection.nodes].slice(0, 500) as NodeId[] });
  }, [broadcast, selection]);
  const onPointer = useCallback((at: Point | null) => broadcast.tell({ cursor: at && roundedPoint(at) }), [broadcast]);
  const onReady = useCallback(
    (handle: CanvasHandle) => {
      canvas.current = handle;
    },
    [canvas],
  );
  const onMenu = useCallback(
    (target: MenuTarget, screen: Point) => {
      setSelection((before) => selectionFor(before, target));
      setOverlay({ kind: "menu", target, screen });
    },
    [setOverlay, setSelection],
  );
  const onOpenNode = useCallback(
    (id: string) => {
      setSelection(selectNodes([id]));
      openSheet(true);
    },
    [setSelection, openSheet],
  );
  const close = () => setOverlay({ kind: "none" });
  const empty = graph.nodes.length === 0 && graph.notes.length === 0;

  return (
    <div className="relative h-full min-h-0">
      <WorkflowCanvas
        graph={graph}
        definitions={definitions}
        services={keyed}
        selection={selection}
        onSelect={setSelection}
        remotePlaces={visitors.places}
        cursors={visitors.cursors}
        onPointer={onPointer}
        tool={narrow ? "hand" : tool}
        onMenu={onMenu}
        onOpenNode={onOpenNode}
        onZoom={setZoom}
        handle={onReady}
        showMinimap={minimap && !narrow && !empty}
      />
      {empty && overlay.kind !== "palette" && <EmptyCanvas />}
      {drawn && actions !== null && <CanvasTools />}
      {drawn && <ZoomControls />}
      {overlay.kind === "palette" && actions !== null && <Palette request={overlay.request} onMissing={close} />}
      {overlay.kind === "menu" && <CanvasMenu target={overlay.target} screen={overlay.screen} onMissing={close} />}
    </div>
  );
}

const roundedPoint = ({ x, y }: Point): Point => ({ x: Math.round(x), y: Math.round(y) });

/** A menu acts on the selection when it was opened on a part of it, otherwise on what it was opened on. */
function selectionFor(before: Selection, target: MenuTarget): Selection {
  if (target.kind === "node") return before.nodes.has(target.id) ? before : selectNodes([target.id]);
  if (target.kind === "edge") return { nodes: new Set(), edges: new Set([target.id]) };
  return before;
}
