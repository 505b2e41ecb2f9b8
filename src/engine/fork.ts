import { AppError } from "../errors.ts";
import type { ExecutionId } from "../ids.ts";
import { equalJson, type JsonValue } from "../json.ts";
import type { ExecutionEvent, ExecutionEventBody, StepKey, StepOutputs } from "../schemas/executionEvent.ts";
import type { Graph, GraphNode } from "../schemas/graph.ts";
import type { Trigger } from "../schemas/principal.ts";
import { reduceAll } from "./reduce.ts";
import { isSettled, type Resumed, resumedIterations } from "./resumedIterations.ts";
import { type ExecutionState, isEnded, stepOf } from "./state.ts";
import { nodeIdOf } from "./stepKey.ts";
import { type Unit, unitsOf } from "./units.ts";

/** An execution as it is stored: the graph of its version and its whole log. */
export interface RecordedExecution {
  readonly id: ExecutionId;
  readonly graph: Graph;
  readonly events: readonly ExecutionEvent[];
}

/** Where the new execution parts from the recorded one. */
export type ForkPoint = { readonly kind: "failed" } | { readonly kind: "step"; readonly stepKey: string };

/** What is different at the fork point: the execution's input, or what arrives at the step, by port. */
export type ForkInput =
  | { readonly of: "execution"; readonly value: JsonValue }
  | { readonly of: "step"; readonly value: StepOutputs };

export interface ForkRequest {
  readonly source: RecordedExecution;
  /** What the new execution runs; it compiles. */
  readonly graph: Graph;
  readonly from: ForkPoint;
  readonly input?: ForkInput | undefined;
  readonly trigger: Trigger;
  /** Epoch milliseconds. */
  readonly at: number;
}

export interface Fork {
  /** The first events of the new execution, for `ExecutionStore.create`; whoever claims it goes on from there. */
  readonly events: readonly ExecutionEvent[];
  /** Steps whose recorded results are taken over, in the order in which they ended. */
  readonly reused: readonly StepKey[];
}

/**
 * The beginning of an execution that takes over what a recorded one has done and does the rest anew. A step is taken over when it
 * is neither the fork point nor after it, it came to a result that others could use, its node and the edges that arrive at it
 * are the same in both graphs, and so it is with everything before it. What it has used is not counted a second time.
 * Errors: conflict for an execution that goes on, has nothing to retry, or whose step is gone; not_found for a step that never
 * was; bad_request for inputs that the step cannot be given.
 */
export function fork(request: ForkRequest): Fork {
  const { source, graph, from, input, trigger, at } = request;
  const state = reduceAll(source.events);
  const point = pointOf(request, state);
  const { reusable, resumed } = reusableNodes(request, state, point);
  const bodies: ExecutionEventBody[] = [
    { type: "execution_created", input: input?.of === "execution" ? input.value : state.input, trigger },
    { type: "execution_started" },
  ];
  const isAmong = (of: "settled" | "going" | "reopened") => (stepKey: string) =>
    resumed.some((one) => one[of].has(stepKey));
  const isInResumed = isAmong("settled");
  const taken = takenOver(source, {
    isReused: (stepKey) => reusable.has(nodeIdOf(stepKey)) || isInResumed(stepKey),
    isGoing: isAmong("going"),
    isReopened: isAmong("reopened"),
  });
  bodies.push(...taken);
  if (input?.of === "step" && from.kind === "step" && point !== null) {
    checkStepInput(graph, { stepKey: from.stepKey, point, reusable });
    bodies.push({ type: "step_started", stepKey: from.stepKey as StepKey, attempt: 1, inputs: input.value });
  }
  const reused = taken.flatMap((body) => (isEndOfStep(body) ? [body.stepKey] : []));
  return { events: bodies.map((body, index) => ({ seq: index + 1, at, body })), reused };
}

const isEndOfStep = (body: ExecutionEventBody): body is Extract<ExecutionEventBody, { stepKey: StepKey }> =>
  "stepKey" in body && body.type !== "step_started" && body.type !== "step_iterating";

/** The node of the fork point; null when the failed steps are. */
function pointOf({ source, graph, from }: ForkRequest, state: ExecutionState): string | null {
  if (!isEnded(state)) {
    throw new AppError("conflict", "This run is still going on. Wait until it has ended, or stop it first.");
  }
  if (from.kind === "failed") {
    if (state.status === "succeeded") {
      throw new AppError("conflict", "This run succeeded: there is no failed step to retry. Run it again, or fork it.");
    }
    return null;
  }
  const nodeId = nodeIdOf(from.stepKey);
  const isNode = ({ id }: GraphNode) => id === nodeId;
  const node = graph.nodes.find(isNode);
  const gone = source.graph.nodes.find(isNode);
  // An iteration is only what the run has come to; a node at the top may be new, or never reached.
  const isStep = Object.hasOwn(state.steps, from.stepKey) || (from.stepKey === nodeId && node?.parent === undefined);
  if ((node ?? gone) === undefined || !isStep) throw new AppError("not_found", "There is no such step in this run.");
  if (node !== undefined) return nodeId;
  throw new AppError("conflict", `The step “${gone?.name}” is not in the workflow any more.`, {
    detail: { stepKey: from.stepKey },
  });
}

function checkStepInput(
  graph: Graph,
  { stepKey, point, reusable }: { stepKey: string; point: string; reusable: ReadonlySet<string> },
): void {
  const node = graph.nodes.find(({ id }) => id === point);
  if (stepKey !== point || node?.parent !== undefined) {
    throw new AppError("bad_request", "A step inside a container takes its inputs from the container: fork from that.");
  }
  if (node?.disabled === true) throw new AppError("bad_request", `“${node.name}” is disabled, so it takes no inputs.`);
  const changed = graph.edges.find((edge) => edge.target === point && !reusable.has(edge.source));
  if (changed === undefined) return;
  const before = graph.nodes.find(({ id }) => id === changed.source)?.name ?? changed.source;
  throw new AppError(
    "conflict",
    `“${before}”, which comes before this step, has to run again. Fork from there instead.`,
  );
}

interface Reusable {
  readonly reusable: ReadonlySet<string>;
  readonly resumed: readonly Resumed[];
}

/**
 * Nodes whose recorded steps hold in the new graph. A container and everything in it stand and fall together, but that a retry
 * goes on with the iterations that it had done, and so in the containers in it.
 */
function reusableNodes(request: ForkRequest, state: ExecutionState, point: string | null): Reusable {
  const { source, graph, from, input } = request;
  const before = unitsOf(source.graph);
  const after = unitsOf(graph);
  const reused = new Set<string>();
  const resumed: Resumed[] = [];
  const reusedUnits = new Set<string>();
  for (const unit of after.ordered) {
    const was = before.byId.get(unit.id);
    const step = stepOf(state, unit.id);
    // A retry of a step that ran alone makes no whole run of it; a fork does what the others had no part in.
    const isAbsent = step.skipReason === "not_in_run";
    const isSame =
      was !== undefined &&
      !unit.nodes.some(({ id }) => id === point) &&
      isSameUnit(was, unit) &&
      (isAbsent || unit.sources.every((id) => reusedUnits.has(id))) &&
      (input?.of !== "execution" || !unit.nodes.some(readsExecutionInput));
    if (!isSame) continue;
    if (isSettled(step) && (from.kind === "failed" || !isAbsent)) {
      reusedUnits.add(unit.id);
      for (const { id } of unit.nodes) reused.add(id);
    } else if (from.kind === "failed") {
      const rest = resumedIterations(unit, state) ?? ranAlone(unit, state);
      if (rest !== null) resumed.push(rest);
    }
  }
  return { reusable: reused, resumed };
}

/** Of a step that ran alone, failed, and has its inputs from nobody in its run. */
function ranAlone({ id, sources }: Unit, state: ExecutionState): Resumed | null {
  const isAlone = sources.some((source) => stepOf(state, source).skipReason === "not_in_run");
  if (!isAlone || stepOf(state, id).inputs === null) return null;
  return { settled: new Set(), going: new Set(), reopened: new Set([id]) };
}

function isSameUnit(was: Unit, unit: Unit): boolean {
  const nodes = new Map(was.nodes.map((node) => [node.id, node]));
  return (
    was.nodes.length === unit.nodes.length &&
    was.edges.join("\n") === unit.edges.join("\n") &&
    unit.nodes.every((node) => {
      const known = nodes.get(node.id);
      return known !== undefined && isSameWork(known, node);
    })
  );
}

/** Nothing that decides what a step puts out is different: its name, its place and how it is retried do not. */
export function isSameWork(one: GraphNode, other: GraphNode): boolean {
  return (
    one.agent === other.agent &&
    one.key === other.key &&
    one.parent === other.parent &&
    (one.disabled ?? false) === (other.disabled ?? false) &&
    (one.onError ?? "fail") === (other.onError ?? "fail") &&
    equalJson(one.defaultOutputs, other.defaultOutputs) &&
    equalJson(one.config, other.config)
  );
}

/** The Input agent does by nature; any other when an expression of it may name the execution. */
const readsExecutionInput = ({ agent, config }: GraphNode): boolean =>
  agent === "input" || JSON.stringify(config).includes("execution");

/** Of which steps what is taken over: all that is known, how its iterations began, or the inputs of its last attempt. */
interface Taken {
  readonly isReused: (stepKey: string) => boolean;
  readonly isGoing: (stepKey: string) => boolean;
  readonly isReopened: (stepKey: string) => boolean;
}

/** Of each step taken over: the start of the attempt that counted and how it ended, as a first attempt that cost nothing. */
function takenOver({ id, events }: RecordedExecution, taken: Taken): ExecutionEventBody[] {
  const starts = new Map<string, number>();
  for (const { seq, body } of events) if (body.type === "step_started") starts.set(body.stepKey, seq);
  return events.flatMap(({ seq, body }): ExecutionEventBody[] => {
    if (!("stepKey" in body)) return [];
    const isReused = taken.isReused(body.stepKey);
    const isGoing = taken.isGoing(body.stepKey);
    if (body.type === "step_started") {
      const isKnown = isReused || isGoing || taken.isReopened(body.stepKey);
      return isKnown && starts.get(body.stepKey) === seq ? [{ ...body, attempt: 1 }] : [];
    }
    if (body.type === "step_iterating") return isReused || isGoing ? [{ ...body, attempt: 1 }] : [];
    return isReused ? endedAnew(body, id) : [];
  });
}

function endedAnew(body: ExecutionEventBody, source: ExecutionId): ExecutionEventBody[] {
  switch (body.type) {
    case "step_succeeded": {
      const { type, stepKey, outputs, metadata } = body;
      return [{ type, stepKey, attempt: 1, outputs, metadata: { reusedFrom: source, ...metadata } }];
    }
    case "step_failed": {
      const { usage: _spent, ...rest } = body;
      return [{ ...rest, attempt: 1 }];
    }
    case "step_cancelled": {
      const { usage: _spent, ...rest } = body;
      return [rest];
    }
    case "step_skipped":
      return [body];
    default:
      return [];
  }
}
