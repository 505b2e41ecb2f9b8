import { AppError } from "../errors.ts";
import type { ExecutionEvent, ExecutionEventBody, StepKey, StepOutputs } from "../schemas/executionEvent.ts";
import type { Graph } from "../schemas/graph.ts";
import type { Trigger } from "../schemas/principal.ts";
import { fork, type RecordedExecution } from "./fork.ts";
import { reduceAll } from "./reduce.ts";
import { queuedEvents, type Start } from "./start.ts";
import { stepOf } from "./state.ts";
import { nodeIdOf } from "./stepKey.ts";

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
 * The beginning of an execution of one step alone: what is before it is pinned, or taken over where it holds, the step has started,
 * and all other steps are skipped. Errors: conflict when nobody says what arrives at it, bad_request for a step that cannot run alone.
 */
export function singleStepEvents(request: SingleStep): ExecutionEvent[] {
  const { graph, nodeId, pins, trigger, at } = request;
  const node = graph.nodes.find(({ id }) => id === nodeId);
  if (node === undefined) throw new AppError("not_found", "There is no such step in the workflow.");
  if (node.parent !== undefined) {
    throw new AppError("bad_request", `“${node.name}” lies in a container and gets its inputs from it: run that.`);
  }
  if (node.disabled === true) throw new AppError("bad_request", `“${node.name}” is disabled.`);
  const pinned = pinnedBodies(graph, pins).filter((body) => nodeOf(body) !== nodeId);
  const isPinned = new Set(pinned.map(nodeOf));
  const parents = new Map(graph.nodes.map(({ id, parent }) => [id as string, parent]));
  const standsIn = (id: string | undefined): boolean =>
    id !== undefined && (isPinned.has(id) || standsIn(parents.get(id)));
  const before = [...beginningOf(request).filter((body) => !standsIn(nodeOf(body))), ...pinned];
  const settled = new Set(before.map(nodeOf));
  const others = graph.nodes.filter(({ id, parent }) => id !== nodeId && parent === undefined && !settled.has(id));
  return numbered({ input: null, trigger, at }, [
    ...before,
    ...others.map(({ id }): ExecutionEventBody => ({ type: "step_skipped", stepKey: keyOf(id), reason: "not_in_run" })),
    ...startOf(request, { isPinned, settled }),
  ]);
}

const nodeOf = (body: ExecutionEventBody): string | undefined =>
  "stepKey" in body ? nodeIdOf(body.stepKey) : undefined;

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

interface Before {
  readonly isPinned: ReadonlySet<string | undefined>;
  readonly settled: ReadonlySet<string | undefined>;
}

/** None when the step begins by itself: with what is before it, where that is known better than from the last time. */
function startOf({ source, graph, nodeId, inputs }: SingleStep, { isPinned, settled }: Before): ExecutionEventBody[] {
  const last = source === null ? null : stepOf(reduceAll(source.events), nodeId);
  // Where something pinned stood in for it, nothing arrived at it.
  const known = inputs ?? (last === null || last.metadata?.pinned === true ? null : last.inputs);
  const sources = graph.edges.filter(({ target }) => target === nodeId).map((edge) => edge.source);
  const isNewer = inputs === undefined && (known === null || sources.some((id) => isPinned.has(id)));
  if (isNewer && sources.every((id) => settled.has(id))) return [];
  if (known !== null) return [{ type: "step_started", stepKey: keyOf(nodeId), attempt: 1, inputs: known }];
  throw new AppError(
    "conflict",
    "The last run did not reach this step. Run the workflow first, or say what goes into it.",
  );
}
