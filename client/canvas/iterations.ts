import { type Frames, framesOf } from "#src/document/frames.ts";
import type { StepState } from "#src/engine/state.ts";
import { iterationPathOf, nodeIdOf } from "#src/engine/stepKey.ts";
import type { Graph, GraphNode } from "#src/schemas/graph.ts";

/** Which iteration of each container is on screen, by its node id; of one that is absent, all of them together. */
export type IterationChoice = ReadonlyMap<string, number>;

export const allIterations: IterationChoice = new Map();

/** With another iteration of one container on screen; null: all of them together. */
export function withIteration(before: IterationChoice, containerId: string, iteration: number | null): IterationChoice {
  const next = new Map(before);
  if (iteration === null) next.delete(containerId);
  else next.set(containerId, iteration);
  return next;
}

export interface StepPlace {
  readonly nodeId: string;
  /** Iterations of the containers around it, the outermost first. */
  readonly path: readonly number[];
}

const places = new Map<string, StepPlace>();
/** Keys of so many steps are kept apart only once; beyond it the memory is given back. */
const mostPlaces = 500_000;

/** A step key taken apart: `node/2/0`. */
export function placeOfStep(stepKey: string): StepPlace {
  const known = places.get(stepKey);
  if (known !== undefined) return known;
  const place = { nodeId: nodeIdOf(stepKey), path: iterationPathOf(stepKey) };
  if (places.size >= mostPlaces) places.clear();
  places.set(stepKey, place);
  return place;
}

/** A step key is its node's id and, inside containers, the iteration path. */
export const nodeOfStep = (stepKey: string): string => placeOfStep(stepKey).nodeId;

/** The containers around a node, the outermost first: what the numbers of its steps' paths are of. */
export const containersAround = (frames: Frames, node: GraphNode): readonly GraphNode[] =>
  [...frames.around(node)].reverse();

/** The choice that shows a step: its iterations, and the others as they were. */
export function choiceOf(graph: Graph, stepKey: string, before: IterationChoice): IterationChoice {
  const { nodeId, path } = placeOfStep(stepKey);
  const node = graph.nodes.find(({ id }) => id === nodeId);
  if (node === undefined || path.length === 0) return before;
  const around = [...containersAround(framesOf(graph), node), node];
  const next = new Map(before);
  for (const [level, iteration] of path.entries()) {
    const container = around[level];
    if (container !== undefined) next.set(container.id, iteration);
  }
  return next;
}

/** Whether a step at `path` is among what is chosen of the containers around it. */
export function isChosen(around: readonly GraphNode[], path: readonly number[], choice: IterationChoice): boolean {
  return around.every(({ id }, level) => {
    const wanted = choice.get(id);
    return wanted === undefined || wanted === path[level];
  });
}

/**
 * The step of a node that the choice shows; with several, the one to look at first: what failed, else what runs, else the last
 * that ended. A node that has not begun is its own step key.
 */
export function shownStep(
  graph: Graph,
  steps: Readonly<Record<string, StepState>>,
  { nodeId, choice }: { readonly nodeId: string; readonly choice: IterationChoice },
): string {
  const node = graph.nodes.find(({ id }) => id === nodeId);
  if (node === undefined) return nodeId;
  const around = containersAround(framesOf(graph), node);
  const chosen = around.map(({ id }) => choice.get(id));
  if (chosen.every((iteration) => iteration !== undefined)) return [nodeId, ...chosen].join("/");
  let best: { key: string; rank: number; at: number } | null = null;
  for (const [key, step] of Object.entries(steps)) {
    const place = placeOfStep(key);
    if (place.nodeId !== nodeId || place.path.length !== around.length || !isChosen(around, place.path, choice))
      continue;
    const rank = step.status === "failed" ? 3 : step.status === "running" || step.status === "waiting" ? 2 : 1;
    const at = rank === 3 ? -(step.endedAt ?? 0) : (step.endedAt ?? step.startedAt ?? 0);
    if (best === null || rank > best.rank || (rank === best.rank && at > best.at)) best = { key, rank, at };
  }
  return best?.key ?? nodeId;
}
