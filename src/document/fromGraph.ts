import * as Y from "yjs";
import type { Catalogue } from "../agents/catalogue.ts";
import { equalJson } from "../json.ts";
import type { Graph } from "../schemas/graph.ts";
import { type Editing, edit } from "./editing.ts";
import { framed } from "./measures.ts";
import { documentMaps, documentSchema, type StoredEdge } from "./model.ts";
import { toPlain } from "./plain.ts";
import { newNode, newNote, plainBudget, writeNode, writeNote, writeValue } from "./writeNode.ts";

/** A new document that shows exactly `graph`. */
export function createDocument(graph: Graph, catalogue: Catalogue): Y.Doc {
  const doc = new Y.Doc();
  replaceGraph({ doc, origin: {}, catalogue }, graph);
  return doc;
}

/**
 * Changes a document to show `graph`, in one transaction that touches only what differs: open editors see one edit, and
 * letters somebody else types meanwhile survive. Also clears away parts that `toGraph` could not read.
 */
export function replaceGraph(editing: Omit<Editing, "newId">, graph: Graph): void {
  const maps = documentMaps(editing.doc);
  edit(editing, { label: "replace workflow" }, () => {
    if (maps.meta.get("schema") !== documentSchema) maps.meta.set("schema", documentSchema);
    replaceNodes(maps.nodes, graph, editing.catalogue);
    replaceEdges(maps.edges, graph);
    replaceNotes(maps.notes, graph);
    // The default limit is not stored: a later release may change it for everybody who never chose one.
    if (maps.settings.has("timeoutMs") || graph.settings.timeoutMs !== 3_600_000)
      writeValue(maps.settings, "timeoutMs", graph.settings.timeoutMs);
    writeValue(maps.settings, "concurrency", graph.settings.concurrency);
    writeValue(maps.settings, "startsPerMinute", graph.settings.startsPerMinute);
    writeValue(maps.settings, "budget", plainBudget(graph.settings.budget));
  });
}

function replaceNodes(nodes: Y.Map<unknown>, graph: Graph, catalogue: Catalogue): void {
  keepOnly(nodes, graph.nodes);
  const places = createPlaces();
  const filled = new Set(graph.nodes.map(({ parent }) => parent));
  for (const given of graph.nodes) {
    const stored = nodes.get(given.id);
    const definition = catalogue.get(given.agent);
    const node = framed(given, definition, filled.has(given.id));
    if (stored instanceof Y.Map) {
      writeNode(stored, node, definition);
      writeValue(stored, "order", places(stored.get("order")));
    } else nodes.set(node.id, newNode(node, places(undefined), definition));
  }
}

function replaceEdges(edges: Y.Map<unknown>, graph: Graph): void {
  keepOnly(edges, graph.edges);
  const places = createPlaces();
  for (const { id, source, sourcePort, target, targetPort } of graph.edges) {
    const stored = toPlain(edges.get(id) ?? null, () => {});
    const known = typeof stored === "object" && stored !== null && "order" in stored ? stored.order : undefined;
    const wanted: StoredEdge = { source, sourcePort, target, targetPort, order: places(known) };
    if (!equalJson(stored, wanted)) edges.set(id, wanted);
  }
}

function replaceNotes(notes: Y.Map<unknown>, graph: Graph): void {
  keepOnly(notes, graph.notes);
  const places = createPlaces();
  for (const note of graph.notes) {
    const stored = notes.get(note.id);
    if (stored instanceof Y.Map) {
      writeNote(stored, note);
      writeValue(stored, "order", places(stored.get("order")));
    } else notes.set(note.id, newNote(note, places(undefined)));
  }
}

function keepOnly(map: Y.Map<unknown>, items: readonly { readonly id: string }[]): void {
  const kept: ReadonlySet<string> = new Set(items.map((item) => item.id));
  for (const id of [...map.keys()]) if (!kept.has(id)) map.delete(id);
}

/** Hands out places in rising order, keeping each item's present place where it still fits. */
function createPlaces(): (present: unknown) => number {
  let last = -1;
  return (present) => {
    last = typeof present === "number" && Number.isFinite(present) && present > last ? present : last + 1;
    return last;
  };
}
