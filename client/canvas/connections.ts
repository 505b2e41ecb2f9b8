import type { AgentDefinition } from "#src/agents/agent.ts";
import { portsOf } from "#src/agents/ports.ts";
import { crossesFrame, framesOf } from "#src/document/frames.ts";
import type { PortDefinition, PortType } from "#src/schemas/agent.ts";
import type { Graph, GraphNode } from "#src/schemas/graph.ts";

/** One end of a connection that is being drawn or asked for. */
export interface PortRef {
  readonly nodeId: string;
  readonly port: string;
  readonly side: "input" | "output";
}

export interface Link {
  readonly source: string;
  readonly sourcePort: string;
  readonly target: string;
  readonly targetPort: string;
}

export type Definitions = (kind: string) => AgentDefinition | undefined;

/** Whether a value of one type may arrive at a port of the other; `any` fits everything. */
export function typesFit(from: PortType, to: PortType): boolean {
  return from === "any" || to === "any" || from === to;
}

/**
 * Why this edge cannot be drawn, in words for the person; null when it can. The same rules as the compiler's
 * (frames, types, taken ports, cycles), asked early so that an impossible edge never snaps.
 */
export function whyNotConnect(graph: Graph, definitions: Definitions, link: Link): string | null {
  if (link.source === link.target) return "A node cannot feed itself";
  const source = graph.nodes.find((node) => node.id === link.source);
  const target = graph.nodes.find((node) => node.id === link.target);
  if (source === undefined || target === undefined) return "This node is gone";
  const output = nodePort(source, definitions, { side: "output", port: link.sourcePort });
  const input = nodePort(target, definitions, { side: "input", port: link.targetPort });
  if (output === undefined || input === undefined) return "This port is gone";
  const isEntry = target.parent === source.id;
  const isResult = source.parent === target.id;
  if (crossesFrame(source, target)) return crossing(frameBetween(graph, source, target));
  if (output.inside !== isEntry) return crossing(source);
  if (input.inside !== isResult) return crossing(target);
  if (!typesFit(output.type, input.type))
    return `${output.label} is ${output.type}, ${input.label} takes ${input.type}`;
  const inside: ReadonlySet<string> = new Set(
    framesOf(graph)
      .childrenOf(target.id)
      .map(({ id }) => id),
  );
  const arriving = graph.edges.filter(
    (edge) =>
      edge.target === link.target && edge.targetPort === link.targetPort && inside.has(edge.source) === input.inside,
  );
  if (arriving.some((edge) => edge.source === link.source && edge.sourcePort === link.sourcePort))
    return "Already connected";
  if (arriving.length > 0 && input.multiple !== true) return `${input.label} takes one connection`;
  if (!isEntry && !isResult && reaches(graph, link.target, link.source)) return "This would make a circle";
  return null;
}

const crossing = ({ name }: GraphNode): string =>
  `This would cross the frame of “${name}”. Connect to its ports instead: the inner ones inside, the outer ones outside.`;

/** The frame in the way: one around the target and not around the source, or the other way round. */
function frameBetween(graph: Graph, source: GraphNode, target: GraphNode): GraphNode {
  const frames = framesOf(graph);
  const [near, far] = [frames.around(source), frames.around(target)];
  return far.find((frame) => !near.includes(frame)) ?? near.find((frame) => !far.includes(frame)) ?? target;
}

/** First pair of ports by which a node just added can be joined to the port it was asked from. */
export function matchingPort(
  definition: AgentDefinition,
  from: { readonly type: PortType; readonly side: PortRef["side"] },
): PortDefinition | undefined {
  const candidates = from.side === "output" ? definition.inputs : definition.outputs;
  const fits = (port: PortDefinition) =>
    from.side === "output" ? typesFit(from.type, port.type) : typesFit(port.type, from.type);
  return candidates.find((port) => fits(port) && port.type === from.type) ?? candidates.find(fits);
}

/** A port as its node has it. `inside`: one of a container's inner ports, for what lies in its frame. */
export type NodePort = PortDefinition & { readonly inside: boolean };

export function nodePort(
  node: GraphNode,
  definitions: Definitions,
  { side, port: name }: Pick<PortRef, "side" | "port">,
): NodePort | undefined {
  const definition = definitions(node.agent);
  if (definition === undefined) return undefined;
  const ports = portsOf(definition, node);
  const among = (all: { readonly inputs: readonly PortDefinition[]; readonly outputs: readonly PortDefinition[] }) =>
    (side === "input" ? all.inputs : all.outputs).find((port) => port.name === name);
  const outer = among(ports);
  if (outer !== undefined) return { ...outer, inside: false };
  const inner = among(ports.body);
  return inner === undefined ? undefined : { ...inner, inside: true };
}

/** Along edges between nodes of one frame: what leads into a container and out of it is no circle. */
function reaches(graph: Graph, from: string, to: string): boolean {
  const parents = new Map<string, string | undefined>(graph.nodes.map(({ id, parent }) => [id, parent]));
  const next = new Map<string, string[]>();
  for (const edge of graph.edges) {
    if (parents.get(edge.source) !== parents.get(edge.target)) continue;
    const targets = next.get(edge.source);
    if (targets === undefined) next.set(edge.source, [edge.target]);
    else targets.push(edge.target);
  }
  const seen = new Set<string>();
  const open = [from];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    if (node === to) return true;
    if (seen.has(node)) continue;
    seen.add(node);
    open.push(...(next.get(node) ?? []));
  }
  return false;
}
