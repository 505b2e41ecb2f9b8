import { AppError } from "../../errors.ts";
import { type EdgeId, edgeId, type GraphEdge, graphEdge, graphLimits } from "../../schemas/graph.ts";
import { type Editing, edit } from "../editing.ts";
import { documentMaps, nodeOf } from "../model.ts";
import { nextOrder } from "../order.ts";
import { readEdge } from "../readEdge.ts";

export interface Ends {
  readonly source: string;
  readonly sourcePort: string;
  readonly target: string;
  readonly targetPort: string;
}

/**
 * Connects two ports. The same connection twice is one; on a port that takes one edge the new one replaces the old.
 * Throws `bad_request` where an end is gone or the node would feed itself.
 */
export function connect(editing: Editing, ends: Ends): EdgeId {
  const { edges } = documentMaps(editing.doc);
  if (!nodeOf(editing.doc, ends.source) || !nodeOf(editing.doc, ends.target))
    throw new AppError("bad_request", "One of the two nodes is not there any more.");
  if (ends.source === ends.target) throw new AppError("bad_request", "A node cannot be connected to itself.");
  if (edges.size >= graphLimits.edges)
    throw new AppError("bad_request", `A workflow has at most ${graphLimits.edges} connections.`);
  const arriving = edgesOf(editing).filter(
    (edge) => edge.target === ends.target && edge.targetPort === ends.targetPort,
  );
  const same = arriving.find((edge) => edge.source === ends.source && edge.sourcePort === ends.sourcePort);
  if (same) return same.id;
  const { id, ...stored } = graphEdge.parse({ id: edgeId.parse(editing.newId()), ...ends });
  edit(editing, { label: "connect" }, () => {
    if (!takesSeveral(editing, ends.target, ends.targetPort)) for (const edge of arriving) edges.delete(edge.id);
    edges.set(id, { ...stored, order: nextOrder(edges) });
  });
  return id;
}

/** Whether an input port takes more than one edge. A port this catalogue does not know loses nothing: it does. */
export function takesSeveral({ doc, catalogue }: Editing, id: string, portName: string): boolean {
  const agent = nodeOf(doc, id)?.get("agent");
  const port =
    typeof agent === "string" ? catalogue.get(agent)?.inputs.find(({ name }) => name === portName) : undefined;
  return port === undefined || port.multiple === true;
}

/** Every readable edge of the document, those without both ends too. */
export function edgesOf({ doc }: Pick<Editing, "doc">): GraphEdge[] {
  const readable: GraphEdge[] = [];
  for (const [id, stored] of documentMaps(doc).edges.entries()) {
    const { value } = readEdge(id, stored);
    if (value) readable.push(value);
  }
  return readable;
}
