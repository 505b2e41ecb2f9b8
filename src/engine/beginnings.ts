import { AppError } from "../errors.ts";
import type { ExecutionEvent, ExecutionEventBody, StepKey, StepOutputs } from "../schemas/executionEvent.ts";
import type { Graph } from "../schemas/graph.ts";
import type { Trigger } from "../schemas/principal.ts";
import { fork, type RecordedExecution } from "./fork.ts";
import { reduceAll } from "./reduce.ts";
import { queuedEvents, type Start } from "./start.ts";
import { stepOf } from "./state.ts";

/** Outputs that stand in for the work of steps, by node id. */
export type Pins = ReadonlyMap<string, StepOutputs>;

/** The beginning of an execution in which the pinned steps of the graph have succeeded with what is pinned. */
export function pinnedEvents(graph: Graph, pins: Pins, start: Start): ExecutionEvent[] {
  return numbered(start, [...queuedBodies(start), { type: "execution_started" }, ...pinnedBodies(graph, pins)]);
}

export interface SingleStep {
  /** Where the results of what is before the step come from; null when no run is known. */
  readonly source: RecordedExecution | null;
  readonly graph: Graph;
  readonly nodeId: string;
  /** What arrives at it, by port; as in the source when absent. */
  readonly inputs: StepOutputs | undefined;
  readonly pins: Pins;
  readonly trigger: Trigger;
  readonly at: number;
}

/**
 * The beginning of an execution of one step alone: what is before it is taken over where it holds, the step has started, and all
 * other steps are skipped. Errors: conflict when nobody says what arrives at it, bad_request for a step that cannot run alone.
 */
export function singleStepEvents(request: SingleStep): ExecutionEvent[] {
  const { graph, nodeId, pins, trigger, at } = request;
  const node = graph.nodes.find(({ id }) => id === nodeId);
  if (node === undefined) throw new AppError("not_found", "There is no such step in the workflow.");
  if (node.parent !== undefined) {
    throw new AppError("bad_request", `“${node.name}” lies in a container and gets its inputs from it: run that.`);
  }
  if (node.disabled === true) throw new AppError("bad_request", `“${node.name}” is disabled.`);
  const before = beginningOf(request);
  const inputs = inputsOf(request);
  const settled = new Set<string>(
    before.flatMap((body) => ("stepKey" in body ? [body.stepKey.split("/", 1)[0] ?? ""] : [])),
  );
  const pinned = pinnedBodies(graph, pins).filter(
    (body) => "stepKey" in body && body.stepKey !== nodeId && !settled.has(body.stepKey),
  );
  for (const body of pinned) if ("stepKey" in body) settled.add(body.stepKey);
  const others = graph.nodes.filter(({ id, parent }) => id !== nodeId && parent === undefined && !settled.has(id));
  return numbered({ input: null, trigger, at }, [
    ...before,
    ...pinned,
    ...others.map(({ id }): ExecutionEventBody => ({ type: "step_skipped", stepKey: keyOf(id), reason: "not_in_run" })),
    { type: "step_started", stepKey: keyOf(nodeId), attempt: 1, inputs },
  ]);
}

/** A node at the top of a graph is its own step's key. */
const keyOf = (nodeId: string): StepKey => nodeId as StepKey;

const queuedBodies = (start: Start): ExecutionEventBody[] => queuedEvents(start).map(({ body }) => body);

const numbered = ({ at }: Start, bodies: readonly ExecutionEventBody[]): ExecutionEvent[] =>
  bodies.map((body, index) => ({ seq: index + 1, at, body }));

function pinnedBodies(graph: Graph, pins: Pins): ExecutionEventBody[] {
  return graph.nodes.flatMap(({ id, parent, disabled }): ExecutionEventBody[] => {
    const outputs = pins.get(id);
    if (outputs === undefined || parent !== undefined || disabled === true) return [];
    const stepKey = keyOf(id);
    return [
      { type: "step_started", stepKey, attempt: 1, inputs: {} },
      { type: "step_succeeded", stepKey, attempt: 1, outputs, metadata: { pinned: true } },
    ];
  });
}

function beginningOf({ source, graph, nodeId, trigger, at }: SingleStep): ExecutionEventBody[] {
  if (source === null) return [...queuedBodies({ input: null, trigger, at }), { type: "execution_started" }];
  const { events } = fork({ source, graph, from: { kind: "step", stepKey: nodeId }, trigger, at });
  return events.map(({ body }) => body);
}

function inputsOf({ source, graph, nodeId, inputs }: SingleStep): StepOutputs {
  if (inputs !== undefined) return inputs;
  const known = source === null ? null : stepOf(reduceAll(source.events), nodeId).inputs;
  if (known !== null) return known;
  if (!graph.edges.some(({ target }) => target === nodeId)) return {};
  throw new AppError(
    "conflict",
    "The last run did not reach this step. Run the workflow first, or say what goes into it.",
  );
}
