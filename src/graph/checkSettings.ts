import { portsOf } from "../agents/ports.ts";
import { hasType } from "../agents/portTypes.ts";
import type { Graph } from "../schemas/graph.ts";
import { portOf } from "./checkEdges.ts";
import type { Inspection } from "./inspection.ts";

/** What goes on when a step fails, and what an execution may use. */
export function checkSettings(graph: Graph, { definitionOf, findings }: Inspection): void {
  for (const [name, limit] of Object.entries(graph.settings.budget ?? {})) {
    if (limit === 0)
      findings.error("budget_invalid", `A budget of 0 ${name} lets nothing run. Raise it, or take it out.`);
  }
  for (const node of graph.nodes) {
    const definition = definitionOf(node);
    if (node.onError !== "default" || definition === undefined) continue;
    const { outputs } = portsOf(definition, node);
    for (const [name, value] of Object.entries(node.defaultOutputs ?? {})) {
      const port = portOf(outputs, name);
      const wrong = port === undefined ? `has no output “${name}”` : `gives ${port.type} on “${port.label}”`;
      if (port !== undefined && hasType(value, port.type)) continue;
      findings.error("default_invalid", `“${node.name}” ${wrong}. Mend its default value.`, { nodeId: node.id });
    }
  }
}
