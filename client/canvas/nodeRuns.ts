import type { StepState } from "#src/engine/state.ts";
import type { NodeRun } from "./canvasContext.ts";

/** What cards show of their steps. The same step gives the same object, so that a quiet card is not drawn again. */
export function createNodeRuns() {
  const known = new WeakMap<StepState, NodeRun>();
  const runOf = (step: StepState): NodeRun => {
    const before = known.get(step);
    if (before !== undefined) return before;
    const run: NodeRun = {
      status: step.status,
      attempt: step.attempt,
      startedAt: step.startedAt,
      endedAt: step.endedAt,
      text: step.text,
      error: step.error?.message ?? null,
      outputs: step.outputs === null ? null : Object.keys(step.outputs),
    };
    known.set(step, run);
    return run;
  };
  /** By node id. While the execution runs, nodes without an event are pending; afterwards they show nothing. */
  return (steps: Readonly<Record<string, StepState>>, waiting: readonly string[]): ReadonlyMap<string, NodeRun> => {
    const runs = new Map<string, NodeRun>();
    for (const nodeId of waiting) runs.set(nodeId, pending);
    for (const [stepKey, step] of Object.entries(steps)) runs.set(nodeOfStep(stepKey), runOf(step));
    return runs;
  };
}

const pending: NodeRun = {
  status: "pending",
  attempt: 0,
  startedAt: null,
  endedAt: null,
  text: "",
  error: null,
  outputs: null,
};

/** A step key is its node's id and, inside containers, the iteration path. */
export const nodeOfStep = (stepKey: string): string => stepKey.split("/")[0] ?? stepKey;
