import type { AgentDefinition } from "../agents/agent.ts";
import type { Catalogue } from "../agents/catalogue.ts";
import { portsOf } from "../agents/ports.ts";
import type { Diagnostic } from "../schemas/diagnostic.ts";
import { type Graph, type GraphNode, graphLimits } from "../schemas/graph.ts";
import { buildPlan } from "./buildPlan.ts";
import { type CheckedConfig, checkConfig } from "./checkConfig.ts";
import { checkContainers } from "./checkContainers.ts";
import { checkEdges } from "./checkEdges.ts";
import { checkSettings } from "./checkSettings.ts";
import { type Findings, newFindings } from "./findings.ts";
import { indexGraph } from "./graphIndex.ts";
import type { Inspection } from "./inspection.ts";
import type { Plan } from "./plan.ts";
import { allScopes, checkParents, reachOf, type ScopeGraph, scopesOf } from "./scopes.ts";

export interface Compiled {
  /** Null when any diagnostic is an error. */
  readonly plan: Plan | null;
  readonly diagnostics: Diagnostic[];
}

/**
 * A graph as a plan, or everything that is wrong with it. Pure and synchronous; the editor calls it on every edit and the
 * server before every run. Never throws for a bad graph.
 */
export function compile(graph: Graph, catalogue: Catalogue): Compiled {
  const findings = newFindings();
  const refused = (): Compiled => ({ plan: null, diagnostics: [...findings.diagnostics] });
  if (!checkSize(graph, findings)) return refused();

  const definitionOf = (node: GraphNode) => catalogue.get(node.agent);
  const index = indexGraph(graph);
  const inspection: Inspection = { index, definitionOf, findings };
  checkNodes(graph, inspection);
  checkParents(inspection);
  checkEdges(graph, inspection);
  checkSettings(graph, inspection);
  const root = scopesOf(graph, index);
  for (const scope of allScopes(root)) {
    for (const cycle of scope.topology.cycles) reportCycle(cycle, findings);
  }
  const reach = reachOf(root);
  checkContainers(inspection);

  const configs = new Map<string, CheckedConfig>();
  for (const node of index.nodes.values()) {
    const definition = definitionOf(node);
    if (definition === undefined) continue;
    const ofNode = { ...inspection, reach, findings: node.disabled === true ? softened(findings) : findings };
    configs.set(node.id, checkConfig(node, definition, ofNode));
    checkConnections(node, definition, ofNode);
  }
  if (reach !== null) for (const scope of allScopes(root)) reportUnreachable(scope, findings);
  if (findings.hasErrors()) return refused();

  const plan = buildPlan({ graph, root, reach, configs, definitionOf });
  return { plan, diagnostics: [...findings.diagnostics] };
}

function checkSize(graph: Graph, findings: Findings): boolean {
  if (graph.nodes.length === 0) findings.error("empty_graph", "There is nothing to run yet. Add a node.");
  if (graph.nodes.length > graphLimits.nodes) {
    const message = `This workflow has ${graph.nodes.length} nodes; the limit is ${graphLimits.nodes}. Split it into several workflows.`;
    findings.error("too_many_nodes", message);
  }
  if (graph.edges.length > graphLimits.edges) {
    const message = `This workflow has ${graph.edges.length} connections; the limit is ${graphLimits.edges}. Split it into several workflows.`;
    findings.error("too_many_nodes", message);
  }
  return !findings.hasErrors();
}

function checkNodes(graph: Graph, { definitionOf, findings }: Inspection): void {
  const ids = new Set<string>();
  const keys = new Map<string, GraphNode>();
  for (const node of graph.nodes) {
    if (ids.has(node.id))
      findings.error("duplicate_node_id", `Two nodes have the id “${node.id}”.`, { nodeId: node.id });
    ids.add(node.id);
    const other = keys.get(node.key);
    if (other !== undefined) {
      const message = `“${other.name}” and “${node.name}” have the same key “${node.key}”. Give one another key.`;
      findings.error("duplicate_key", message, { nodeId: node.id });
    } else keys.set(node.key, node);
    if (definitionOf(node) === undefined) {
      findings.error("unknown_agent", `This server has no agent “${node.agent}”.`, { nodeId: node.id });
    }
  }
}

function reportCycle(cycle: readonly GraphNode[], findings: Findings): void {
  const names = cycle.slice(0, 5).map((node) => `“${node.name}”`);
  const more = cycle.length > names.length ? ` and ${cycle.length - names.length} more` : "";
  const message =
    cycle.length === 1
      ? `${names[0]} is connected to itself. Remove the connection.`
      : `${names.join(", ")}${more} wait for each other in a circle. Remove one of the connections.`;
  for (const node of cycle) findings.error("cycle", message, { nodeId: node.id });
}

/** A disabled node does not run: what is unfinished in it is worth a word, but holds nothing up. */
function softened(findings: Findings): Findings {
  return { ...findings, error: (code, message, place) => findings.warning(code, message, place) };
}

function checkConnections(node: GraphNode, definition: AgentDefinition, { index, findings }: Inspection): void {
  for (const port of portsOf(definition, node).inputs) {
    if (port.required !== true) continue;
    if (index.inbound.get(node.id)?.some((edge) => edge.targetPort === port.name)) continue;
    const message = `Nothing is connected to “${port.label}” of “${node.name}”, which needs it.`;
    findings.error("missing_connection", message, { nodeId: node.id });
  }
}

/** Nodes that will be skipped in every run, because all that leads to them is disabled. */
function reportUnreachable({ topology, index }: ScopeGraph, findings: Findings): void {
  const never = new Set<string>();
  for (const node of topology.order) {
    const inbound = index.inbound.get(node.id) ?? [];
    const cutOff = inbound.length > 0 && inbound.every((edge) => never.has(edge.source));
    if (node.disabled === true || cutOff) never.add(node.id);
    if (!cutOff || node.disabled === true) continue;
    const message = `“${node.name}” never runs: everything that leads to it is disabled.`;
    findings.warning("unreachable", message, { nodeId: node.id });
  }
}
