import type { Point } from "#client/canvas/canvasContext.ts";
import { frameAt } from "#client/canvas/frames.ts";
import { toast } from "#client/components/ui/Toast.tsx";
import { type MoveInto, moveInto } from "#src/document/commands/frames.ts";
import { moveNodes } from "#src/document/commands/nodes.ts";
import { edit } from "#src/document/editing.ts";
import { framesOf } from "#src/document/frames.ts";
import type { Graph } from "#src/schemas/graph.ts";
import { attempt } from "./attempt.ts";
import type { EditorParts } from "./editorActions.ts";

/** Moves what else is selected into the one selected container. */
export function putIn(parts: EditorParts): void {
  const { nodes } = parts.document.reader.read().graph;
  const chosen = nodes.filter(({ id }) => parts.selection().nodes.has(id));
  const [frame, ...more] = chosen.filter(({ size }) => size !== undefined);
  const others = chosen.filter((node) => node !== frame);
  if (frame === undefined || more.length > 0 || others.length === 0)
    toast.message("Select one container and the steps that go into it.");
  else attempt(() => moveTo(parts, { nodeIds: others.map(({ id }) => id), frame: frame.id }));
}

/** Moves what is selected out of the container around it, into the one around that. */
export function takeOut(parts: EditorParts): void {
  const { nodes } = parts.document.reader.read().graph;
  const chosen = nodes.filter(({ id, parent }) => parts.selection().nodes.has(id) && parent !== undefined);
  const around = nodes.find(({ id }) => id === chosen[0]?.parent);
  const inside = chosen.filter(({ parent }) => parent === around?.id);
  if (around === undefined) toast.message("Nothing that is selected lies in a container.");
  else attempt(() => moveTo(parts, { nodeIds: inside.map(({ id }) => id), frame: around.parent ?? null }));
}

/** Into a frame or out of it; says what was lost on the way. */
export function moveTo({ document }: EditorParts, { nodeIds: ids, frame, places }: MoveInto): void {
  const { editing, undo } = document;
  const { graph } = document.reader.read();
  const { nodeIds, noteIds } = split(graph, ids);
  const removed = edit(editing, { label: frame === null ? "move out" : "move into container" }, () => {
    const notes = noteIds.flatMap((id) => {
      const position = places?.get(id);
      return position === undefined ? [] : [{ id, position }];
    });
    if (notes.length > 0) moveNodes(editing, notes);
    return moveInto(editing, { nodeIds, frame, ...(places ? { places } : {}) });
  });
  undo.endGroup();
  if (removed === 0) return;
  toast.message(`${removed} ${removed === 1 ? "connection was" : "connections were"} removed`, {
    description: "None can cross the frame of a container. Undo brings it back.",
  });
}

/** Where a paste at a point of the canvas goes: inside the frame that is there. */
export function pastePlace({ document, definitions }: EditorParts, at: Point) {
  const { graph } = document.reader.read();
  const frame = graph.nodes.find(({ id }) => id === frameAt(graph, definitions, { at }));
  if (frame === undefined) return at;
  const origin = framesOf(graph).absolute(frame);
  return { x: at.x - origin.x, y: at.y - origin.y, frame: frame.id };
}

/** Ids of a selection by what they are: notes are nodes to the canvas only. */
export function split(graph: Graph, ids: readonly string[]) {
  const wanted = new Set(ids);
  return {
    nodeIds: graph.nodes.filter((node) => wanted.has(node.id)).map((node) => node.id),
    noteIds: graph.notes.filter((note) => wanted.has(note.id)).map((note) => note.id),
  };
}
