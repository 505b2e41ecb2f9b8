import type { AgentDefinition } from "../agents/agent.ts";
import { portsOf } from "../agents/ports.ts";
import type { PortDefinition, PortType } from "../schemas/agent.ts";
import type { Graph, GraphEdge, GraphNode } from "../schemas/graph.ts";
import type { Findings } from "./findings.ts";
import type { Inspection } from "./inspection.ts";
import { type EdgePlace, placeOf } from "./scopes.ts";

/** A value of type `from` may be put on a port of type `to`. What leaves an `any` port is checked when it arrives. */
export function fits(from: PortType, to: PortType): boolean {
  return from === to || from === "any" || to === "any";
}

/** Why an edge between two ports would be refused, in words for the person who draws it; null when it is fine. */
export function refusal(source: PortDefinition, target: PortDefinition): string | null {
  if (fits(source.type, target.type)) return null;
  return `“${source.label}” gives ${words[source.type]}, but “${target.label}” takes ${words[target.type]}.`;
}

const words: Record<PortType, string> = {
  any: "anything",
  text: "text",
  number: "a number",
  boolean: "true or false",
  list: "a list",
  object: "an object",
};

/** Dangling ends, unknown ports, types that do not fit, two edges into one place. */
export function checkEdges(graph: Graph, { index, definitionOf, findings }: Inspection): void {
  const taken = new Set<string>();
  for (const edge of graph.edges) {
    const source = index.nodes.get(edge.source);
    const target = index.nodes.get(edge.target);
    if (source === undefined || target === undefined) {
      const end = source === undefined ? "begins" : "ends";
      findings.error("dangling_edge", `This connection ${end} at a node that does not exist. Remove it.`, {
        edgeId: edge.id,
      });
      continue;
    }
    const where = placeOf(source, target);
    if (where === "crossing") {
      const message = `This connection between “${source.name}” and “${target.name}” crosses the frame of a container. Connect them through the container's ports.`;
      findings.error("crosses_frame", message, { edgeId: edge.id, nodeId: target.id });
      continue;
    }
    const from = definitionOf(source);
    const to = definitionOf(target);
    const sourcePort = from && portOf(outputsAt(from, source, where), edge.sourcePort);
    const targetPort = to && portOf(inputsAt(to, target, where), edge.targetPort);
    if (from && sourcePort === undefined)
      unknownPort(edge, { node: source, port: edge.sourcePort, way: "output" }, findings);
    if (to && targetPort === undefined)
      unknownPort(edge, { node: target, port: edge.targetPort, way: "input" }, findings);
    if (targetPort === undefined) continue;
    const why = sourcePort && refusal(sourcePort, targetPort);
    if (why) findings.error("port_type_mismatch", why, { edgeId: edge.id, nodeId: target.id });
    const place = `${edge.target} ${where === "result" ? "inside" : "outside"} ${edge.targetPort}`;
    if (taken.has(place) && targetPort.multiple !== true) {
      const message = `“${targetPort.label}” of “${target.name}” takes one connection and has more. Remove one.`;
      findings.error("port_taken", message, { edgeId: edge.id, nodeId: target.id });
    }
    taken.add(place);
  }
}

const outputsAt = (definition: AgentDefinition, node: GraphNode, where: EdgePlace): readonly PortDefinition[] => {
  const ports = portsOf(definition, node);
  return where === "entry" ? ports.body.outputs : ports.outputs;
};

const inputsAt = (definition: AgentDefinition, node: GraphNode, where: EdgePlace): readonly PortDefinition[] => {
  const ports = portsOf(definition, node);
  return where === "result" ? ports.body.inputs : ports.inputs;
};

function unknownPort(
  edge: GraphEdge,
  at: { readonly node: GraphNode; readonly port: string; readonly way: "input" | "output" },
  findings: Findings,
): void {
  const message = `“${at.node.name}” has no ${at.way} “${at.port}”. Connect it anew.`;
  findings.error("unknown_port", message, { edgeId: edge.id, nodeId: at.node.id });
}

export function portOf(ports: readonly PortDefinition[], name: string): PortDefinition | undefined {
  return ports.find((port) => port.name === name);
}
