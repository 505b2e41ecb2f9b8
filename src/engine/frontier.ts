import type { Plan } from "../graph/plan.ts";
import { isFinalStep } from "../schemas/execution.ts";
import type { ExecutionEventBody } from "../schemas/executionEvent.ts";
import { executionOutput } from "./output.ts";
import { type Decision, deadlineOf, decide, isEnding, isRetryDue, settle, startOf } from "./plan.ts";
import { type ExecutionState, isEnded, stepOf } from "./state.ts";

/**
 * `decide` for the loop: the same decisions, but the work of a turn grows with what happened in it, not with the graph.
 * It counts, for each node, the inbound edges whose source is not settled yet.
 */
export interface Frontier {
  /** To be told of each event that is not one of its own decisions, after the state has it. */
  readonly observe: (body: ExecutionEventBody) => void;
  /** What follows now. The caller takes all of it before the next call. */
  readonly decide: (now: number) => Decision[];
  /** As of the last `decide`: nothing more starts, running steps are to be aborted. */
  readonly isEnding: () => boolean;
  /** Earliest moment at which a waiting retry is due. */
  readonly nextRetryAt: () => number | null;
}

export function newFrontier(plan: Plan, stateOf: () => ExecutionState): Frontier {
  const unsettled = new Int32Array(plan.nodes.length);
  const retries = new Set<number>();
  let ready: number[] = [];
  let left = 0;
  let ending = false;
  // The counts do not hold the state any more, and are to be taken from it anew.
  let stale = true;

  function recount(now: number): void {
    const state = stateOf();
    ending = isEnding(plan, state, now);
    retries.clear();
    ready = [];
    left = 0;
    for (const node of plan.nodes) {
      const step = stepOf(state, node.stepKey);
      unsettled[node.index] = 0;
      for (const edge of node.inbound) {
        const source = plan.nodes[edge.source];
        if (source && !isFinalStep(stepOf(state, source.stepKey).status))
          unsettled[node.index] = countAt(node.index) + 1;
      }
      if (!isFinalStep(step.status)) left += 1;
      if (step.retryAt !== null) retries.add(node.index);
      if (step.status === "pending" && countAt(node.index) === 0) ready.push(node.index);
    }
    stale = false;
  }
  const countAt = (index: number) => unsettled[index] ?? 0;

  function settled(index: number): void {
    left -= 1;
    for (const edge of plan.nodes[index]?.outbound ?? []) {
      unsettled[edge.target] = countAt(edge.target) - 1;
      if (countAt(edge.target) === 0) ready.push(edge.target);
    }
  }

  function goOn(state: ExecutionState, now: number): Decision[] {
    const taken: { readonly index: number; readonly decision: Decision }[] = [];
    for (const index of retries) {
      const node = plan.nodes[index];
      const step = node && stepOf(state, node.stepKey);
      if (!step || !isRetryDue(step, now)) continue;
      retries.delete(index);
      taken.push({ index, decision: startOf(node, step, step.inputs ?? {}) });
    }
    for (let index = ready.pop(); index !== undefined; index = ready.pop()) {
      const node = plan.nodes[index];
      if (node === undefined) continue;
      const decision = settle(plan, state, node);
      taken.push({ index, decision });
      if (decision.type === "step_skipped") settled(index);
    }
    if (taken.length > 1) taken.sort((one, other) => one.index - other.index);
    const decisions = taken.map(({ decision }) => decision);
    if (left === 0) decisions.push({ type: "execution_succeeded", output: executionOutput(plan, state) });
    return decisions;
  }

  return {
    observe(body) {
      if (body.type === "step_streamed" || stale) return;
      const node = "stepKey" in body ? plan.byStepKey.get(body.stepKey) : undefined;
      if (node !== undefined && body.type === "step_succeeded") settled(node.index);
      else if (node !== undefined && body.type === "step_attempt_failed") retries.add(node.index);
      else stale = true;
    },
    decide(now) {
      const state = stateOf();
      if (isEnded(state) || state.status === "queued") {
        stale = true;
        return decide(plan, state, now);
      }
      if (stale) recount(now);
      const deadline = deadlineOf(plan, state);
      if (ending || (deadline !== null && now >= deadline && left > 0)) {
        stale = true;
        ending = isEnding(plan, state, now);
        return decide(plan, state, now);
      }
      return goOn(state, now);
    },
    isEnding: () => ending,
    nextRetryAt() {
      const state = stateOf();
      let earliest: number | null = null;
      for (const index of retries) {
        const at = stepOf(state, plan.nodes[index]?.stepKey ?? "").retryAt;
        if (at !== null && (earliest === null || at < earliest)) earliest = at;
      }
      return earliest;
    },
  };
}
