import type { PaletteRequest } from "#client/canvas/canvasContext.ts";
import type { Selection } from "#client/canvas/selection.ts";
import { portsOf } from "#src/agents/ports.ts";
import type { EditorServices } from "./EditorContext.ts";

/**
 * Where a new step is joined to the one selected node: at its first output, preferably one that leads nowhere yet; before the
 * end of the frame where that output leads out of it.
 */
export function nextPort(
  { document, definitions }: EditorServices,
  selection: Selection,
): Pick<PaletteRequest, "from" | "edgeId"> {
  const nowhere = { from: null, edgeId: null };
  const [id, ...others] = selection.nodes;
  if (id === undefined || others.length > 0) return nowhere;
  const graph = document.reader.read().graph;
  const node = graph.nodes.find((each) => each.id === id);
  const definition = node && definitions(node.agent);
  if (node === undefined || definition === undefined) return nowhere;
  const { outputs } = portsOf(definition, node);
  const leaving = (name: string) => graph.edges.filter((edge) => edge.source === id && edge.sourcePort === name);
  const [first] = outputs;
  const [last, ...further] = first === undefined ? [] : leaving(first.name);
  if (last !== undefined && further.length === 0 && last.target === node.parent) return { from: null, edgeId: last.id };
  const port = outputs.find(({ name }) => leaving(name).length === 0) ?? first;
  return port === undefined ? nowhere : { from: { nodeId: id, port: port.name, side: "output" }, edgeId: null };
}
