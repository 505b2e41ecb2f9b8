import type { RefObject } from "react";
import type { CanvasActions, PaletteRequest, Point } from "#client/canvas/canvasContext.ts";
import type { CanvasHandle } from "#client/canvas/canvasHandle.ts";
import { matchingPort, type PortRef, portOf } from "#client/canvas/connections.ts";
import { type Selection, selectNodes } from "#client/canvas/selection.ts";
import { toast } from "#client/components/ui/Toast.tsx";
import type { Broadcast } from "#client/stores/presence.ts";
import type { WorkflowDocument } from "#client/stores/workflowDocument.ts";
import type { AgentDefinition } from "#src/agents/agent.ts";
import { connect } from "#src/document/commands/connect.ts";
import { copy } from "#src/document/commands/copy.ts";
import { addNode, moveNodes, setDisabled } from "#src/document/commands/nodes.ts";
import { addNote, editNote, resizeNote } from "#src/document/commands/notes.ts";
import { removeSelection } from "#src/document/commands/selection.ts";
import { edit } from "#src/document/editing.ts";
import { AppError } from "#src/errors.ts";
import type { Graph, NodeId } from "#src/schemas/graph.ts";
import { type Definitions, freePlace, heightOf, placeAtHandle, placeBeside, placeOnEdge } from "./placement.ts";

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

/** Says why an edit was refused instead of failing silently. */
export function attempt(change: () => void): void {
  try {
    change();
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    toast.error(error.message);
  }
}

/** As `attempt`, for what needs a part of the program that is loaded with its first use. */
export function attemptWith<Part>(load: () => Promise<Part>, change: (part: Part) => void): void {
  load().then(
    (part) => attempt(() => change(part)),
    () =>
      toast.error("A part of the editor could not be loaded.", { description: "Check the connection and try again." }),
  );
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
    dragging: (places) =>
      broadcast.tell({
        drag:
          places && Array.from(places, ([id, { x, y }]) => ({ id: id as NodeId, position: { x, y } })).slice(0, 500),
      }),
    connect: (link) => attempt(() => void connect(editing, link)),
    removeEdge: (edgeId) => attempt(() => removeSelection(editing, { edgeIds: [edgeId] })),
    openPalette: parts.openPalette,
    drop: (kind, at) => insert(parts, kind, { at, screen: null, from: null, edgeId: null }),
    duplicate,
    remove,
    toggleDisabled: toggle,
    writeNote: (id, text) => attempt(() => editNote(editing, id, text)),
    placeNote: (id, { x, y, width, height }) =>
      attempt(() => resizeNote(editing, id, { width, height, position: { x, y } })),

    insert: (kind, request) => insert(parts, kind, request),
    addNote: (at) =>
      attempt(() => {
        const center = canvas.current?.center() ?? { x: 0, y: 0 };
        const position = at ?? freePlace(graph(), parts.definitions, { at: center, height: noteHeight });
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
        const { nodeIds, noteIds, leftOut } = paste(editing, text, at ?? undefined);
        if (leftOut > 0) toast.message(`${leftOut} ${leftOut === 1 ? "connection was" : "connections were"} left out`);
        select(selectNodes([...nodeIds, ...noteIds]));
        canvas.current?.reveal(nodeIds);
      }),
    tidy: () => attemptWith(loadTidy, ({ tidy }) => tidyUp(parts, tidy)),
    undo: () => undo.undo(),
    redo: () => undo.redo(),
  };
}

/** Room that a new note needs, in canvas units. */
const noteHeight = 160;

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

/** Ids of a selection by what they are: notes are nodes to the canvas only. */
function split(graph: Graph, ids: readonly string[]) {
  const wanted = new Set(ids);
  return {
    nodeIds: graph.nodes.filter((node) => wanted.has(node.id)).map((node) => node.id),
    noteIds: graph.notes.filter((note) => wanted.has(note.id)).map((note) => note.id),
  };
}

function insert(parts: EditorParts, agent: string, request: PaletteRequest): void {
  const { document, definitions, select, canvas } = parts;
  const graph = document.reader.read().graph;
  const definition = definitions(agent);
  if (definition === undefined) return;
  const edge = graph.edges.find((each) => each.id === request.edgeId);
  const insertion = edge === undefined ? null : placeOnEdge(graph, edge);
  const place = insertion?.place ?? placeFor(parts, request, heightOf(definition));
  attempt(() => {
    const id = edit(document.editing, { label: "add node" }, () => {
      if (insertion !== null) moveNodes(document.editing, insertion.moved);
      const added = { id: addNode(document.editing, { agent, position: place }), definition, before: graph };
      if (edge !== undefined) {
        removeSelection(document.editing, { edgeIds: [edge.id] });
        join(parts, added, { nodeId: edge.source, port: edge.sourcePort, side: "output" });
        join(parts, added, { nodeId: edge.target, port: edge.targetPort, side: "input" });
      } else if (request.from !== null) join(parts, added, request.from);
      return added.id;
    });
    select(selectNodes([id]));
    canvas.current?.reveal([id]);
    canvas.current?.focus();
  });
}

function placeFor({ document, definitions, canvas }: EditorParts, { at, from }: PaletteRequest, height: number): Point {
  if (at !== null) return placeAtHandle(at, from?.side ?? null);
  const { graph } = document.reader.read();
  const beside = from === null ? null : placeBeside(graph, definitions, { from, height });
  if (beside !== null) return beside;
  const center = canvas.current?.center() ?? { x: 0, y: 0 };
  return freePlace(graph, definitions, { at: placeAtHandle(center, null), height });
}

/** Connects a node just added to the port it was asked from, by the first pair of ports that fit. */
function join({ document, definitions }: EditorParts, added: Added, from: PortRef): void {
  const other = added.before.nodes.find((each) => each.id === from.nodeId);
  const port = other === undefined ? undefined : portOf(definitions(other.agent), from);
  if (port === undefined) return;
  const match = matchingPort(added.definition, { type: port.type, side: from.side });
  if (match === undefined) return;
  connect(
    document.editing,
    from.side === "output"
      ? { source: from.nodeId, sourcePort: from.port, target: added.id, targetPort: match.name }
      : { source: added.id, sourcePort: match.name, target: from.nodeId, targetPort: from.port },
  );
}

interface Added {
  readonly id: string;
  readonly definition: AgentDefinition;
  /** The graph it was added to, without it. */
  readonly before: Graph;
}
