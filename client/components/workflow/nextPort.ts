import type { PortRef } from "#client/canvas/connections.ts";
import type { Selection } from "#client/canvas/selection.ts";
import type { EditorServices } from "./EditorContext.ts";

/** The first output of the one selected node, preferably one that leads nowhere yet: where a new step is joined. */
export function nextPort({ document, definitions }: EditorServices, selection: Selection): PortRef | null {
  const [id, ...others] = selection.nodes;
  if (id === undefined || others.length > 0) return null;
  const graph = document.reader.read().graph;
  const node = graph.nodes.find((each) => each.id === id);
  const outputs = node === undefined ? [] : (definitions(node.agent)?.outputs ?? []);
  const free = outputs.find((port) => !graph.edges.some((edge) => edge.source === id && edge.sourcePort === port.name));
  const port = free ?? outputs[0];
  return port === undefined ? null : { nodeId: id, port: port.name, side: "output" };
}
