import * as Y from "yjs";
import { catalogue } from "#src/agents/registry.ts";
import type { Editing } from "#src/document/editing.ts";
import { toGraph } from "#src/document/toGraph.ts";
import { type Graph, type GraphInput, type GraphNode, graph } from "#src/schemas/graph.ts";

/** Ids in the order in which they are asked for: a1, a2, ... */
export function counter(prefix: string): () => string {
  let last = 0;
  return () => {
    last += 1;
    return `${prefix}${last}`;
  };
}

/** One person at one copy of a document. */
export function personAt(doc: Y.Doc, name: string): Editing {
  return { doc, origin: { person: name }, newId: counter(name), catalogue };
}

export const graphOf = (doc: Y.Doc): Graph => toGraph(doc).graph;

export function nodeNamed(doc: Y.Doc, id: string): GraphNode {
  const node = graphOf(doc).nodes.find((one) => one.id === id);
  if (!node) throw new Error(`no node ${id}`);
  return node;
}

/** Sends everything each copy lacks to it. */
export function syncAll(...docs: Y.Doc[]): void {
  for (const from of docs)
    for (const to of docs)
      if (from !== to) Y.applyUpdate(to, Y.encodeStateAsUpdate(from, Y.encodeStateVector(to)), "network");
}

/** A copy that already shows what `doc` shows. */
export function copyOf(doc: Y.Doc): Y.Doc {
  const copy = new Y.Doc();
  Y.applyUpdate(copy, Y.encodeStateAsUpdate(doc), "network");
  return copy;
}

/** Two steps that feed a third, with an expression, a note and a limit. */
export const sample: GraphInput = {
  nodes: [
    { id: "in", key: "input", agent: "input", name: "Input", position: { x: 0, y: 0 }, config: {} },
    {
      id: "ask",
      key: "ask",
      agent: "llm",
      name: "Ask",
      position: { x: 300, y: 0 },
      config: { prompt: "Say {{ steps.input.value }}\nand {{steps.input.value}} again" },
    },
    { id: "out", key: "output", agent: "output", name: "Output", position: { x: 600, y: 0 }, config: {} },
  ] as GraphInput["nodes"],
  edges: [
    { id: "e2", source: "ask", sourcePort: "text", target: "out", targetPort: "value" },
    { id: "e1", source: "in", sourcePort: "value", target: "ask", targetPort: "context" },
  ] as GraphInput["edges"],
  notes: [{ id: "n1", text: "Why", position: { x: 0, y: 200 }, width: 200, height: 100 }] as GraphInput["notes"],
  settings: { timeoutMs: 60_000 },
};
export const sampleGraph = (): Graph => graph.parse(structuredClone(sample));
