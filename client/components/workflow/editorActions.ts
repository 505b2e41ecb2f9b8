import type { RefObject } from "react";
import type { CanvasActions, PaletteRequest, Point } from "#client/canvas/canvasContext.ts";
import type { CanvasHandle } from "#client/canvas/canvasHandle.ts";
import { type Selection, selectNodes } from "#client/canvas/selection.ts";
import { toast } from "#client/components/ui/Toast.tsx";
import type { Broadcast } from "#client/stores/presence.ts";
import type { WorkflowDocument } from "#client/stores/workflowDocument.ts";
import { connect } from "#src/document/commands/connect.ts";
import { copy } from "#src/document/commands/copy.ts";
import { resizeFrame } from "#src/document/commands/frames.ts";
import { moveNodes, setDisabled } from "#src/document/commands/nodes.ts";
import { addNote, editNote, resizeNote } from "#src/document/commands/notes.ts";
import { removeSelection } from "#src/document/commands/selection.ts";
import type { NodeId } from "#src/schemas/graph.ts";
import { attempt, attemptWith } from "./attempt.ts";
import { moveTo, pastePlace, putIn, split, takeOut } from "./frameActions.ts";
import { insertStep } from "./insertStep.ts";
import { type Definitions, freePlace } from "./placement.ts";

export interface EditorActions extends CanvasActions {
  /** Adds an agent as the palette was asked to: at its place, joined to its port or into its edge. */
  insert(kind: string, request: PaletteRequest): void;
  addNote(at: Point | null): void;
  removeSelected(reconnect: boolean): void;
  duplicateSelected(): void;
  toggleSelected(): void;
  /** The selection as text for the clipboard; null when nothing is selected. */
  copySelected(): string | null;
  paste(text: string, at: Point | null): void;
  /** Moves what else is selected into the one selected container. */
  putIn(): void;
  /** Moves what is selected out of the container around it. */
  takeOut(): void;
  tidy(): void;
  undo(): void;
  redo(): void;
}

export interface EditorParts {
  readonly document: WorkflowDocument;
  readonly definitions: Definitions;
  readonly canvas: RefObject<CanvasHandle | null>;
  readonly broadcast: Broadcast;
  readonly selection: () => Selection;
  readonly select: (selection: Selection) => void;
  readonly openPalette: (request: PaletteRequest) => void;
}

/** Pasting and renaming rewrite references, which takes the expression parser. */
const loadClipboard = () => import("#src/document/commands/clipboard.ts");
const loadTidy = () => import("#src/document/commands/tidy.ts");

/** Everything a person can do to the document from the canvas and its keys. Each is one step of undo. */
export function createEditorActions(parts: EditorParts): EditorActions {
  const { document, select, selection, broadcast, canvas } = parts;
  const { editing, undo } = document;
  const graph = () => document.reader.read().graph;
  const remove = (ids: readonly string[]) =>
    attempt(() => removeSelection(editing, { ...split(graph(), ids), edgeIds: [] }));
  const toggle = (ids: readonly string[]) => {
    const nodes = graph().nodes.filter((node) => ids.includes(node.id));
    if (nodes.length === 0) return;
    const disabled = nodes.some((node) => node.disabled !== true);
    attempt(() =>
      setDisabled(
        editing,
        nodes.map((node) => node.id),
        disabled,
      ),
    );
  };
  const duplicate = (ids: readonly string[]) =>
    attemptWith(loadClipboard, ({ duplicateSelection }) => {
      const { nodeIds, noteIds } = duplicateSelection(editing, split(graph(), ids));
      select(selectNodes([...nodeIds, ...noteIds]));
    });

  return {
    move: (places) =>
      attempt(() => {
        moveNodes(
          editing,
          Array.from(places, ([id, position]) => ({ id, position })),
        );
        undo.endGroup();
      }),
    moveInto: (places, frame) => attempt(() => moveTo(parts, { nodeIds: [...places.keys()], frame, places })),
    resizeFrame: (id, size) => attempt(() => resizeFrame(editing, id, size)),
    refuse: (why) => toast.message(why),
    dragging: (places) =>
      broadcast.tell({
        drag:
          places && Array.from(places, ([id, { x, y }]) => ({ id: id as NodeId, position: { x, y } })).slice(0, 500),
      }),
    connect: (link) => attempt(() => void connect(editing, link)),
    removeEdge: (edgeId) => attempt(() => removeSelection(editing, { edgeIds: [edgeId] })),
    openPalette: parts.openPalette,
    drop: (kind, at) => insertStep(parts, kind, { at, screen: null, from: null, edgeId: null }),
    duplicate,
    remove,
    toggleDisabled: toggle,
    writeNote: (id, text) => attempt(() => editNote(editing, id, text)),
    placeNote: (id, { x, y, width, height }) =>
      attempt(() => resizeNote(editing, id, { width, height, position: { x, y } })),

    insert: (kind, request) => insertStep(parts, kind, request),
    addNote: (at) =>
      attempt(() => {
        const center = canvas.current?.center() ?? { x: 0, y: 0 };
        const ground = { graph: graph(), definitions: parts.definitions, frame: undefined };
        const position = at ?? freePlace(ground, { at: center, size: noteSize });
        select(selectNodes([addNote(editing, { position })]));
      }),
    removeSelected: (reconnect) =>
      attempt(() => {
        const { nodes, edges } = selection();
        if (nodes.size + edges.size === 0) return;
        removeSelection(editing, { ...split(graph(), [...nodes]), edgeIds: [...edges], reconnect });
        select(selectNodes([]));
      }),
    duplicateSelected: () => duplicate([...selection().nodes]),
    toggleSelected: () => toggle([...selection().nodes]),
    copySelected: () =>
      selection().nodes.size === 0
        ? null
        : JSON.stringify(copy(editing, split(graph(), [...selection().nodes])), null, 2),
    paste: (text, at) =>
      attemptWith(loadClipboard, ({ paste }) => {
        const { nodeIds, noteIds, leftOut } = paste(editing, text, at === null ? undefined : pastePlace(parts, at));
        if (leftOut > 0) toast.message(`${leftOut} ${leftOut === 1 ? "connection was" : "connections were"} left out`);
        select(selectNodes([...nodeIds, ...noteIds]));
        canvas.current?.reveal(nodeIds);
      }),
    putIn: () => putIn(parts),
    takeOut: () => takeOut(parts),
    tidy: () => attemptWith(loadTidy, ({ tidy }) => tidyUp(parts, tidy)),
    undo: () => undo.undo(),
    redo: () => undo.redo(),
  };
}

/** Room that a new note needs, in canvas units. */
const noteSize = { width: 248, height: 160 };

type Tidy = Awaited<ReturnType<typeof loadTidy>>["tidy"];

/** The selection when it is more than one node or a container, otherwise everything. */
function tidyUp({ document, selection, canvas }: EditorParts, tidy: Tidy): void {
  const { graph } = document.reader.read();
  const { nodeIds } = split(graph, [...selection().nodes]);
  const [only] = nodeIds;
  const isFrame = nodeIds.length === 1 && graph.nodes.some(({ id, size }) => id === only && size !== undefined);
  tidy(document.editing, nodeIds.length > 1 || isFrame ? { nodeIds } : {});
  canvas.current?.fit();
}
