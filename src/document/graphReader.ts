import type * as Y from "yjs";
import type { GraphEdge, GraphNode, GraphNote } from "../schemas/graph.ts";
import { documentMaps } from "./model.ts";
import { readEdge, readNote, readSettings } from "./readEdge.ts";
import { type Read, readNode } from "./readNode.ts";
import { assemble, type DocumentView, readAll } from "./toGraph.ts";

/** A document's graph, kept up to date. Parts that did not change keep their identity. */
export interface GraphReader {
  /** The graph now; the same object until the document changes. */
  readonly read: () => DocumentView;
  /** Called once after each transaction that changed what the graph may show. Returns how to stop. */
  readonly subscribe: (listener: () => void) => () => void;
  /** Stops watching the document. */
  readonly close: () => void;
}

/** Reads only what each transaction touched: a keystroke in a prompt costs one node, not the whole graph. */
export function createGraphReader(doc: Y.Doc): GraphReader {
  const maps = documentMaps(doc);
  const nodes: Map<string, Read<GraphNode>> = readAll(maps.nodes, readNode);
  const edges: Map<string, Read<GraphEdge>> = readAll(maps.edges, readEdge);
  const notes: Map<string, Read<GraphNote>> = readAll(maps.notes, readNote);
  const listeners = new Set<() => void>();
  let view: DocumentView | null = null;
  let touched = false;

  const watchers = [
    watch(maps.nodes, (id) => refresh(nodes, maps.nodes, { id, read: readNode })),
    watch(maps.edges, (id) => refresh(edges, maps.edges, { id, read: readEdge })),
    watch(maps.notes, (id) => refresh(notes, maps.notes, { id, read: readNote })),
    watch(maps.settings, () => {}),
  ];

  function watch(map: Y.Map<unknown>, changed: (id: string) => void): () => void {
    const observer = (events: Y.YEvent<Y.AbstractType<unknown>>[]) => {
      for (const id of touchedIds(map, events)) changed(id);
      view = null;
      touched = true;
    };
    map.observeDeep(observer);
    return () => map.unobserveDeep(observer);
  }

  const notify = () => {
    if (!touched) return;
    touched = false;
    for (const listener of [...listeners]) listener();
  };
  doc.on("afterAllTransactions", notify);

  return {
    read: () => {
      view ??= assemble({ nodes, edges, notes, ...readSettings(maps.settings) });
      return view;
    },
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    close: () => {
      for (const stop of watchers) stop();
      doc.off("afterAllTransactions", notify);
      listeners.clear();
    },
  };
}

function touchedIds(map: Y.Map<unknown>, events: Y.YEvent<Y.AbstractType<unknown>>[]): ReadonlySet<string> {
  const ids = new Set<string>();
  for (const event of events) {
    if (event.target === map) for (const key of event.changes.keys.keys()) ids.add(key);
    else ids.add(String(event.path[0]));
  }
  return ids;
}

interface Refresh<Value> {
  readonly id: string;
  readonly read: (id: string, stored: unknown) => Read<Value>;
}

function refresh<Value>(known: Map<string, Read<Value>>, map: Y.Map<unknown>, { id, read }: Refresh<Value>): void {
  if (map.has(id)) known.set(id, read(id, map.get(id)));
  else known.delete(id);
}
