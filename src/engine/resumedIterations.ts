import type { GraphNode } from "../schemas/graph.ts";
import { type ExecutionState, type StepState, stepOf } from "./state.ts";
import type { Unit } from "./units.ts";

/** What a retry takes over of a container that did not come to its end, by the keys of steps in it. */
export interface Resumed {
  /** Steps whose ends hold. */
  readonly settled: ReadonlySet<string>;
  /** Containers that go on through their iterations, itself among them. */
  readonly going: ReadonlySet<string>;
  /** Steps whose work is to be done again on the inputs that they had. */
  readonly reopened: ReadonlySet<string>;
}

interface Found {
  readonly state: ExecutionState;
  readonly childrenOf: (nodeId: string) => readonly GraphNode[];
  readonly settled: Set<string>;
  readonly going: Set<string>;
  readonly reopened: Set<string>;
}

/** A step in the iterations at `path`: `/2/0`, empty at the top. */
interface At {
  readonly id: string;
  readonly path: string;
}

const keyAt = ({ id, path }: At): string => id + path;

/**
 * What of an unfinished container, with those in it, a retry takes over: its items, every step in it that came to a result, and the
 * inputs of those that failed or were cut off. Null for what had not begun with its iterations or failed without a failure in them.
 */
export function resumedIterations(unit: Unit, state: ExecutionState): Resumed | null {
  const children = new Map<string, GraphNode[]>();
  for (const node of unit.nodes) {
    if (node.parent !== undefined) children.set(node.parent, [...(children.get(node.parent) ?? []), node]);
  }
  const found: Found = {
    state,
    childrenOf: (nodeId) => children.get(nodeId) ?? [],
    settled: new Set(),
    going: new Set(),
    reopened: new Set(),
  };
  const top = { id: unit.id, path: "" };
  if (!mayGoOn(top, found)) return null;
  goOn(top, found);
  return found;
}

/** It came to an end that what follows could go on from. */
export function isSettled({ status, outputs }: StepState): boolean {
  return status === "succeeded" || status === "skipped" || (status === "failed" && outputs !== null);
}

const hasFailedInside = ({ status, contained }: StepState): boolean => status === "failed" && contained;

/** A loop that came to its limit would be there again at once: it begins anew. */
function mayGoOn(at: At, { state, childrenOf }: Found): boolean {
  const { iteration, status } = stepOf(state, keyAt(at));
  if (iteration === null) return false;
  if (iteration.mode === "each" || status !== "failed") return true;
  const indexes = Array.from({ length: iteration.limit }, (_, index) => `${at.path}/${index}`);
  return indexes.some((path) =>
    [...childrenOf(at.id), { id: at.id }].some(({ id }) => hasFailedInside(stepOf(state, keyAt({ id, path })))),
  );
}

/** Iterations begin in order; those after one that has nothing to take over are left to be done anew. */
function goOn(at: At, found: Found): void {
  const { state, childrenOf, going, settled, reopened } = found;
  going.add(keyAt(at));
  const { iteration } = stepOf(state, keyAt(at));
  for (let index = 0; index < (iteration?.limit ?? 0); index += 1) {
    const path = `${at.path}/${index}`;
    const places = childrenOf(at.id).map(({ id }) => ({ id, path }));
    const isLost =
      iteration?.mode === "each" &&
      iteration.onItemError === "continue" &&
      places.some((place) => hasFailedInside(stepOf(state, keyAt(place))));
    const begun = places.filter((place) => (isLost ? keepLost(place, found) : takeOver(place, found)));
    if (begun.length === 0) return;
    // The step that follows an iteration of a loop has the container's own name.
    const check = keyAt({ id: at.id, path });
    if (isSettled(stepOf(state, check))) settled.add(check);
    else if (stepOf(state, check).inputs !== null) reopened.add(check);
  }
}

/** True when there was anything to take over. */
function takeOver(at: At, found: Found): boolean {
  const { state, reopened } = found;
  const step = stepOf(state, keyAt(at));
  if (isSettled(step)) keep(at, found);
  else if (mayGoOn(at, found)) goOn(at, found);
  else if (step.inputs !== null) reopened.add(keyAt(at));
  else return false;
  return true;
}

/** Of an iteration whose failure was only counted: what failed has failed, and the rest will not be done. */
function keepLost(at: At, found: Found): boolean {
  const step = stepOf(found.state, keyAt(at));
  if (isSettled(step) || hasFailedInside(step)) keep(at, found);
  return true;
}

/** The step, and all that lies in it. */
function keep(at: At, found: Found): void {
  const { state, childrenOf, settled } = found;
  settled.add(keyAt(at));
  const children = childrenOf(at.id);
  if (children.length === 0) return;
  for (let index = 0; ; index += 1) {
    const path = `${at.path}/${index}`;
    const begun = children.filter(({ id }) => state.steps[keyAt({ id, path })] !== undefined);
    if (begun.length === 0) return;
    for (const { id } of begun) keep({ id, path }, found);
    const check = keyAt({ id: at.id, path });
    if (state.steps[check] !== undefined) settled.add(check);
  }
}
