import type { AgentDefinition } from "#src/agents/agent.ts";
import type { PortDefinition, PortType } from "#src/schemas/agent.ts";
import type { Graph } from "#src/schemas/graph.ts";

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
 * Why this edge cannot be drawn, in words for a tooltip; null when it can. The same rules as the compiler's
 * (types, taken ports, cycles), asked early so that an impossible edge never snaps.
 */
export function whyNotConnect(graph: Graph, definitions: Definitions, link: Link): string | null {
  if (link.source === link.target) return "A node cannot feed itself";
  const source = graph.nodes.find((node) => node.id === link.source);
  const target = graph.nodes.find((node) => node.id === link.target);
  if (source === undefined || target === undefined) return "This node is gone";
  const output = portOf(definitions(source.agent), { side: "output", port: link.sourcePort });
  const input = portOf(definitions(target.agent), { side: "input", port: link.targetPort });
  if (output === undefined || input === undefined) return "This port is gone";
  if (!typesFit(output.type, input.type))
    return `${output.label} is ${output.type}, ${input.label} takes ${input.type}`;
  const arriving = graph.edges.filter((edge) => edge.target === link.target && edge.targetPort === link.targetPort);
  if (arriving.some((edge) => edge.source === link.source && edge.sourcePort === link.sourcePort))
    return "Already connected";
  if (arriving.length > 0 && input.multiple !== true) return `${input.label} takes one connection`;
  if (reaches(graph, link.target, link.source)) return "This would make a circle";
  return null;
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

export function portOf(
  definition: AgentDefinition | undefined,
  { side, port: name }: Pick<PortRef, "side" | "port">,
): PortDefinition | undefined {
  const ports = side === "input" ? definition?.inputs : definition?.outputs;
  return ports?.find((port) => port.name === name);
}

function reaches(graph: Graph, from: string, to: string): boolean {
  const next = new Map<string, string[]>();
  for (const edge of graph.edges) {
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
