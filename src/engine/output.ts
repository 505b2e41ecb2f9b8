import type { Plan, PlannedNode } from "../graph/plan.ts";
import type { JsonValue } from "../json.ts";
import type { StepOutputs } from "../schemas/executionEvent.ts";
import { type ExecutionState, stepOf } from "./state.ts";

/**
 * What an execution puts out: the value of its only Output node as it is (null when it was skipped), of several the
 * values by key; with none, the outputs of the ends by key. Skipped nodes are left out of an object.
 */
export function executionOutput(plan: Plan, state: ExecutionState): JsonValue {
  const { kind, nodes } = plan.results;
  const [only] = nodes;
  if (kind === "outputs" && nodes.length === 1 && only !== undefined) return resultOf(only, state) ?? null;
  const output: Record<string, JsonValue> = {};
  for (const node of nodes) {
    const value = kind === "outputs" ? resultOf(node, state) : outputsOf(node, state);
    if (value !== undefined) output[node.key] = value;
  }
  return output;
}

function outputsOf(node: PlannedNode, state: ExecutionState): StepOutputs | undefined {
  return stepOf(state, node.stepKey).outputs ?? undefined;
}

/** Of a node with one output port that port's value, of others all of them by port. */
function resultOf(node: PlannedNode, state: ExecutionState): JsonValue | undefined {
  const outputs = outputsOf(node, state);
  const [port] = node.definition.outputs;
  return outputs !== undefined && port !== undefined && node.definition.outputs.length === 1
    ? outputs[port.name]
    : outputs;
}
