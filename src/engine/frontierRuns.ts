import { fromContainer, type PlannedEdge } from "../graph/plan.ts";
import { isFinalStep } from "../schemas/execution.ts";
import type { Iterating } from "./containers.ts";
import { failureIn, type Scope, sourceOf, stepIn, valueOn } from "./scope.ts";
import type { ExecutionState } from "./state.ts";

/** A scope that runs: how many inbound edges of each of its nodes are not settled yet, and how many are live. */
export interface Run {
  readonly scope: Scope;
  /** The container's; null for the workflow itself. */
  readonly owner: Going | null;
  /** Places of pending nodes that may start or be skipped. */
  readonly ready: number[];
  /** Steps that are not final. */
  left: number;
  hasFailed: boolean;
  /** It failed, or another iteration for it: nothing starts in it. */
  isOver: boolean;
  /** The edge's source has settled. True when its target became ready by that. */
  readonly settleEdge: (edge: PlannedEdge, state: ExecutionState) => boolean;
}

/** A container that goes through its iterations. */
export interface Going {
  readonly run: Run;
  readonly at: Iterating;
  readonly open: Map<number, Run>;
  /** The first iteration that has not begun. */
  next: number;
  /** The iteration whose check is asked for or runs, and the one it was asked for. */
  checking: number | null;
  asked: number | null;
  isDone: boolean;
  hasFailed: boolean;
  isEnded: boolean;
  /** Iterations to be looked at: those whose steps are all final, and those in which one failed. */
  readonly finished: Run[];
  readonly failing: Run[];
}

/** Its place among all scopes of an execution. */
export const runId = ({ frame, path }: Scope): string => (frame === null ? "" : frame.container.id + path);

interface RunOptions {
  readonly scope: Scope;
  readonly owner: Going | null;
  readonly state: ExecutionState;
}

export function newRun({ scope, owner, state }: RunOptions): Run {
  const { nodes } = scope.plan;
  const unsettled = new Int32Array(nodes.length);
  const live = new Int32Array(nodes.length);
  const queued = new Uint8Array(nodes.length);
  const ready: number[] = [];
  const at = (counts: Int32Array | Uint8Array, index: number) => counts[index] ?? 0;

  /** True when it became ready now. */
  function check(index: number): boolean {
    const join = nodes[index]?.join;
    const isReady = at(unsettled, index) === 0 || (join?.kind === "any" && at(live, index) >= join.count);
    if (!isReady || at(queued, index) === 1) return false;
    queued[index] = 1;
    ready.push(index);
    return true;
  }
  let left = 0;
  for (const node of nodes) {
    const step = stepIn(scope, node, state);
    if (!isFinalStep(step.status)) left += 1;
    for (const edge of node.inbound) {
      const isOpen =
        edge.source !== fromContainer && !isFinalStep(stepIn(scope, sourceOf(scope.plan, edge), state).status);
      if (isOpen) unsettled[node.index] = at(unsettled, node.index) + 1;
      else if (valueOn(scope, edge, state) !== undefined) live[node.index] = at(live, node.index) + 1;
    }
    if (step.status === "pending") check(node.index);
    else queued[node.index] = 1;
  }
  return {
    scope,
    owner,
    ready,
    left,
    hasFailed: scope.frame !== null && failureIn(scope, state) !== null,
    isOver: false,
    settleEdge(edge, now) {
      unsettled[edge.target] = at(unsettled, edge.target) - 1;
      if (nodes[edge.target]?.join.kind === "any" && valueOn(scope, edge, now) !== undefined) {
        live[edge.target] = at(live, edge.target) + 1;
      }
      return check(edge.target);
    },
  };
}

export const newGoing = ({ run, at }: Pick<Going, "run" | "at">): Going => ({
  run,
  at,
  open: new Map(),
  next: 0,
  checking: null,
  asked: null,
  isDone: false,
  hasFailed: false,
  isEnded: false,
  finished: [],
  failing: [],
});
