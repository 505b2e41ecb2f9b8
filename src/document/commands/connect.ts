import { portsOf } from "../../agents/ports.ts";
import { AppError } from "../../errors.ts";
import { type EdgeId, edgeId, type GraphNode, graphEdge, graphLimits } from "../../schemas/graph.ts";
import { type Editing, edit } from "../editing.ts";
import { crossesFrame } from "../frames.ts";
import { documentMaps } from "../model.ts";
import { nextOrder } from "../order.ts";
import { toGraph } from "../toGraph.ts";
import { edgesOf } from "./edges.ts";

export interface Ends {
  readonly source: string;
  readonly sourcePort: string;
  readonly target: string;
  readonly targetPort: string;
}

/**
 * Connects two ports; between a container and what lies in it, its inner ones. The same connection twice is one; on a port that
 * takes one edge the new one replaces the old. Throws `bad_request` where an end is gone, the node would feed itself or the
 * connection would cross a frame.
 */
export function connect(editing: Editing, ends: Ends): EdgeId {
  const { edges } = documentMaps(editing.doc);
  const nodes = new Map<string, GraphNode>(toGraph(editing.doc).graph.nodes.map((node) => [node.id, node]));
  const [source, target] = [nodes.get(ends.source), nodes.get(ends.target)];
  if (!source || !target) throw new AppError("bad_request", "One of the two nodes is not there any more.");
  if (source === target) throw new AppError("bad_request", "A node cannot be connected to itself.");
  if (crossesFrame(source, target))
    throw new AppError("bad_request", "A connection cannot cross a frame: use the ports of the container.");
  if (edges.size >= graphLimits.edges)
    throw new AppError("bad_request", `A workflow has at most ${graphLimits.edges} connections.`);
  const fromInside = source.parent === target.id;
  const arriving = edgesOf(editing).filter(
    (edge) =>
      edge.target === target.id &&
      edge.targetPort === ends.targetPort &&
      (nodes.get(edge.source)?.parent === target.id) === fromInside,
  );
  const same = arriving.find((edge) => edge.source === ends.source && edge.sourcePort === ends.sourcePort);
  if (same) return same.id;
  const { id, ...stored } = graphEdge.parse({ id: edgeId.parse(editing.newId()), ...ends });
  edit(editing, { label: "connect" }, () => {
    if (!takesSeveral(editing, target, { name: ends.targetPort, fromInside }))
      for (const edge of arriving) edges.delete(edge.id);
    edges.set(id, { ...stored, order: nextOrder(edges) });
  });
  return id;
}

interface InputName {
  readonly name: string;
  /** One of a container's inner ports. */
  readonly fromInside: boolean;
}

/** Whether an input port takes more than one edge. A port this catalogue does not know loses nothing: it does. */
export function takesSeveral({ catalogue }: Editing, node: GraphNode, { name, fromInside }: InputName): boolean {
  const definition = catalogue.get(node.agent);
  const ports = definition && portsOf(definition, node);
  const port = (fromInside ? ports?.body : ports)?.inputs.find((each) => each.name === name);
  return port === undefined || port.multiple === true;
}
