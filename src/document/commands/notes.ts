import type * as Y from "yjs";
import { Text } from "yjs";
import { AppError } from "../../errors.ts";
import { graphLimits, graphNote, type NodeId, nodeId } from "../../schemas/graph.ts";
import { type Editing, edit } from "../editing.ts";
import { documentMaps, noteOf } from "../model.ts";
import { nextOrder } from "../order.ts";
import { noteSize } from "../readEdge.ts";
import { newText, writeText } from "../sharedText.ts";
import { newNote, writeValue } from "../writeNode.ts";
import type { Position } from "./nodes.ts";

export interface AddNote {
  readonly position: Position;
  readonly text?: string;
  readonly width?: number;
  readonly height?: number;
}

export function addNote(editing: Editing, { position, text = "", width, height }: AddNote): NodeId {
  const { notes } = documentMaps(editing.doc);
  if (notes.size >= graphLimits.notes)
    throw new AppError("bad_request", `A workflow has at most ${graphLimits.notes} notes.`);
  const note = graphNote.parse({
    id: nodeId.parse(editing.newId()),
    text,
    position,
    width: width ?? noteSize.width,
    height: height ?? noteSize.height,
  });
  edit(editing, { label: "add note" }, () => notes.set(note.id, newNote(note, nextOrder(notes))));
  return note.id;
}

/** Makes a note read `text`, touching only what differs. */
export function editNote(editing: Editing, id: string, text: string): void {
  edit(editing, { label: "edit note", group: `note:${id}` }, () => {
    const stored = noteOf(editing.doc, id);
    const now = stored?.get("text");
    if (now instanceof Text) writeText(now, text);
    else stored?.set("text", newText(text));
  });
}

/** The shared text of a note, for binding an editor to it. Undefined when the note is gone or unreadable. */
export function noteText({ doc }: Pick<Editing, "doc">, id: string): Y.Text | undefined {
  const text = noteOf(doc, id)?.get("text");
  return text instanceof Text ? text : undefined;
}

export interface ResizeNote {
  readonly width: number;
  readonly height: number;
  /** Where dragging its left or top edge moved it to. */
  readonly position?: Position;
}

export function resizeNote(editing: Editing, id: string, { width, height, position }: ResizeNote): void {
  edit(editing, { label: "resize note", group: `size:${id}` }, () => {
    const stored = noteOf(editing.doc, id);
    if (!stored) return;
    writeValue(stored, "size", { width: within(width), height: within(height) });
    if (position) writeValue(stored, "position", graphNote.shape.position.parse(position));
  });
}

const within = (size: number): number => Math.min(noteSize.most, Math.max(noteSize.least, size));
