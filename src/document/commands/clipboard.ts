import { AppError } from "../../errors.ts";
import { type GraphNode, graphEdge, graphNode, graphNote, type NodeId } from "../../schemas/graph.ts";
import { type Editing, edit } from "../editing.ts";
import { freeBelow } from "../freePlace.ts";
import { mintKey } from "../keys.ts";
import { documentMaps } from "../model.ts";
import { nextOrder } from "../order.ts";
import { noteSize } from "../readEdge.ts";
import { modesOf, type Rename, renameIn } from "../rename.ts";
import { newNode, newNote } from "../writeNode.ts";
import { copy } from "./copy.ts";
import { type Fragment, readFragment, requireRoom } from "./fragment.ts";
import { keysOf, type Position } from "./nodes.ts";
import type { Selection } from "./selection.ts";

export interface Pasted {
  readonly nodeIds: readonly NodeId[];
  readonly noteIds: readonly NodeId[];
  /** Connections of which an end was not among what was pasted. */
  readonly leftOut: number;
}

/**
 * Adds the nodes, edges and notes of a workflow or fragment (see `readFragment` for what is accepted and refused) with new
 * ids and keys; references among them follow. `at`: where the upper left corner goes; otherwise a little beside the original.
 * All of it moves down until no card lies on one that is there.
 */
export function paste(editing: Editing, content: unknown, at?: Position): Pasted {
  return insertFragment(editing, readFragment(content), { label: "paste", isClear: true, ...(at ? { at } : {}) });
}

/** A copy of what is selected, a little beside it. */
export function duplicateSelection(editing: Editing, selection: Selection): Pasted {
  return insertFragment(editing, readFragment(copy(editing, selection)), { label: "duplicate" });
}

const beside = 40;

interface Insert {
  readonly label: string;
  /** No card may come to lie on one that is there. */
  readonly isClear?: boolean;
  readonly at?: Position;
}

function insertFragment(editing: Editing, fragment: Fragment, { label, at, isClear = false }: Insert): Pasted {
  const maps = documentMaps(editing.doc);
  requireRoom(maps.nodes.size + fragment.nodes.length);
  const place = createPlacement(fragment, at);
  const ids = new Map<string, string>();
  const placed = renamed(editing, fragment, ids).map((node) => ({ ...node, position: place(node.position) }));
  const down = isClear ? freeBelow(editing, placed) : 0;
  const nodes = placed.map((node) => ({ ...node, position: lowered(node.position, down) }));
  const edges = fragment.edges.flatMap(({ source, target, sourcePort, targetPort }) => {
    const [from, to] = [ids.get(source), ids.get(target)];
    // An edge that left the fragment has nothing to hold on to here.
    return from && to
      ? [graphEdge.parse({ id: editing.newId(), source: from, sourcePort, target: to, targetPort })]
      : [];
  });
  const notes = fragment.notes.map((note) =>
    graphNote.parse({
      id: editing.newId(),
      text: note.text,
      position: lowered(place(note.position), down),
      width: clamp(note.width ?? noteSize.width),
      height: clamp(note.height ?? noteSize.height),
    }),
  );
  edit(editing, { label }, () => {
    let order = nextOrder(maps.nodes);
    for (const node of nodes) maps.nodes.set(node.id, newNode(node, order++, editing.catalogue.get(node.agent)));
    order = nextOrder(maps.edges);
    for (const { id, ...edge } of edges) maps.edges.set(id, { ...edge, order: order++ });
    order = nextOrder(maps.notes);
    for (const note of notes) maps.notes.set(note.id, newNote(note, order++));
  });
  return {
    nodeIds: nodes.map(({ id }) => id),
    noteIds: notes.map(({ id }) => id),
    leftOut: fragment.edges.length - edges.length,
  };
}

/** The fragment's nodes under new ids and keys, references among them rewritten; fills `ids` with old to new. */
function renamed(
  editing: Editing,
  fragment: Fragment,
  ids: Map<string, string>,
): (Omit<GraphNode, "position"> & { position: Position | undefined })[] {
  const taken = keysOf(editing);
  const keys = new Map<string, string>();
  const named = fragment.nodes.map((node) => {
    if (ids.has(node.id)) throw new AppError("bad_request", `Two nodes have the id "${node.id}".`);
    const id = editing.newId();
    ids.set(node.id, id);
    const name = node.name ?? editing.catalogue.get(node.agent)?.label ?? node.agent;
    const wanted = node.key ?? mintKey(name, new Set());
    const key = taken.has(wanted) ? mintKey(wanted, taken) : wanted;
    taken.add(key);
    if (node.key !== undefined && node.key !== key && !keys.has(node.key)) keys.set(node.key, key);
    return { ...node, id, key, name };
  });
  const renames = createRenames(keys);
  return named.map(({ position, ...node }) => {
    const config = renameIn(node.config, modesOf(editing.catalogue.get(node.agent)), renames);
    const { position: _origin, ...rest } = graphNode.parse({ ...node, config, position: { x: 0, y: 0 } });
    return { ...rest, position };
  });
}

/** Renames all keys at once: through names nobody uses, so that a to b and b to c do not run into each other. */
function createRenames(keys: ReadonlyMap<string, string>): Rename[] {
  const steps = [...keys].map(([from, to], at) => ({ from, to, between: `pasted_${at}_${to}`.slice(0, 60) }));
  return [
    ...steps.map(({ from, between }) => ({ from, to: between })),
    ...steps.map(({ to, between }) => ({ from: between, to })),
  ];
}

function createPlacement(fragment: Fragment, at: Position | undefined): (position: Position | undefined) => Position {
  const placed = [...fragment.nodes, ...fragment.notes].flatMap(({ position }) => (position ? [position] : []));
  const left = placed.length === 0 ? 0 : Math.min(...placed.map(({ x }) => x));
  const top = placed.length === 0 ? 0 : Math.min(...placed.map(({ y }) => y));
  const corner = at ?? { x: left + beside, y: top + beside };
  let without = 0;
  return (position) => {
    if (position) return { x: corner.x + position.x - left, y: corner.y + position.y - top };
    // Written by hand or by a model without positions: side by side, tidy does the rest.
    without += 1;
    return { x: corner.x + (without - 1) * 280, y: corner.y };
  };
}

const lowered = ({ x, y }: Position, down: number): Position => ({ x, y: y + down });

const clamp = (size: number): number => Math.min(noteSize.most, Math.max(noteSize.least, size));
