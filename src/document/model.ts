import * as Y from "yjs";
import type { GraphEdge } from "../schemas/graph.ts";

/** Raised when the layout below changes in a way that an older editor would misread. */
export const documentSchema = 1;

/** The top-level maps of a workflow's document. See README.md for what lies in each. */
export interface DocumentMaps {
  /** Everything is unknown until it is read: any client may have written anything. */
  readonly nodes: Y.Map<unknown>;
  readonly edges: Y.Map<unknown>;
  readonly notes: Y.Map<unknown>;
  readonly settings: Y.Map<unknown>;
  readonly meta: Y.Map<unknown>;
}

/** An edge is one plain value: two people who move the same edge leave one of both, never a mix. */
export type StoredEdge = Omit<GraphEdge, "id"> & { readonly order: number };

export function documentMaps(doc: Y.Doc): DocumentMaps {
  return {
    nodes: doc.getMap("nodes"),
    edges: doc.getMap("edges"),
    notes: doc.getMap("notes"),
    settings: doc.getMap("settings"),
    meta: doc.getMap("meta"),
  };
}

/** A document nobody has written to yet: not even an empty graph. */
export function isBlank(doc: Y.Doc): boolean {
  return doc.store.clients.size === 0;
}

/** The config of a stored node, or undefined where another client left something else there. */
export function configOf(node: Y.Map<unknown> | undefined): Y.Map<unknown> | undefined {
  const config = node?.get("config");
  return config instanceof Y.Map ? config : undefined;
}

/** The stored node, or undefined where there is none or another client left something else there. */
export function nodeOf(doc: Y.Doc, id: string): Y.Map<unknown> | undefined {
  const node = documentMaps(doc).nodes.get(id);
  return node instanceof Y.Map ? node : undefined;
}

export function noteOf(doc: Y.Doc, id: string): Y.Map<unknown> | undefined {
  const note = documentMaps(doc).notes.get(id);
  return note instanceof Y.Map ? note : undefined;
}
