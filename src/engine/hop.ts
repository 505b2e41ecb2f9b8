import type { Plan } from "../graph/plan.ts";
import type { Principal } from "../schemas/principal.ts";
import type { Alarm } from "./alarm.ts";
import { type Attempt, startAttempt } from "./attempt.ts";
import { budgetEndsAt, isOverBudget } from "./budgets.ts";
import type { ExecutionControl, LoopDeps, Spending } from "./deps.ts";
import { factOf, type Message } from "./facts.ts";
import type { Frontier } from "./frontier.ts";
import type { History } from "./history.ts";
import { deadlineOf } from "./plan.ts";
import type { ClaimedExecution } from "./ports.ts";
import { iterationScope, keyIn, locate, type Place, readsIn } from "./scope.ts";
import { isAttemptOpen, stepOf } from "./state.ts";

/** An execution under way, and what it needs. */
export interface Running {
  readonly claimed: ClaimedExecution;
  readonly deps: LoopDeps;
  readonly control: ExecutionControl;
  readonly history: History;
  readonly spending: Spending | null;
}

/** A wait that is over sooner than this keeps its lease. */
const parkAfterMs = 2_000;

interface Ways {
  readonly frontier: Frontier;
  readonly alarm: Alarm;
  readonly put: (message: Message) => void;
}

/** What the loop does between two waits (for the store, for something to happen): plain steps, without a promise in them. */
export interface Hop {
  /** Records that somebody wants a cancel. */
  hearCancel(): void;
  /** Records all that follows, up to where only an effect, an answer or time can lead on. */
  decide(): void;
  /**
   * Before the commit: starts what it started, if all of it stays in this process and nothing is to end. False when it did not: then
   * the commit comes first.
   */
  beginAhead(): boolean;
  /** Whether some of what was started before its commit has not ended. */
  isAhead(): boolean;
  /** After the commit: starts what it started, aborts what is to end, and sets the alarm. */
  begin(): void;
  /** Records what attempts did. */
  hear(messages: readonly Message[]): void;
  /** Nobody listens to the attempts any more. */
  abandon(): void;
}

export function newHop(plan: Plan, running: Running, { frontier, alarm, put }: Ways): Hop {
  const { deps, history } = running;
  const { clock } = deps;
  const attempts = new Map<string, Attempt>();
  const contained = new Set<string>();
  const ahead = new Set<string>();
  const begin = starter(running, attempts, (message) => {
    if (message.type === "ended") ahead.delete(message.stepKey);
    put(message);
  });
  const toStart = takeOver(plan, running);

  return {
    hearCancel() {
      const by = cancelWish(running);
      if (by === null) return;
      history.record({ type: "cancel_requested", by });
      frontier.observe({ type: "cancel_requested", by });
    },
    decide() {
      let leadsOn = true;
      while (leadsOn) {
        leadsOn = false;
        for (const decision of frontier.decide(clock.now())) {
          history.record(decision);
          // Nothing follows from a start but what the step then does.
          if (decision.type !== "step_started") leadsOn = true;
          const place = decision.type === "step_started" ? locate(plan, decision.stepKey) : undefined;
          if (place !== undefined) toStart.push(place);
        }
      }
      // A row is not born waiting: the loop comes by again after the first commit.
      if (attempts.size === 0 && toStart.length === 0 && history.isStored()) park(plan, running, frontier);
    },
    beginAhead() {
      if (toStart.length === 0 || !toStart.every(({ node }) => node.definition.local === true)) return false;
      if (frontier.isEnding() || frontier.hasToAbort() || history.isFull()) return false;
      for (const place of toStart) {
        ahead.add(keyIn(place.scope, place.node));
        begin(place);
      }
      toStart.length = 0;
      return true;
    },
    isAhead: () => ahead.size > 0,
    begin() {
      for (const place of toStart) begin(place);
      toStart.length = 0;
      for (const stepKey of frontier.toAbort()) {
        contained.add(stepKey);
        attempts.get(stepKey)?.abort();
      }
      if (frontier.isEnding()) {
        for (const attempt of attempts.values()) attempt.abort();
        return;
      }
      const state = history.state();
      alarm.set(earliest(deadlineOf(plan, state), frontier.nextDueAt()));
      if (attempts.size === 0) alarm.set(budgetEndsAt(plan, state));
    },
    hear(messages) {
      for (const message of messages) {
        if (message.type === "woken") continue;
        if (message.type === "ended") attempts.delete(message.stepKey);
        const body = factOf(message, history.state(), { clock, contained });
        history.record(body);
        frontier.observe(body);
      }
    },
    abandon() {
      for (const attempt of attempts.values()) attempt.abandon();
    },
  };
}

/** The first events under this lease; gives the attempts that are open and not made by anybody. */
function takeOver(plan: Plan, { claimed, history }: Running): Place[] {
  const { status, recoveries } = history.state();
  if (status === "waiting") history.record({ type: "execution_woken" });
  // An execution whose first events carry epoch 1 was born under this very lease: its open attempts are ours to start.
  else if (status !== "queued" && claimed.lease.epoch > 1) {
    history.record({ type: "execution_recovered", recoveries: recoveries + 1 });
  }
  return Object.entries(history.state().steps).flatMap(([stepKey, step]) =>
    isAttemptOpen(step) ? (locate(plan, stepKey) ?? []) : [],
  );
}

/** Records that the execution waits, when nothing but an answer, a late moment or a higher limit can lead on. */
function park(plan: Plan, { deps, history, control, spending }: Running, frontier: Frontier): void {
  const state = history.state();
  if (state.status !== "running" || frontier.isEnding() || control.stop.aborted) return;
  const now = deps.clock.now();
  if (isOverBudget(plan, state, now)) {
    history.record({ type: "execution_waiting", reason: "budget", wakeAt: null });
    return;
  }
  const heldBy = spending?.heldBy(state.spent) ?? null;
  if (spending !== null && heldBy !== null) {
    history.record({ type: "execution_waiting", reason: heldBy, wakeAt: spending.renewsAt() });
    return;
  }
  const wakeAt = frontier.nextDueAt();
  if (wakeAt !== null && wakeAt - now < parkAfterMs) return;
  if (frontier.hasOverspent()) history.record({ type: "execution_waiting", reason: "step_budget", wakeAt });
  else if (frontier.isWaiting()) history.record({ type: "execution_waiting", reason: "interrupt", wakeAt });
}

function starter(
  { claimed, deps, history }: Running,
  attempts: Map<string, Attempt>,
  put: (message: Message) => void,
): (place: Place) => void {
  const ports = deps.contextFor(claimed);
  return ({ node, scope }) => {
    const stepKey = keyIn(scope, node);
    const { attempt, inputs } = stepOf(history.state(), stepKey);
    const request = {
      executionId: claimed.lease.executionId,
      workspaceId: claimed.lease.workspaceId,
      stepKey,
      node,
      attempt,
      inputs: inputs ?? {},
      executionInput: history.state().input,
      steps: () => readsIn(scope, node, history.state()),
      iteration: () => iterationScope(scope, history.state()),
      ports,
    };
    const at = { stepKey, place: { node, scope }, attempt };
    attempts.set(
      stepKey,
      startAttempt(request, deps, {
        streamed: (chunk) => put({ type: "streamed", ...at, chunk }),
        ended: (end) => put({ type: "ended", ...at, end }),
      }),
    );
  };
}

/** Who wants a cancel that is not recorded yet. */
function cancelWish({ claimed, control, history }: Running): Principal | null {
  if (history.state().status === "cancelling") return null;
  if (control.cancel.aborted) return control.cancel.reason as Principal;
  return claimed.cancelRequestedBy;
}

function earliest(one: number | null, other: number | null): number | null {
  if (one === null || other === null) return one ?? other;
  return Math.min(one, other);
}
