import type { Catalogue } from "#src/agents/catalogue.ts";
import { portsOf } from "#src/agents/ports.ts";
import { AppError } from "#src/errors.ts";
import type { StepOutputs } from "#src/schemas/executionEvent.ts";
import type { Graph } from "#src/schemas/graph.ts";

export interface Given {
  readonly nodeId: string;
  readonly side: "inputs" | "outputs";
  /** By port. */
  readonly values: StepOutputs;
}

/** Values for a step are for ports that it has. Errors: not_found for a node that is not in the graph, bad_request. */
export function requirePorts(graph: Graph, catalogue: Catalogue, { nodeId, side, values }: Given): void {
  const node = graph.nodes.find(({ id }) => id === nodeId);
  if (node === undefined) throw new AppError("not_found", "There is no such step in the workflow.");
  const definition = catalogue.get(node.agent);
  if (definition === undefined) return;
  const names = portsOf(definition, node)[side].map(({ name }) => name);
  const unknown = Object.keys(values).find((name) => !names.includes(name));
  if (unknown === undefined) return;
  const word = side === "inputs" ? "input" : "output";
  const message = `“${node.name}” has no ${word} “${unknown}”, only: ${names.join(", ") || "none"}.`;
  throw new AppError("bad_request", message, { detail: { port: unknown } });
}
