import { type Body, fromContainer, type Plan, type PlannedEdge, type PlannedNode } from "../graph/plan.ts";
import type { JsonObject, JsonValue } from "../json.ts";
import { isFinalStep } from "../schemas/execution.ts";
import type { StepKey, StepOutputs } from "../schemas/executionEvent.ts";
import { bodyOutput } from "./output.ts";
import { type ExecutionState, type StepState, stepOf } from "./state.ts";

/** Where a plan's steps run: the workflow itself, or one iteration of a container. */
export interface Scope {
  readonly plan: Plan;
  /** What follows the node's id in its steps' keys: `/2/0`, outermost iteration first; empty for the workflow itself. */
  readonly path: string;
  readonly frame: Frame | null;
}

export interface Frame {
  readonly container: PlannedNode;
  /** The scope that the container's own step is in. */
  readonly outer: Scope;
  readonly index: number;
}

export const rootScope = (plan: Plan): Scope => ({ plan, path: "", frame: null });

/** Of one iteration. A container without a body has none; `compile` refuses it. */
export function bodyScope(outer: Scope, container: PlannedNode, index: number): Scope {
  return { plan: bodyOf(container).plan, path: `${outer.path}/${index}`, frame: { container, outer, index } };
}

export function bodyOf(container: PlannedNode): Body {
  if (container.body === null) throw new RangeError(`${container.id} is not a container`);
  return container.body;
}

/** Also of a container's check in the scope of the iteration that it follows. */
export const keyIn = (scope: Scope, node: PlannedNode): StepKey =>
  (scope.path === "" ? node.id : `${node.id}${scope.path}`) as string as StepKey;

export const stepIn = (scope: Scope, node: PlannedNode, state: ExecutionState): StepState =>
  stepOf(state, keyIn(scope, node));

export interface Place {
  readonly node: PlannedNode;
  readonly scope: Scope;
}

/** What a step key names; undefined for one that this plan does not have. */
export function locate(plan: Plan, stepKey: string): Place | undefined {
  const [id = "", ...path] = stepKey.split("/");
  const chain = plan.places.get(id);
  const node = chain?.at(-1);
  if (chain === undefined || node === undefined) return undefined;
  const around = path.length === chain.length ? chain : chain.slice(0, -1);
  if (path.length !== around.length) return undefined;
  let scope = rootScope(plan);
  for (const [depth, container] of around.entries()) scope = bodyScope(scope, container, Number(path[depth]));
  if (around.length < chain.length) return { node, scope };
  const check = node.body?.check ?? null;
  return check === null ? undefined : { node: check, scope };
}

/** What arrived, by input port: of a `multiple` port the list of it in edge order. */
export function inputsOf(scope: Scope, node: PlannedNode, state: ExecutionState): StepOutputs {
  const inputs: Record<string, JsonValue> = {};
  const lists = new Map<string, JsonValue[]>();
  for (const edge of node.inbound) {
    const value = valueOn(scope, edge, state);
    if (value === undefined) continue;
    if (node.inputs.get(edge.targetPort)?.multiple !== true) inputs[edge.targetPort] = value;
    else {
      const list = lists.get(edge.targetPort) ?? [];
      list.push(value);
      lists.set(edge.targetPort, list);
      inputs[edge.targetPort] = list;
    }
  }
  return inputs;
}

/** Undefined on an edge that is not live. */
export function valueOn(scope: Scope, edge: PlannedEdge, state: ExecutionState): JsonValue | undefined {
  if (edge.source === fromContainer) {
    return edge.sourcePort === "index" ? (scope.frame?.index ?? 0) : frameValue(scope.frame, state);
  }
  const outputs = stepIn(scope, sourceOf(scope.plan, edge), state).outputs;
  return outputs !== null && Object.hasOwn(outputs, edge.sourcePort) ? (outputs[edge.sourcePort] ?? null) : undefined;
}

export function sourceOf(plan: Plan, edge: PlannedEdge): PlannedNode {
  const node = plan.nodes[edge.source];
  if (node === undefined) throw new RangeError(`No node ${edge.source}`);
  return node;
}

/** The value that an iteration is about: the item of a for-each; of a loop what it began with, then the last result. */
function frameValue(frame: Frame | null, state: ExecutionState): JsonValue {
  if (frame === null) return null;
  const { container, outer, index } = frame;
  const iteration = stepIn(outer, container, state).iteration;
  if (iteration === null) return null;
  if (iteration.mode === "each") return iteration.items[index] ?? null;
  return index === 0 ? (iteration.items[0] ?? null) : resultOf(bodyScope(outer, container, index - 1), state);
}

/** `iteration` in templates: index, item (or value), and the iteration around it. */
export function iterationScope(scope: Scope, state: ExecutionState): JsonObject | null {
  const { frame } = scope;
  if (frame === null) return null;
  const value = frameValue(frame, state);
  return { index: frame.index, item: value, value, outer: iterationScope(frame.outer, state) };
}

/** What an iteration comes to: the first live value at the container's inner port, else what its body puts out. */
export function resultOf(scope: Scope, state: ExecutionState): JsonValue {
  const { results } = bodyOf(containerOf(scope));
  if (results.length === 0) return bodyOutput(scope, state);
  for (const { source, sourcePort } of results) {
    const value = valueOn(scope, { id: "", source, target: 0, sourcePort, targetPort: "" }, state);
    if (value !== undefined) return value;
  }
  return null;
}

export function containerOf(scope: Scope): PlannedNode {
  if (scope.frame === null) throw new RangeError("The workflow itself lies in no container");
  return scope.frame.container;
}

export const isComplete = (scope: Scope, state: ExecutionState): boolean =>
  scope.plan.nodes.every((node) => isFinalStep(stepIn(scope, node, state).status));

export const hasBegun = (scope: Scope, state: ExecutionState): boolean =>
  scope.plan.nodes.some((node) => stepIn(scope, node, state).status !== "pending");

/** The step of an iteration that failed for it, its check included; null when none did. */
export function failureIn(scope: Scope, state: ExecutionState): StepState | null {
  const check = scope.frame?.container.body?.check;
  for (const node of check ? [...scope.plan.nodes, check] : scope.plan.nodes) {
    const step = stepIn(scope, node, state);
    if (step.status === "failed" && step.contained) return step;
  }
  return null;
}

/** The outputs that a node may read by name, by key, over the scopes around it. Skipped ones are absent. */
export function readsIn(scope: Scope, node: PlannedNode, state: ExecutionState): JsonObject {
  const steps: Record<string, JsonObject> = {};
  for (const { up, index } of node.reads) {
    const at = outward(scope, up);
    const source = at?.plan.nodes[index];
    const outputs = at && source && stepIn(at, source, state).outputs;
    if (source && outputs) steps[source.key] = outputs;
  }
  return steps;
}

function outward(scope: Scope, up: number): Scope | undefined {
  let at: Scope | undefined = scope;
  for (let left = up; left > 0; left -= 1) at = at?.frame?.outer;
  return at;
}
