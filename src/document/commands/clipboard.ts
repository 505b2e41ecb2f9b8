import { AppError } from "../../errors.ts";
import {
  type GraphEdge,
  type GraphNode,
  graphEdge,
  graphNode,
  graphNote,
  type NodeId,
  nodeId,
} from "../../schemas/graph.ts";
import { type Editing, edit } from "../editing.ts";
import { crossesFrame } from "../frames.ts";
import { freeBelow } from "../freePlace.ts";
import { mintKey } from "../keys.ts";
import { framed } from "../measures.ts";
import { documentMaps } from "../model.ts";
import { nextOrder } from "../order.ts";
import { noteSize } from "../readEdge.ts";
import { modesOf, type Rename, renameIn } from "../rename.ts";
import { toGraph } from "../toGraph.ts";
import { newNode, newNote } from "../writeNode.ts";
import { copy } from "./copy.ts";
import { type Fragment, readFragment, requireRoom } from "./fragment.ts";
import { growFrames, insideBody } from "./frames.ts";
import { keysOf, type Position } from "./nodes.ts";
import type { Selection } from "./selection.ts";

export interface Pasted {
  readonly nodeIds: readonly NodeId[];
  readonly noteIds: readonly NodeId[];
  /** Connections of which an end was not among what was pasted. */
  readonly leftOut: number;
}

/** Where the upper left corner goes; inside a container's frame when one is given. */
export interface PastePlace extends Position {
  readonly frame?: string | undefined;
}

/**
 * Adds the nodes, edges and notes of a workflow or fragment (see `readFragment` for what is accepted and refused) with new
 * ids and keys; references among them follow. Without `at` it goes a little beside the original, into the frame that was around
 * it if that is in this document. All of it moves down until no card lies on one that is there.
 */
export function paste(editing: Editing, content: unknown, at?: PastePlace): Pasted {
  return insertFragment(editing, readFragment(content), { label: "paste", isClear: true, ...(at ? { at } : {}) });
}

/** A copy of what is selected, a little beside it; of a container, beside all that is there. */
export function duplicateSelection(editing: Editing, selection: Selection): Pasted {
  const fragment = readFragment(copy(editing, selection));
  return insertFragment(editing, fragment, { label: "duplicate", isClear: fragment.nodes.some(({ size }) => size) });
}

const beside = 40;

interface Insert {
  readonly label: string;
  /** No card may come to lie on one that is there. */
  readonly isClear?: boolean;
  readonly at?: PastePlace;
}

function insertFragment(editing: Editing, fragment: Fragment, { label, at, isClear = false }: Insert): Pasted {
  const maps = documentMaps(editing.doc);
  requireRoom(maps.nodes.size + fragment.nodes.length);
  const { graph } = toGraph(editing.doc);
  const own = new Set(fragment.nodes.map(({ id }) => id));
  const isRoot = ({ parent }: { readonly parent?: string | undefined }) => parent === undefined || !own.has(parent);
  const place = createPlacement([...fragment.nodes.filter(isRoot), ...fragment.notes], at);
  const ids = new Map<string, string>();
  const frames = new Set<string>(graph.nodes.flatMap(({ id, size }) => (size ? [id] : [])));
  const filled = new Set(fragment.nodes.map(({ parent }) => parent));
  const placed = renamed(editing, fragment, ids).map(({ was, parent, position, ...node }): Placed => {
    const root = isRoot({ parent });
    const around = root ? (at ? at.frame : parent) : ids.get(parent ?? "");
    const isKnown = around !== undefined && (!root || frames.has(around));
    const at0 = { ...node, position: root ? place(position) : (position ?? origin) };
    const inFrame = isKnown ? { ...at0, parent: nodeId.parse(around) } : at0;
    return { root, node: framed(inFrame, editing.catalogue.get(node.agent), filled.has(was)) };
  });
  const roots = placed.filter(({ root }) => root).map(({ node }) => node);
  const down = isClear ? freeBelow(editing, roots) : 0;
  const nodes = placed.map(({ root, node }) => {
    const frame = graph.nodes.find(({ id }) => root && id === node.parent);
    const position = root ? lowered(node.position, down) : node.position;
    return { ...node, position: frame === undefined ? position : insideBody(editing, frame, position) };
  });
  const edges = joined(editing, fragment, { ids, nodes });
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
    growFrames(editing, new Set(roots.flatMap(({ parent }) => parent ?? [])));
  });
  return {
    nodeIds: nodes.map(({ id }) => id),
    noteIds: notes.map(({ id }) => id),
    leftOut: fragment.edges.length - edges.length,
  };
}

interface Placed {
  /** It lies in no frame of the fragment. */
  readonly root: boolean;
  readonly node: GraphNode;
}

const origin: Position = { x: 0, y: 0 };

interface Added {
  /** From the ids in the fragment. */
  readonly ids: ReadonlyMap<string, string>;
  readonly nodes: readonly GraphNode[];
}

/** The fragment's edges with new ids. One that left the fragment, or would cross a frame, has nothing to hold on to here. */
function joined(editing: Editing, fragment: Fragment, { ids, nodes }: Added): GraphEdge[] {
  const byId = new Map<string, GraphNode>(nodes.map((node) => [node.id, node]));
  return fragment.edges.flatMap(({ source, target, sourcePort, targetPort }) => {
    const [from, to] = [byId.get(ids.get(source) ?? ""), byId.get(ids.get(target) ?? "")];
    return from && to && !crossesFrame(from, to)
      ? [graphEdge.parse({ id: editing.newId(), source: from.id, sourcePort, target: to.id, targetPort })]
      : [];
  });
}

type Renamed = Omit<GraphNode, "position" | "parent"> & {
  /** Its id and its container's in the fragment. */
  readonly was: string;
  readonly parent: string | undefined;
  readonly position: Position | undefined;
};

/** The fragment's nodes under new ids and keys, references among them rewritten; fills `ids` with old to new. */
function renamed(editing: Editing, fragment: Fragment, ids: Map<string, string>): Renamed[] {
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
    return { ...node, was: node.id, id, key, name };
  });
  const renames = createRenames(keys);
  return named.map(({ position, parent, was, ...node }) => {
    const config = renameIn(node.config, modesOf(editing.catalogue.get(node.agent)), renames);
    const { position: _origin, ...rest } = graphNode.parse({ ...node, config, position: origin });
    return { ...rest, was, parent, position };
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

type MaybePlaced = { readonly position?: Position | undefined };

function createPlacement(
  roots: readonly MaybePlaced[],
  at: Position | undefined,
): (position: Position | undefined) => Position {
  const placed = roots.flatMap(({ position }) => (position ? [position] : []));
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
