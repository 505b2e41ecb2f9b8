import type { GraphEdge } from "../../schemas/graph.ts";
import { type Editing, edit } from "../editing.ts";
import { crossesFrame, framesOf } from "../frames.ts";
import { documentMaps } from "../model.ts";
import { toGraph } from "../toGraph.ts";
import { connect, takesSeveral } from "./connect.ts";
import { edgesOf } from "./edges.ts";

/** Ids of what is selected on the canvas; an id that is gone is skipped. */
export interface Selection {
  readonly nodeIds?: readonly string[];
  readonly edgeIds?: readonly string[];
  readonly noteIds?: readonly string[];
}

/**
 * Removes what is selected, a container with everything in it, and every edge of a removed node. With `reconnect`, what fed a
 * removed node then feeds what the node fed, where the port is free.
 */
export function removeSelection(editing: Editing, selection: Selection & { readonly reconnect?: boolean }): void {
  const { nodes, edges, notes } = documentMaps(editing.doc);
  const nodeIds = selection.nodeIds ?? [];
  edit(editing, { label: "delete" }, () => {
    for (const id of selection.edgeIds ?? []) edges.delete(id);
    for (const id of selection.noteIds ?? []) notes.delete(id);
    if (nodeIds.length === 0) return;
    const all = new Set([...nodeIds, ...framesOf(toGraph(editing.doc).graph).withContents(nodeIds)]);
    const chosen = new Set(nodeIds);
    const isBridged = (id: string) => selection.reconnect === true && chosen.has(id);
    // What lies in a removed frame goes at once; only the chosen nodes themselves are bridged, one after the other.
    const contents = new Set([...all].filter((id) => !isBridged(id)));
    for (const edge of edgesOf(editing))
      if (contents.has(edge.source) || contents.has(edge.target)) edges.delete(edge.id);
    for (const id of contents) nodes.delete(id);
    for (const id of nodeIds) if (!contents.has(id)) removeAndBridge(editing, id);
  });
}

function removeAndBridge(editing: Editing, id: string): void {
  const { nodes, edges } = documentMaps(editing.doc);
  const touching = edgesOf(editing).filter((edge) => edge.source === id || edge.target === id);
  nodes.delete(id);
  for (const edge of touching) edges.delete(edge.id);
  bridge(editing, id, touching);
}

function bridge(editing: Editing, removed: string, touching: readonly GraphEdge[]): void {
  const nodes = new Map(toGraph(editing.doc).graph.nodes.map((node) => [node.id as string, node]));
  for (const { source, sourcePort, target: through } of touching) {
    const from = nodes.get(source);
    if (through !== removed || from === undefined) continue;
    for (const { source: out, target, targetPort } of touching) {
      const to = nodes.get(target);
      if (out !== removed || to === undefined || from === to || crossesFrame(from, to)) continue;
      const fromInside = from.parent === to.id;
      const taken = edgesOf(editing).some((edge) => edge.target === target && edge.targetPort === targetPort);
      if (taken && !takesSeveral(editing, to, { name: targetPort, fromInside })) continue;
      connect(editing, { source, sourcePort, target, targetPort });
    }
  }
}
