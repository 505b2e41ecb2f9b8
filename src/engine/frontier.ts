import type { Plan } from "../graph/plan.ts";
import type { ExecutionEventBody } from "../schemas/executionEvent.ts";
import { endOf, failWith, firstFailure } from "./containers.ts";
import { type Going, newGoing, newRun, type Run, runId } from "./frontierRuns.ts";
import { planOutput } from "./output.ts";
import {
  cancelledInside,
  checkInputs,
  type Decision,
  deadlineOf,
  decide,
  endScope,
  isDue,
  overAt,
  isEnding,
  isOverBudget,
  isRetryDue,
  resumed,
  settle,
  startOf,
} from "./plan.ts";
import { bodyOf, bodyScope, hasBegun, isComplete, keyIn, locate, rootScope, type Scope, stepIn } from "./scope.ts";
import { type ExecutionState, isEnded, stepOf } from "./state.ts";

/**
 * `decide` for the loop: the same decisions, but the work of a turn grows with what happened in it, not with the graph.
 * It counts, for each node of each scope that runs, the inbound edges whose source is not settled yet.
 */
export interface Frontier {
  /** To be told of each event that is not one of its own decisions, after the state has it. */
  readonly observe: (body: ExecutionEventBody) => void;
  /** What follows now. The caller takes all of it, then asks again until nothing more follows. */
  readonly decide: (now: number) => Decision[];
  /** As of the last `decide`: nothing more starts, running steps are to be aborted. */
  readonly isEnding: () => boolean;
  /** Running steps of iterations that failed; each is told once. */
  readonly toAbort: () => readonly string[];
  /** Earliest moment at which a retry or a wait is due. */
  readonly nextDueAt: () => number | null;
  /** Whether a step waits for somebody or something. */
  readonly isWaiting: () => boolean;
}

export function newFrontier(plan: Plan, stateOf: () => ExecutionState, isHeld: () => boolean = () => false): Frontier {
  const runs = new Map<string, Run>();
  const goings = new Map<string, Going>();
  /** Keys of steps between two attempts, and of steps that wait. */
  const retries = new Set<string>();
  const waits = new Set<string>();
  /** What may have something to decide. */
  const touched = new Set<Run>();
  const moved = new Set<Going>();
  /** Ends that it decided itself: settled once the state has them. */
  let ownEnds: string[] = [];
  let aborts: string[] = [];
  /** In the present answer. */
  const cancelled = new Set<string>();
  let root: Run | null = null;
  let ending = false;
  // The counts do not hold the state any more, and are to be taken from it anew.
  let stale = true;

  function recount(now: number): void {
    const state = stateOf();
    ending = isEnding(plan, state, now);
    for (const each of [runs, goings, retries, waits, touched, moved]) each.clear();
    ownEnds = [];
    aborts = [];
    root = adopt(rootScope(plan), null, state);
    stale = false;
  }

  /** A scope's run as the state has it, with those in it. */
  function adopt(scope: Scope, owner: Going | null, state: ExecutionState): Run {
    const run = newRun({ scope, owner, state });
    runs.set(runId(scope), run);
    touched.add(run);
    for (const node of scope.plan.nodes) {
      const step = stepIn(scope, node, state);
      if (step.retryAt !== null) retries.add(keyIn(scope, node));
      if (step.status === "waiting") waits.add(keyIn(scope, node));
      if (step.status === "running" && step.iteration !== null) begin(run, keyIn(scope, node), state);
    }
    if (run.hasFailed) owner?.failing.push(run);
    return run;
  }

  /** A container goes through its iterations, from where the state has it. */
  function begin(run: Run, stepKey: string, state: ExecutionState): void {
    const node = locate(plan, stepKey)?.node;
    const { iteration } = stepOf(state, stepKey);
    if (node === undefined || iteration === null) return;
    const going = newGoing({ run, at: { scope: run.scope, node, iteration } });
    goings.set(stepKey, going);
    moved.add(going);
    for (; going.next < iteration.limit; going.next += 1) {
      const inner = bodyScope(run.scope, node, going.next);
      if (!hasBegun(inner, state)) break;
      const check = bodyOf(node).check;
      const checkStep = check && stepIn(inner, check, state);
      if (check && checkStep?.retryAt !== null) retries.add(keyIn(inner, check));
      if (!isComplete(inner, state)) going.open.set(going.next, adopt(inner, going, state));
      else if (checkStep?.outputs?.done === true) going.isDone = true;
      else if (checkStep && checkStep.status !== "succeeded") going.checking = going.next;
    }
    if (going.next > 0) going.hasFailed = firstFailure(going.at, state) !== null;
  }

  function settled(run: Run, index: number): void {
    const state = stateOf();
    run.left -= 1;
    for (const edge of run.scope.plan.nodes[index]?.outbound ?? []) if (run.settleEdge(edge, state)) touched.add(run);
    if (run.left === 0 && run.owner !== null) {
      run.owner.finished.push(run);
      moved.add(run.owner);
    }
  }

  function ended(stepKey: string): void {
    retries.delete(stepKey);
    waits.delete(stepKey);
    goings.delete(stepKey);
    const place = locate(plan, stepKey);
    if (place === undefined) return;
    const step = stepOf(stateOf(), stepKey);
    if (step.status === "failed" && step.outputs === null && !step.contained) {
      stale = true;
      return;
    }
    const { frame } = place.scope;
    if (frame !== null && frame.container.body?.check === place.node) {
      const going = goings.get(keyIn(frame.outer, frame.container));
      if (going === undefined) return;
      if (step.status === "failed") going.hasFailed = true;
      moved.add(going);
      return;
    }
    const run = runs.get(runId(place.scope));
    if (run === undefined) return;
    if (step.status === "failed" && step.contained) fail(run);
    settled(run, place.node.index);
    // What ends in an iteration that is over may be what its end waited for.
    for (let at: Run | undefined = run; at?.owner; at = at.owner.run) {
      if (!at.isOver) continue;
      at.owner.failing.push(at);
      moved.add(at.owner);
    }
  }

  function fail(run: Run): void {
    run.hasFailed = true;
    run.isOver = true;
    if (run.owner === null) return;
    run.owner.failing.push(run);
    moved.add(run.owner);
  }

  function isOver(run: Run): boolean {
    for (let at: Run | undefined = run; at !== undefined; at = at.owner?.run) if (at.isOver) return true;
    return false;
  }

  function startReady(run: Run, state: ExecutionState, put: (decision: Decision) => void): void {
    const decisions: { readonly index: number; readonly decision: Decision }[] = [];
    for (let index = run.ready.pop(); index !== undefined; index = run.ready.pop()) {
      const node = run.scope.plan.nodes[index];
      if (node === undefined || isOver(run)) continue;
      const decision = settle(run.scope, node, state);
      decisions.push({ index, decision });
      if (decision.type === "step_skipped") settled(run, index);
    }
    if (decisions.length > 1) decisions.sort((one, other) => one.index - other.index);
    for (const { decision } of decisions) put(decision);
  }

  /** Cancels what does not run in an iteration that failed, and asks to abort what does. */
  function endRun(run: Run, state: ExecutionState, put: (decision: Decision) => void): void {
    run.isOver = true;
    endScope(run.scope, state, {
      cancel(stepKey) {
        if (cancelled.has(stepKey)) return;
        cancelled.add(stepKey);
        put(cancelledInside(stepKey));
        ownEnds.push(stepKey);
      },
      open: (stepKey) => aborts.push(stepKey),
    });
  }

  function goThrough(going: Going, state: ExecutionState, put: (decision: Decision) => void): void {
    const { at, open } = going;
    const { iteration, node, scope } = at;
    for (const run of going.finished.splice(0)) {
      const index = run.scope.frame?.index ?? 0;
      open.delete(index);
      runs.delete(runId(run.scope));
      if (run.hasFailed && (iteration.mode === "loop" || iteration.onItemError === "fail")) going.hasFailed = true;
      if (!run.hasFailed && bodyOf(node).check !== null) going.checking = index;
    }
    for (const run of new Set(going.failing.splice(0))) {
      if (iteration.mode === "loop" || iteration.onItemError === "fail") going.hasFailed = true;
      if (run.left > 0) endRun(run, state, put);
    }
    if (going.hasFailed) for (const run of open.values()) if (!run.isOver) endRun(run, state, put);
    if (going.checking !== null && !going.hasFailed && !question(going, state, put)) return;
    while (!going.hasFailed && !going.isDone && open.size < iteration.parallel && going.next < iteration.limit) {
      open.set(going.next, adopt(bodyScope(scope, node, going.next), going, state));
      going.next += 1;
    }
    if (open.size > 0 || going.isEnded) return;
    going.isEnded = true;
    const failure = going.hasFailed ? firstFailure(at, state) : null;
    const decision = failure === null ? endOf(at, state) : failWith(at, failure, state);
    put(decision);
    ownEnds.push(decision.stepKey);
  }

  /** The step after an iteration. False while it runs. */
  function question(going: Going, state: ExecutionState, put: (decision: Decision) => void): boolean {
    const { node, scope } = going.at;
    const { check } = bodyOf(node);
    if (check === null || going.checking === null) return true;
    const inner = bodyScope(scope, node, going.checking);
    const step = stepIn(inner, check, state);
    if (step.status === "pending" && going.asked !== going.checking) {
      going.asked = going.checking;
      put(startOf(inner, check, step, checkInputs(inner, state)));
    }
    if (step.status !== "succeeded") return false;
    going.isDone = step.outputs?.done === true;
    going.checking = null;
    return true;
  }

  function takeDue(now: number, state: ExecutionState, put: (decision: Decision) => void): void {
    for (const stepKey of retries) {
      const step = stepOf(state, stepKey);
      const place = locate(plan, stepKey);
      if (place === undefined || !isRetryDue(step, now) || cancelled.has(stepKey)) continue;
      retries.delete(stepKey);
      put(startOf(place.scope, place.node, step, step.inputs ?? {}));
    }
    for (const stepKey of waits) {
      const step = stepOf(state, stepKey);
      const place = locate(plan, stepKey);
      if (place === undefined || !isDue(step, now) || cancelled.has(stepKey)) continue;
      waits.delete(stepKey);
      for (const decision of resumed(place.scope, place.node, step)) put(decision);
      ownEnds.push(stepKey);
    }
  }

  return {
    observe(body) {
      if (body.type === "step_streamed" || stale) return;
      const { type } = body;
      if (type === "step_succeeded") ended(body.stepKey);
      else if (type === "step_failed" && (body.outputs !== undefined || body.contained)) ended(body.stepKey);
      else if (type === "step_cancelled" && body.contained) ended(body.stepKey);
      else if (type === "step_attempt_failed") retries.add(body.stepKey);
      else if (type === "step_waiting") waits.add(body.stepKey);
      else if (type === "step_resumed") waits.delete(body.stepKey);
      else if (type === "step_iterating") {
        const place = locate(plan, body.stepKey);
        const run = place && runs.get(runId(place.scope));
        if (run !== undefined) begin(run, body.stepKey, stateOf());
      } else stale = true;
    },
    decide(now) {
      const state = stateOf();
      if (isEnded(state) || state.status === "queued" || state.status === "waiting") {
        stale = true;
        if (state.status === "queued" && isHeld()) return [{ type: "execution_started" }];
        return decide(plan, state, now);
      }
      if (stale) recount(now);
      const deadline = deadlineOf(plan, state);
      const { left } = root ?? { left: 0 };
      if (ending || (deadline !== null && now >= deadline && left > 0)) {
        stale = true;
        ending = isEnding(plan, state, now);
        return decide(plan, state, now);
      }
      for (const stepKey of ownEnds.splice(0)) ended(stepKey);
      // Its own decision may have failed the execution.
      if (stale) return this.decide(now);
      if (root === null || (root.left > 0 && (isOverBudget(plan, state) || isHeld()))) return [];
      const decisions: Decision[] = [];
      const put = (decision: Decision) => decisions.push(decision);
      cancelled.clear();
      while (touched.size > 0 || moved.size > 0) {
        // Containers first: what is over there starts nothing any more.
        for (const going of moved) {
          moved.delete(going);
          if (!going.isEnded && !isOver(going.run)) goThrough(going, state, put);
        }
        for (const run of touched) {
          touched.delete(run);
          startReady(run, state, put);
        }
      }
      takeDue(now, state, put);
      if (root.left === 0) decisions.push({ type: "execution_succeeded", output: planOutput(root.scope, state) });
      return decisions;
    },
    isEnding: () => ending,
    toAbort: () => aborts.splice(0),
    nextDueAt() {
      const state = stateOf();
      let earliest: number | null = null;
      const take = (at: number | null | undefined) => {
        if (at !== null && at !== undefined && (earliest === null || at < earliest)) earliest = at;
      };
      for (const stepKey of retries) take(stepOf(state, stepKey).retryAt);
      for (const stepKey of waits) take(overAt(stepOf(state, stepKey)));
      return earliest;
    },
    isWaiting: () => waits.size > 0,
  };
}
