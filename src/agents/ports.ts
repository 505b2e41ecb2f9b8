import type { PortDefinition } from "../schemas/agent.ts";
import type { GraphNode } from "../schemas/graph.ts";
import type { AgentDefinition, Ports } from "./agent.ts";

/** Where the error of a step goes on whose node has `onError: "port"`. */
export const errorPort: PortDefinition = {
  name: "error",
  label: "Error",
  type: "object",
  description: "Why the step failed: code and message. Carries nothing while it succeeds.",
};

const none: Ports = { inputs: [], outputs: [] };

/** The ports of a node: those of its agent, or of its settings where these decide them, and its error port. `body`: inside its frame. */
export function portsOf(
  definition: AgentDefinition,
  node: Pick<GraphNode, "config" | "onError">,
): Ports & { readonly body: Ports } {
  const { inputs, outputs } = definition.ports?.(node.config) ?? definition;
  return {
    inputs,
    outputs: node.onError === "port" ? [...outputs, errorPort] : outputs,
    body: definition.body ?? none,
  };
}
