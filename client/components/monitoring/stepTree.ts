import { containersAround, placeOfStep } from "#client/canvas/iterations.ts";
import { type Frames, framesOf } from "#src/document/frames.ts";
import { type ExecutionState, isEnded, pendingStep, type StepState, stepOf } from "#src/engine/state.ts";
import { isFinalStep } from "#src/schemas/execution.ts";
import type { Graph, GraphNode } from "#src/schemas/graph.ts";
import { listLength } from "#src/schemas/payload.ts";

/** One line of a list of steps. */
export interface StepRow {
  /** Unique in the list. */
  readonly id: string;
  /** The step that it shows; of an iteration, the one of its steps to look at first. */
  readonly stepKey: string;
  readonly name: string;
  readonly node: GraphNode | undefined;
  /** Of an iteration, all of its steps as one. */
  readonly step: StepState;
  /** How far it stands in: a container's iterations by one, their steps by two. */
  readonly depth: number;
  /** Whether what belongs to it is listed below; null when nothing does. */
  readonly open: boolean | null;
}

/** What a person opened (true) or closed (false), by row id. The others are as they come. */
export type OpenRows = ReadonlyMap<string, boolean>;

/** A container with more iterations than this comes closed. */
const openAtMost = 20;

const iterationId = (containerKey: string, iteration: number): string => `${containerKey}/${iteration}#`;

/** The rows that must be open for a step to be listed. */
export function rowsAround(graph: Graph, stepKey: string): string[] {
  const { nodeId, path } = placeOfStep(stepKey);
  const node = graph.nodes.find(({ id }) => id === nodeId);
  if (node === undefined) return [];
  const around = [...containersAround(framesOf(graph), node), node];
  return path.flatMap((iteration, level) => {
    const key = [around[level]?.id, ...path.slice(0, level)].join("/");
    return [key, iterationId(key, iteration)];
  });
}

/**
 * Every step in the order it began; those that did not, after them, in the graph's order from left to right. A container's
 * iterations follow it, their steps them, where these are open. When a run is over, each of its steps has a status: a node without
 * one was drawn later.
 */
export function stepRows(graph: Graph, state: ExecutionState, open: OpenRows = new Map()): StepRow[] {
  const tree: Tree = { graph, state, open, frames: framesOf(graph), ...sorted(graph, state) };
  return [...scopeRows(tree, { container: undefined, path: "", depth: 0 }), ...tree.strays];
}

interface Known {
  /** Of each iteration, by its row id, the keys of its steps. */
  readonly iterations: ReadonlyMap<string, readonly string[]>;
  /** Of each container's step: one more than its last iteration. */
  readonly counts: ReadonlyMap<string, number>;
  /** Steps that the graph, as it is now, has no place for. */
  readonly strays: readonly StepRow[];
}

interface Tree extends Known {
  readonly graph: Graph;
  readonly state: ExecutionState;
  readonly open: OpenRows;
  readonly frames: Frames;
}

/** One pass over all steps. */
function sorted(graph: Graph, state: ExecutionState): Known {
  const frames = framesOf(graph);
  const byId = new Map(
    graph.nodes.map((node) => {
      const around = containersAround(frames, node);
      // A container's own step may be followed by a question after each iteration, with one number more.
      const isContainer = node.size !== undefined || frames.childrenOf(node.id).length > 0;
      return [node.id as string, { node, around, levels: isContainer ? [...around, node] : around }];
    }),
  );
  const iterations = new Map<string, string[]>();
  const counts = new Map<string, number>();
  const strays: StepRow[] = [];
  for (const [stepKey, step] of Object.entries(state.steps)) {
    const { nodeId, path } = placeOfStep(stepKey);
    const known = byId.get(nodeId);
    const levels = known?.levels ?? [];
    const fits = known !== undefined && (path.length === known.around.length || path.length === levels.length);
    if (!fits) {
      const name = known?.node.name ?? nodeId;
      const at = path.length === 0 ? "" : ` ${path.map((each) => each + 1).join(".")}`;
      strays.push({ id: stepKey, stepKey, name: `${name}${at}`, node: known?.node, step, depth: 0, open: null });
      continue;
    }
    const last = path.at(-1);
    if (last === undefined) continue;
    const suffix = stepKey.slice(nodeId.length);
    const container = levels[path.length - 1]?.id ?? "";
    const key = `${container}${suffix.slice(0, suffix.lastIndexOf("/"))}`;
    if ((counts.get(key) ?? 0) <= last) counts.set(key, last + 1);
    const id = `${container}${suffix}#`;
    const list = iterations.get(id);
    if (list === undefined) iterations.set(id, [stepKey]);
    else list.push(stepKey);
  }
  return { iterations, counts, strays };
}

interface Scope {
  readonly container: string | undefined;
  /** Of the steps in it: `/2/0`. */
  readonly path: string;
  readonly depth: number;
}

function scopeRows(tree: Tree, { container, path, depth }: Scope): StepRow[] {
  const { state, frames } = tree;
  const over = isEnded(state);
  const rows = frames.childrenOf(container).flatMap((node) => {
    const stepKey = `${node.id}${path}`;
    if (over && state.steps[stepKey] === undefined) return [];
    return [{ id: stepKey, stepKey, name: node.name, node, step: stepOf(state, stepKey), depth, open: null }];
  });
  return inOrder(rows).flatMap((row) => withIterations(tree, row, path));
}

function inOrder(rows: readonly StepRow[]): StepRow[] {
  const begun = (row: StepRow) => row.step.startedAt ?? Number.POSITIVE_INFINITY;
  const left = (row: StepRow) => row.node?.position.x ?? 0;
  return [...rows].sort((a, b) => (begun(a) === begun(b) ? left(a) - left(b) : begun(a) - begun(b)));
}

function withIterations(tree: Tree, row: StepRow, path: string): StepRow[] {
  const count = Math.max(tree.counts.get(row.stepKey) ?? 0, listed(row.step));
  if (count === 0) return [row];
  const open = tree.open.get(row.id) ?? count <= openAtMost;
  const rows: StepRow[] = [{ ...row, open }];
  if (!open) return rows;
  for (let iteration = 0; iteration < count; iteration += 1) {
    const id = iterationId(row.stepKey, iteration);
    const keys = tree.iterations.get(id) ?? [];
    const isOpen = keys.length > 0 && (tree.open.get(id) ?? false);
    rows.push(iterationRow(tree, row, { id, iteration, keys, isOpen }));
    if (!isOpen) continue;
    const inner = `${path}/${iteration}`;
    rows.push(...scopeRows(tree, { container: row.node?.id, path: inner, depth: row.depth + 2 }));
    const check = `${row.node?.id}${inner}`;
    const step = tree.state.steps[check];
    if (step !== undefined)
      rows.push({
        ...row,
        id: check,
        stepKey: check,
        name: `${row.name}: done?`,
        step,
        depth: row.depth + 2,
        open: null,
      });
  }
  return rows;
}

const listed = ({ iteration }: StepState): number => (iteration?.mode === "each" ? listLength(iteration.items) : 0);

interface IterationOf {
  readonly id: string;
  readonly iteration: number;
  readonly keys: readonly string[];
  readonly isOpen: boolean;
}

function iterationRow({ state }: Tree, container: StepRow, { id, iteration, keys, isOpen }: IterationOf): StepRow {
  const steps = keys.map((stepKey) => ({ stepKey, step: stepOf(state, stepKey) }));
  const found = (status: StepState["status"]) => steps.find(({ step }) => step.status === status);
  const first = found("failed") ?? found("running") ?? found("waiting");
  const ended = steps.every(({ step }) => isFinalStep(step.status));
  const times = (pick: (step: StepState) => number | null) => steps.flatMap(({ step }) => pick(step) ?? []);
  const starts = times((step) => step.startedAt);
  const step: StepState = {
    ...pendingStep,
    status:
      first?.step.status ??
      (steps.length === 0 ? "pending" : ended ? (found("succeeded") ?? steps[0])?.step.status : "running") ??
      "pending",
    startedAt: starts.length === 0 ? null : Math.min(...starts),
    endedAt: ended && starts.length > 0 ? Math.max(...times((each) => each.endedAt), Math.min(...starts)) : null,
  };
  return {
    id,
    stepKey: first?.stepKey ?? steps.at(-1)?.stepKey ?? container.stepKey,
    name: `Iteration ${iteration + 1}`,
    node: container.node,
    step,
    depth: container.depth + 1,
    open: steps.length === 0 ? null : isOpen,
  };
}
