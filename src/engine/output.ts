import type { Plan, PlannedNode } from "../graph/plan.ts";
import type { JsonValue } from "../json.ts";
import type { StepOutputs } from "../schemas/executionEvent.ts";
import { type ExecutionState, stepOf } from "./state.ts";

/** A plan and what follows its nodes' ids in their steps' keys. */
interface Placed {
  readonly plan: Plan;
  readonly path: string;
}

/**
 * What an execution puts out: the value of its only Output node as it is (null when it was skipped), of several the
 * values by key; with none, the outputs of the ends by key. Skipped nodes are left out of an object.
 */
export function planOutput({ plan, path }: Placed, state: ExecutionState): JsonValue {
  const { kind, nodes } = plan.results;
  const outputsOf = (node: PlannedNode) => stepOf(state, node.id + path).outputs ?? undefined;
  const [only] = nodes;
  if (kind === "outputs" && nodes.length === 1 && only !== undefined) return oneValueOf(only, outputsOf(only)) ?? null;
  const output: Record<string, JsonValue> = {};
  for (const node of nodes) {
    const outputs = outputsOf(node);
    const value = kind === "outputs" ? oneValueOf(node, outputs) : outputs;
    if (value !== undefined) output[node.key] = value;
  }
  return output;
}

/** Of a body whose results nobody named: the value of its only end, of several their outputs by key. */
export function bodyOutput({ plan, path }: Placed, state: ExecutionState): JsonValue {
  const [only, ...others] = plan.results.nodes;
  if (only === undefined || others.length > 0) return planOutput({ plan, path }, state);
  return oneValueOf(only, stepOf(state, only.id + path).outputs ?? undefined) ?? null;
}

/** Of a node with one output port that port's value, of others all of them by port. */
function oneValueOf(node: PlannedNode, outputs: StepOutputs | undefined): JsonValue | undefined {
  const [port] = node.definition.outputs;
  return outputs !== undefined && port !== undefined && node.definition.outputs.length === 1
    ? outputs[port.name]
    : outputs;
}
