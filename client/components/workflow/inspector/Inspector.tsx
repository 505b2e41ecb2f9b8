import { useAtomValue } from "jotai";
import { selectionAtom } from "#client/stores/editor.ts";
import { useGraph } from "../EditorContext.ts";
import { NodeInspector } from "./NodeInspector.tsx";
import { NoteInspector } from "./NoteInspector.tsx";
import { SelectionInspector } from "./SelectionInspector.tsx";
import { WorkflowInspector } from "./WorkflowInspector.tsx";

/** The settings of what is selected: a node, a note, several, or the workflow itself. */
export function Inspector() {
  const graph = useGraph();
  const { nodes } = useAtomValue(selectionAtom);
  if (nodes.size > 1) return <SelectionInspector count={nodes.size} />;
  const [id] = nodes;
  const node = graph.nodes.find((each) => each.id === id);
  if (node !== undefined) return <NodeInspector node={node} />;
  const note = graph.notes.find((each) => each.id === id);
  return note === undefined ? <WorkflowInspector /> : <NoteInspector note={note} />;
}
