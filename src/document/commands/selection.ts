import type { GraphEdge } from "../../schemas/graph.ts";
import { type Editing, edit } from "../editing.ts";
import { documentMaps } from "../model.ts";
import { connect, edgesOf, takesSeveral } from "./connect.ts";

/** Ids of what is selected on the canvas; an id that is gone is skipped. */
export interface Selection {
  readonly nodeIds?: readonly string[];
  readonly edgeIds?: readonly string[];
  readonly noteIds?: readonly string[];
}

/**
 * Removes what is selected, and every edge of a removed node. With `reconnect`, what fed a removed node then feeds
 * what the node fed, where the port is free.
 */
export function removeSelection(editing: Editing, selection: Selection & { readonly reconnect?: boolean }): void {
  const { nodes, edges, notes } = documentMaps(editing.doc);
  edit(editing, { label: "delete" }, () => {
    for (const id of selection.edgeIds ?? []) edges.delete(id);
    for (const id of selection.noteIds ?? []) notes.delete(id);
    for (const id of selection.nodeIds ?? []) {
      const touching = edgesOf(editing).filter((edge) => edge.source === id || edge.target === id);
      nodes.delete(id);
      for (const edge of touching) edges.delete(edge.id);
      if (selection.reconnect) bridge(editing, id, touching);
    }
  });
}

function bridge(editing: Editing, removed: string, touching: readonly GraphEdge[]): void {
  const { nodes } = documentMaps(editing.doc);
  const arriving = touching.filter((edge) => edge.target === removed && nodes.has(edge.source));
  const leaving = touching.filter((edge) => edge.source === removed && nodes.has(edge.target));
  for (const { source, sourcePort } of arriving) {
    for (const { target, targetPort } of leaving) {
      const taken = edgesOf(editing).some((edge) => edge.target === target && edge.targetPort === targetPort);
      if (source === target || (taken && !takesSeveral(editing, target, targetPort))) continue;
      connect(editing, { source, sourcePort, target, targetPort });
    }
  }
}
