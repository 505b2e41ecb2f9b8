import { framesOf } from "#src/document/frames.ts";
import type { StepState } from "#src/engine/state.ts";
import { isFinalStep, type StepStatus } from "#src/schemas/execution.ts";
import type { Graph, GraphNode } from "#src/schemas/graph.ts";
import { listLength } from "#src/schemas/payload.ts";
import type { FrameRun, NodeRun } from "./canvasContext.ts";
import { containersAround, type IterationChoice, isChosen, placeOfStep } from "./iterations.ts";

export interface CanvasRuns {
  /** By node id. */
  readonly nodes: ReadonlyMap<string, NodeRun>;
  /** Of containers that have begun with their iterations, by node id. */
  readonly frames: ReadonlyMap<string, FrameRun>;
}

interface Shown {
  readonly graph: Graph;
  readonly steps: Readonly<Record<string, StepState>>;
  readonly choice: IterationChoice;
  /** While the execution runs, nodes without an event are pending; afterwards they show nothing. */
  readonly over: boolean;
}

/** What cards show of their steps. The same step gives the same object, so that a quiet card is not drawn again. */
export function createNodeRuns() {
  const known = new WeakMap<StepState, NodeRun>();
  let before: CanvasRuns = { nodes: new Map(), frames: new Map() };
  const runOf = (step: StepState): NodeRun => {
    const run = known.get(step) ?? singleRun(step);
    known.set(step, run);
    return run;
  };
  return (shown: Shown): CanvasRuns => {
    const { graph, choice, over } = shown;
    const gathered = gather(shown);
    const nodes = new Map<string, NodeRun>();
    const frames = new Map<string, FrameRun>();
    for (const node of graph.nodes) {
      const found = gathered.get(node.id);
      const isOne = found?.around.every(({ id }) => choice.has(id)) === true;
      if (found === undefined || found.steps.length === 0) {
        if (!over) nodes.set(node.id, pending);
      } else if (isOne && found.steps[0] !== undefined) {
        if (found.steps[0].skipReason !== "not_in_run") nodes.set(node.id, runOf(found.steps[0]));
      } else nodes.set(node.id, same(before.nodes.get(node.id), manyRuns(found, gathered, choice)));
      const run = found && frameRun(node, found, choice);
      if (run) frames.set(node.id, same(before.frames.get(node.id), run));
    }
    before = { nodes, frames };
    return before;
  };
}

/** The chosen steps of one node. */
interface Gathered {
  readonly around: readonly GraphNode[];
  readonly steps: StepState[];
  /** Of a container: iterations in which a step right in its frame failed, of all that is chosen around it. */
  readonly failed: Set<number>;
  /** Of a container: one more than the last iteration of which a step is known. */
  seen: number;
}

function gather({ graph, steps, choice }: Shown): ReadonlyMap<string, Gathered> {
  const frames = framesOf(graph);
  const byNode = new Map<string, Gathered>(
    graph.nodes.map((node) => [
      node.id,
      { around: containersAround(frames, node), steps: [], failed: new Set(), seen: 0 },
    ]),
  );
  for (const [stepKey, step] of Object.entries(steps)) {
    const { nodeId, path } = placeOfStep(stepKey);
    const own = byNode.get(nodeId);
    // A longer path is of the question after an iteration: no card shows it.
    if (own === undefined || path.length !== own.around.length) continue;
    if (isChosen(own.around, path, choice)) own.steps.push(step);
    const container = own.around.at(-1);
    const iteration = path.at(-1);
    const frame = container && byNode.get(container.id);
    if (frame === undefined || iteration === undefined || !isChosen(frame.around, path, choice)) continue;
    frame.seen = Math.max(frame.seen, iteration + 1);
    if (step.status === "failed") frame.failed.add(iteration);
  }
  return byNode;
}

function singleRun(step: StepState): NodeRun {
  return {
    status: step.status,
    attempt: step.attempt,
    startedAt: step.startedAt,
    endedAt: step.endedAt,
    text: step.text,
    error: step.error?.message ?? null,
    pinned: step.metadata?.pinned === true,
    outputs: step.outputs === null ? null : Object.keys(step.outputs),
    count: null,
  };
}

/** Steps of several iterations as one: how many have ended, and what is worst. */
function manyRuns(found: Gathered, all: ReadonlyMap<string, Gathered>, choice: IterationChoice): NodeRun {
  const by = new Map<StepStatus, number>();
  const outputs = new Set<string>();
  let [ended, error]: [number, string | null] = [0, null];
  for (const step of found.steps) {
    by.set(step.status, (by.get(step.status) ?? 0) + 1);
    if (isFinalStep(step.status)) ended += 1;
    if (step.status === "failed") error ??= step.error?.message ?? null;
    for (const port of Object.keys(step.outputs ?? {})) outputs.add(port);
  }
  const failed = by.get("failed") ?? 0;
  const container = found.around.at(-1);
  const total = Math.max(found.steps.length, container === undefined ? 0 : expected(container, all, choice));
  return {
    status: worst(by, ended < total),
    attempt: 0,
    startedAt: null,
    endedAt: null,
    text: "",
    error,
    pinned: false,
    outputs: ended === 0 ? null : [...outputs].sort(),
    count: { ended, failed, total },
  };
}

/** How often a container goes through its body, in all of its steps that are chosen. */
function expected(container: GraphNode, all: ReadonlyMap<string, Gathered>, choice: IterationChoice): number {
  const steps = all.get(container.id)?.steps ?? [];
  const sizes = steps.map(({ iteration }) => (iteration?.mode === "each" ? listLength(iteration.items) : 0));
  return choice.has(container.id) ? steps.length : sizes.reduce((sum, size) => sum + size, 0);
}

function worst(by: ReadonlyMap<StepStatus, number>, unfinished: boolean): StepStatus {
  const order: readonly StepStatus[] = ["failed", "running", "waiting"];
  const found = order.find((status) => by.has(status));
  if (found !== undefined) return found;
  if (unfinished && by.has("pending")) return "running";
  return (["succeeded", "cancelled", "skipped"] as const).find((status) => by.has(status)) ?? "pending";
}

function frameRun(node: GraphNode, found: Gathered, choice: IterationChoice): FrameRun | null {
  const begun = found.steps.filter(({ iteration }) => iteration !== null);
  if (begun.length === 0) return null;
  const sizes = begun.map(({ iteration }) => (iteration?.mode === "each" ? listLength(iteration.items) : 0));
  const total = Math.max(found.seen, ...sizes);
  const failed = [...found.failed].sort((a, b) => a - b);
  return { total, chosen: choice.get(node.id) ?? null, failedCount: failed.length, firstFailed: failed[0] ?? null };
}

/** The object of before when nothing in it changed. */
function same<Run extends NodeRun | FrameRun>(before: Run | undefined, next: Run): Run {
  return before !== undefined && JSON.stringify(before) === JSON.stringify(next) ? before : next;
}

const pending: NodeRun = {
  status: "pending",
  attempt: 0,
  startedAt: null,
  endedAt: null,
  text: "",
  error: null,
  pinned: false,
  outputs: null,
  count: null,
};
