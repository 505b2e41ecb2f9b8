import type { Plan } from "../graph/plan.ts";
import type { ExecutionEventBody } from "../schemas/executionEvent.ts";
import { isOverBudget, isStepOverBudget } from "./budgets.ts";
import { type Board, ended, newBoard, paused, recount } from "./frontierBoard.ts";
import { takeTurn } from "./frontierTurn.ts";
import { planOutput } from "./output.ts";
import { type Decision, deadlineOf, decide, isEnding, overAt } from "./plan.ts";
import { locate } from "./scope.ts";
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
  /** Whether there are some that were not told. */
  readonly hasToAbort: () => boolean;
  /** Earliest moment at which a retry or a wait is due; of a retry that its step's budget holds back there is none. */
  readonly nextDueAt: () => number | null;
  /** Whether a step waits for somebody or something. */
  readonly isWaiting: () => boolean;
  /** Whether a step would be tried again but for its budget. */
  readonly hasOverspent: () => boolean;
}

/** `isHeld`: whether something outside of the execution keeps its next steps from starting. */
export function newFrontier(plan: Plan, stateOf: () => ExecutionState, isHeld: () => boolean = () => false): Frontier {
  const board = newBoard(plan, stateOf);
  return {
    observe: (body) => observe(board, body),
    decide: (now) => decideOn(board, now, isHeld),
    isEnding: () => board.ending,
    toAbort: () => board.aborts.splice(0),
    hasToAbort: () => board.aborts.length > 0,
    nextDueAt: () => nextDueAt(board),
    isWaiting: () => board.waits.size > 0,
    hasOverspent: () => [...board.retries].some((stepKey) => isHeldBack(board, stepKey)),
  };
}

function observe(board: Board, body: ExecutionEventBody): void {
  if (body.type === "step_streamed" || board.stale) return;
  const { type } = body;
  if (type === "step_succeeded") ended(board, body.stepKey);
  else if (type === "step_failed" && (body.outputs !== undefined || body.contained)) ended(board, body.stepKey);
  else if (type === "step_cancelled" && body.contained) ended(board, body.stepKey);
  else if (type === "step_attempt_failed" || type === "step_waiting" || type === "step_iterating")
    paused(board, body.stepKey);
  else if (type === "step_resumed") board.waits.delete(body.stepKey);
  else board.stale = true;
}

function decideOn(board: Board, now: number, isHeld: () => boolean): Decision[] {
  const { plan } = board;
  const state = board.stateOf();
  if (isEnded(state) || state.status === "queued" || state.status === "waiting") {
    board.stale = true;
    if (state.status === "queued" && isHeld()) return [{ type: "execution_started" }];
    return decide(plan, state, now);
  }
  if (board.stale) recount(board, now);
  const deadline = deadlineOf(plan, state);
  if (board.ending || (deadline !== null && now >= deadline && (board.root?.left ?? 0) > 0)) {
    board.stale = true;
    board.ending = isEnding(plan, state, now);
    return decide(plan, state, now);
  }
  for (const stepKey of board.ownEnds.splice(0)) ended(board, stepKey);
  // Its own decision may have failed the execution.
  if (board.stale) return decideOn(board, now, isHeld);
  const { root } = board;
  if (root === null || (root.left > 0 && (isOverBudget(plan, state, now) || isHeld()))) return [];
  const decisions: Decision[] = [];
  takeTurn(board, now, (decision) => decisions.push(decision));
  if (root.left === 0) decisions.push({ type: "execution_succeeded", output: planOutput(root.scope, state) });
  return decisions;
}

function isHeldBack({ plan, stateOf, hasStepBudgets }: Board, stepKey: string): boolean {
  if (!hasStepBudgets) return false;
  const place = locate(plan, stepKey);
  return place !== undefined && isStepOverBudget(place.node, stepOf(stateOf(), stepKey));
}

function nextDueAt(board: Board): number | null {
  const { stateOf, retries, waits } = board;
  const state = stateOf();
  let earliest: number | null = null;
  const take = (at: number | null) => {
    if (at !== null && (earliest === null || at < earliest)) earliest = at;
  };
  for (const stepKey of retries) if (!isHeldBack(board, stepKey)) take(stepOf(state, stepKey).retryAt);
  for (const stepKey of waits) take(overAt(stepOf(state, stepKey)));
  return earliest;
}
