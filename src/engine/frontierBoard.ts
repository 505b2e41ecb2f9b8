import type { Plan } from "../graph/plan.ts";
import { firstFailure } from "./containers.ts";
import { type Going, newGoing, newRun, type Run, runId } from "./frontierRuns.ts";
import { isEnding } from "./plan.ts";
import {
  bodyOf,
  bodyScope,
  hasBegun,
  isComplete,
  keyIn,
  locate,
  type Place,
  rootScope,
  type Scope,
  stepIn,
} from "./scope.ts";
import { type ExecutionState, stepOf } from "./state.ts";

/** What the frontier keeps beside the state: counts, and what may have something to decide. */
export interface Board {
  readonly plan: Plan;
  readonly stateOf: () => ExecutionState;
  /** Some node has a budget of its own: without one nobody looks for steps that it holds back. */
  readonly hasStepBudgets: boolean;
  /** Scopes that run, and containers that go through their iterations. */
  readonly runs: Map<string, Run>;
  readonly goings: Map<string, Going>;
  /** Keys of steps between two attempts, and of steps that wait. */
  readonly retries: Set<string>;
  readonly waits: Set<string>;
  readonly touched: Set<Run>;
  readonly moved: Set<Going>;
  /** Ends that it decided itself: settled once the state has them. */
  readonly ownEnds: string[];
  /** Running steps that are to be aborted. */
  readonly aborts: string[];
  /** Keys that the present answer cancels. */
  readonly cancelled: Set<string>;
  root: Run | null;
  ending: boolean;
  /** The counts do not hold the state any more, and are to be taken from it anew. */
  stale: boolean;
}

export const newBoard = (plan: Plan, stateOf: () => ExecutionState): Board => ({
  plan,
  stateOf,
  hasStepBudgets: [...plan.places.values()].some((place) => (place.at(-1)?.budget ?? null) !== null),
  runs: new Map(),
  goings: new Map(),
  retries: new Set(),
  waits: new Set(),
  touched: new Set(),
  moved: new Set(),
  ownEnds: [],
  aborts: [],
  cancelled: new Set(),
  root: null,
  ending: false,
  stale: true,
});

/** Takes everything from the state anew. */
export function recount(board: Board, now: number): void {
  const { plan, runs, goings, retries, waits, touched, moved } = board;
  board.ending = isEnding(plan, board.stateOf(), now);
  for (const each of [runs, goings, retries, waits, touched, moved]) each.clear();
  board.ownEnds.length = 0;
  board.aborts.length = 0;
  board.root = adopt(board, rootScope(plan), null);
  board.stale = false;
}

/** A scope's run as the state has it, with those in it. */
export function adopt(board: Board, scope: Scope, owner: Going | null): Run {
  const state = board.stateOf();
  const run = newRun({ scope, owner, state });
  board.runs.set(runId(scope), run);
  board.touched.add(run);
  for (const node of scope.plan.nodes) {
    const step = stepIn(scope, node, state);
    if (step.retryAt !== null) board.retries.add(keyIn(scope, node));
    if (step.status === "waiting") board.waits.add(keyIn(scope, node));
    if (step.status === "running" && step.iteration !== null) beginIterating(board, run, keyIn(scope, node));
  }
  if (run.hasFailed) owner?.failing.push(run);
  return run;
}

/** A container goes through its iterations, from where the state has it. */
function beginIterating(board: Board, run: Run, stepKey: string): void {
  const state = board.stateOf();
  const node = locate(board.plan, stepKey)?.node;
  const { iteration } = stepOf(state, stepKey);
  if (node === undefined || iteration === null) return;
  const going = newGoing({ run, at: { scope: run.scope, node, iteration } });
  board.goings.set(stepKey, going);
  board.moved.add(going);
  for (; going.next < iteration.limit; going.next += 1) {
    const inner = bodyScope(run.scope, node, going.next);
    if (!hasBegun(inner, state)) break;
    const check = bodyOf(node).check;
    const checkStep = check && stepIn(inner, check, state);
    if (check && checkStep?.retryAt !== null) board.retries.add(keyIn(inner, check));
    if (!isComplete(inner, state)) going.open.set(going.next, adopt(board, inner, going));
    else if (checkStep?.outputs?.done === true) going.isDone = true;
    else if (checkStep && checkStep.status !== "succeeded") going.checking = going.next;
  }
  if (going.next > 0) going.hasFailed = firstFailure(going.at, state) !== null;
}

/** A node of a scope is settled: what it leads to may be ready, and its iteration complete. */
export function settled({ stateOf, touched, moved }: Board, run: Run, index: number): void {
  const state = stateOf();
  run.left -= 1;
  for (const edge of run.scope.plan.nodes[index]?.outbound ?? []) if (run.settleEdge(edge, state)) touched.add(run);
  if (run.left === 0 && run.owner !== null) {
    run.owner.finished.push(run);
    moved.add(run.owner);
  }
}

/** The state has how a step ended. */
export function ended(board: Board, stepKey: string): void {
  for (const known of [board.retries, board.waits, board.goings]) known.delete(stepKey);
  const place = locate(board.plan, stepKey);
  if (place === undefined) return;
  const step = stepOf(board.stateOf(), stepKey);
  if (step.status === "failed" && step.outputs === null && !step.contained) {
    board.stale = true;
    return;
  }
  const checked = goingChecked(board, place);
  if (checked !== undefined) {
    if (step.status === "failed") checked.hasFailed = true;
    board.moved.add(checked);
    stir(board, checked.run);
    return;
  }
  const run = board.runs.get(runId(place.scope));
  if (run === undefined) return;
  if (step.status === "failed" && step.contained) fail(board, run);
  settled(board, run, place.node.index);
  stir(board, run);
}

/** What changes in an iteration that is over may be what its end waited for, or one thing more to end. */
function stir({ moved }: Board, run: Run): void {
  for (let at: Run | undefined = run; at?.owner; at = at.owner.run) {
    if (!at.isOver) continue;
    at.owner.failing.push(at);
    moved.add(at.owner);
  }
}

/** The container whose iteration the step checks, if it is such a check. */
function goingChecked({ goings }: Board, { scope, node }: Place): Going | undefined {
  const { frame } = scope;
  return frame?.container.body?.check === node ? goings.get(keyIn(frame.outer, frame.container)) : undefined;
}

/** A step does not run any more and has not ended: it is between two attempts, waits, or goes through its iterations. */
export function paused(board: Board, stepKey: string): void {
  const place = locate(board.plan, stepKey);
  if (place === undefined) return;
  const step = stepOf(board.stateOf(), stepKey);
  if (step.retryAt !== null) board.retries.add(stepKey);
  if (step.status === "waiting") board.waits.add(stepKey);
  // A check has no run any more: its iteration is complete.
  const run = goingChecked(board, place)?.run ?? board.runs.get(runId(place.scope));
  if (run === undefined) return;
  if (step.iteration !== null) beginIterating(board, run, stepKey);
  stir(board, run);
}

function fail({ moved }: Board, run: Run): void {
  run.hasFailed = true;
  run.isOver = true;
  if (run.owner === null) return;
  run.owner.failing.push(run);
  moved.add(run.owner);
}

/** It failed, or something around it did. */
export function isOver(run: Run): boolean {
  for (let at: Run | undefined = run; at !== undefined; at = at.owner?.run) if (at.isOver) return true;
  return false;
}
