import { endOf, failWith, firstFailure } from "./containers.ts";
import { adopt, type Board, isOver, settled } from "./frontierBoard.ts";
import { type Going, type Run, runId } from "./frontierRuns.ts";
import {
  cancelledInside,
  checkInputs,
  type Decision,
  endScope,
  isDue,
  mayTryAgain,
  resumed,
  settle,
  startOf,
} from "./plan.ts";
import { bodyOf, bodyScope, locate, stepIn } from "./scope.ts";
import { stepOf } from "./state.ts";

type Put = (decision: Decision) => void;

/** All that follows from what happened since the last turn. */
export function takeTurn(board: Board, now: number, put: Put): void {
  const { touched, moved } = board;
  board.cancelled.clear();
  while (touched.size > 0 || moved.size > 0) {
    // Containers first, the outer before the inner: what is over there starts nothing any more.
    for (const going of outerFirst(moved)) {
      moved.delete(going);
      if (!going.isEnded && !isOver(going.run)) goThrough(board, going, put);
    }
    for (const run of touched) {
      touched.delete(run);
      startReady(board, run, put);
    }
  }
  takeDue(board, now, put);
}

/** The path of what lies in a container begins with the container's own. */
function outerFirst(moved: ReadonlySet<Going>): Iterable<Going> {
  if (moved.size < 2) return moved;
  return [...moved].sort((one, other) => one.run.scope.path.length - other.run.scope.path.length);
}

function startReady(board: Board, run: Run, put: Put): void {
  const state = board.stateOf();
  const decisions: { readonly index: number; readonly decision: Decision }[] = [];
  for (let index = run.ready.pop(); index !== undefined; index = run.ready.pop()) {
    const node = run.scope.plan.nodes[index];
    if (node === undefined || isOver(run)) continue;
    const decision = settle(run.scope, node, state);
    decisions.push({ index, decision });
    if (decision.type === "step_skipped") settled(board, run, index);
  }
  if (decisions.length > 1) decisions.sort((one, other) => one.index - other.index);
  for (const { decision } of decisions) put(decision);
}

/** Cancels what does not run in an iteration that failed, and asks to abort what does. */
function endRun(board: Board, run: Run, put: Put): void {
  run.isOver = true;
  endScope(run.scope, board.stateOf(), {
    cancel(stepKey) {
      if (board.cancelled.has(stepKey)) return;
      board.cancelled.add(stepKey);
      put(cancelledInside(stepKey));
      board.ownEnds.push(stepKey);
    },
    open: (stepKey) => board.aborts.push(stepKey),
  });
}

/** A container's iterations: what came of those that ended, further ones up to its limit, its end. */
function goThrough(board: Board, going: Going, put: Put): void {
  const state = board.stateOf();
  const { at, open } = going;
  const { iteration, node, scope } = at;
  const failsWithOne = iteration.mode === "loop" || iteration.onItemError === "fail";
  for (const run of going.finished.splice(0)) {
    const index = run.scope.frame?.index ?? 0;
    open.delete(index);
    board.runs.delete(runId(run.scope));
    if (run.hasFailed && failsWithOne) going.hasFailed = true;
    if (!run.hasFailed && bodyOf(node).check !== null) going.checking = index;
  }
  for (const run of new Set(going.failing.splice(0))) {
    if (failsWithOne) going.hasFailed = true;
    if (run.left > 0) endRun(board, run, put);
  }
  if (going.hasFailed) for (const run of open.values()) if (!run.isOver) endRun(board, run, put);
  if (going.checking !== null && !going.hasFailed && !question(board, going, put)) return;
  while (!going.hasFailed && !going.isDone && open.size < iteration.parallel && going.next < iteration.limit) {
    open.set(going.next, adopt(board, bodyScope(scope, node, going.next), going));
    going.next += 1;
  }
  if (open.size > 0) return;
  going.isEnded = true;
  const failure = going.hasFailed ? firstFailure(at, state) : null;
  const decision = failure === null ? endOf(at, state) : failWith(at, failure, state);
  put(decision);
  board.ownEnds.push(decision.stepKey);
}

/** The step after an iteration. False while it runs. */
function question({ stateOf }: Board, going: Going, put: Put): boolean {
  const state = stateOf();
  const { node, scope } = going.at;
  const { check } = bodyOf(node);
  if (check === null || going.checking === null) return true;
  const inner = bodyScope(scope, node, going.checking);
  const step = stepIn(inner, check, state);
  if (step.status === "pending" && going.asked !== going.checking) {
    going.asked = going.checking;
    put(startOf({ scope: inner, node: check }, step, checkInputs(inner, state)));
  }
  if (step.status !== "succeeded") return false;
  going.isDone = step.outputs?.done === true;
  going.checking = null;
  return true;
}

/** Retries and waits whose moment has come. */
function takeDue({ plan, stateOf, retries, waits, cancelled, ownEnds }: Board, now: number, put: Put): void {
  const state = stateOf();
  for (const stepKey of retries) {
    const step = stepOf(state, stepKey);
    const place = locate(plan, stepKey);
    if (place === undefined || !mayTryAgain(place.node, step, now) || cancelled.has(stepKey)) continue;
    retries.delete(stepKey);
    put(startOf(place, step, step.inputs ?? {}));
  }
  for (const stepKey of waits) {
    const step = stepOf(state, stepKey);
    const place = locate(plan, stepKey);
    if (place === undefined || !isDue(step, now) || cancelled.has(stepKey)) continue;
    waits.delete(stepKey);
    for (const decision of resumed(place, step)) put(decision);
    ownEnds.push(stepKey);
  }
}
