import { portsOf } from "../agents/ports.ts";
import { hasType } from "../agents/portTypes.ts";
import type { Graph, GraphNode } from "../schemas/graph.ts";
import { portOf } from "./checkEdges.ts";
import type { Findings } from "./findings.ts";
import type { Inspection } from "./inspection.ts";

/** What goes on when a step fails, and what an execution may use. */
export function checkSettings(graph: Graph, { definitionOf, findings }: Inspection): void {
  for (const [name, limit] of Object.entries(graph.settings.budget ?? {})) {
    if (limit === 0)
      findings.error(
        "budget_invalid",
        `A budget of 0 ${words[name] ?? name} lets nothing run. Raise it, or take it out.`,
      );
  }
  checkTime(graph, findings);
  for (const node of graph.nodes) {
    const definition = definitionOf(node);
    checkBudget(node, definition?.budgets ?? [], findings);
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

const words: Readonly<Record<string, string>> = { timeMs: "ms" };

/** The time limit ends a run for good: a budget of as much time never pauses it. */
function checkTime({ settings: { budget, timeoutMs } }: Graph, findings: Findings): void {
  const timeMs = budget?.timeMs;
  if (timeMs === undefined || timeMs < timeoutMs) return;
  const message = "The budget of time is not below the time limit: a run fails before it pauses. Raise the time limit.";
  findings.warning("budget_invalid", message);
}

function checkBudget(node: GraphNode, sensible: readonly string[], findings: Findings): void {
  for (const [name, limit] of Object.entries(node.budget ?? {})) {
    if (limit === 0)
      findings.error(
        "budget_invalid",
        `“${node.name}” has a budget of 0 ${words[name] ?? name}: it is never tried again. Raise it, or take it out.`,
        { nodeId: node.id },
      );
    else if (!sensible.includes(name)) {
      const message = `“${node.name}” is never tried again for what its budget limits (${name}). Take it out.`;
      findings.warning("budget_invalid", message, { nodeId: node.id });
    }
  }
}
