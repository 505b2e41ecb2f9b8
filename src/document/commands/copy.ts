import type { Graph } from "../../schemas/graph.ts";
import type { Editing } from "../editing.ts";
import { framesOf } from "../frames.ts";
import { toGraph } from "../toGraph.ts";
import type { Selection } from "./selection.ts";

/** A fragment of a workflow; its JSON is what the clipboard holds and what paste accepts. */
export type Clipboard = Pick<Graph, "nodes" | "edges" | "notes">;

/** What is selected, as plain JSON for the clipboard: nodes with what lies in them, the edges between them, notes. */
export function copy({ doc }: Pick<Editing, "doc">, selection: Selection): Clipboard {
  const { graph } = toGraph(doc);
  const nodeIds = framesOf(graph).withContents(selection.nodeIds ?? []);
  const noteIds = new Set<string>(selection.noteIds);
  return {
    nodes: graph.nodes.filter((node) => nodeIds.has(node.id)),
    edges: graph.edges.filter((edge) => nodeIds.has(edge.source) && nodeIds.has(edge.target)),
    notes: graph.notes.filter((note) => noteIds.has(note.id)),
  };
}
