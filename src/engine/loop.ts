import { AppError, type ErrorCode } from "../errors.ts";
import { compileOnce } from "../graph/compileOnce.ts";
import type { Plan } from "../graph/plan.ts";
import { isFinalStep } from "../schemas/execution.ts";
import type { StepKey } from "../schemas/executionEvent.ts";
import type { Graph } from "../schemas/graph.ts";
import type { Principal } from "../schemas/principal.ts";
import type { StepError } from "../schemas/stepError.ts";
import { newAlarm } from "./alarm.ts";
import { eventsOfAnswer, isRaised } from "./answers.ts";
import { type Attempt, startAttempt } from "./attempt.ts";
import { budgetEndsAt, isOverBudget } from "./budgets.ts";
import type { ExecutionControl, LoopDeps, Spending } from "./deps.ts";
import { factOf, type Message } from "./facts.ts";
import { type Frontier, newFrontier } from "./frontier.ts";
import { type History, newHistory } from "./history.ts";
import { newInbox } from "./inbox.ts";
import { deadlineOf, hopelessness } from "./plan.ts";
import type { ClaimedExecution } from "./ports.ts";
import { reduceAll } from "./reduce.ts";
import { iterationScope, keyIn, locate, type Place, readsIn } from "./scope.ts";
import { type ExecutionState, isAttemptOpen, isEnded, stepOf } from "./state.ts";

/**
 * Runs an execution to its end, or to where it waits, under a lease, as the engine's README promises, and gives the state it is in
 * then. When the lease is lost or `control.stop` is aborted it gives the last committed state instead, and has written nothing
 * since. Throws `unavailable` when the store did not answer for too long: another claim will go on from the last commit.
 */
export async function runExecution(
  claimed: ClaimedExecution,
  deps: LoopDeps,
  control: ExecutionControl,
): Promise<ExecutionState> {
  const history = newHistory(claimed, deps, control.stop);
  if (isEnded(history.state())) return history.state();
  try {
    const { plan, diagnostics } = compileOnce(claimed.graph, deps.catalogue);
    if (plan !== null) {
      const spending = (await deps.spendingOf?.(spenderOf(claimed))) ?? null;
      return await run(plan, { claimed, deps, control, history, spending });
    }
    const wrong = diagnostics.filter((diagnostic) => diagnostic.severity === "error");
    const message = wrong[0]?.message ?? "The workflow cannot run.";
    return await giveUp(history, claimed.graph, { code: "invalid_graph", message, retryable: false });
  } catch (error) {
    const code = error instanceof AppError ? error.code : "internal";
    if (code === "lease_lost" || control.stop.aborted) return reduceAll(history.committed());
    const sound = newHistory({ ...claimed, events: history.committed() }, deps, control.stop);
    const hopeless = code === "internal" ? await countFailure(sound, claimed) : null;
    if (hopeless !== null) return await giveUp(sound, claimed.graph, hopeless);
    if (!refusals.includes(code)) throw error;
    // Trying again would make the same effects, and the store would refuse their results again.
    const message = "What a step put out cannot be stored.";
    return await giveUp(sound, claimed.graph, { code, message, retryable: false });
  }
}

/**
 * What our own code fails on before the first commit counts as a recovery here: nothing else would count it, and every claim would
 * fail on it again. Gives why the execution is given up; null while others may try.
 */
async function countFailure(history: History, { events }: ClaimedExecution): Promise<StepError | null> {
  const { status, recoveries } = history.state();
  if (history.committed().length > events.length) return null;
  if (status === "queued") history.record({ type: "execution_started" });
  if (status === "waiting") history.record({ type: "execution_woken" });
  history.record({ type: "execution_recovered", recoveries: recoveries + 1 });
  const hopeless = hopelessness(history.state());
  if (hopeless === null) await history.commit();
  return hopeless;
}

const spenderOf = ({ lease: { workspaceId }, workflowId }: ClaimedExecution) => ({ workspaceId, workflowId });

/** The store will never take these events, whoever brings them. */
const refusals: readonly ErrorCode[] = ["bad_request", "payload_too_large"];

/** Ends an execution that cannot be run, or not any further. */
async function giveUp(history: History, graph: Graph, error: StepError): Promise<ExecutionState> {
  const { status, steps } = history.state();
  if (status === "queued") history.record({ type: "execution_started" });
  if (status === "waiting") history.record({ type: "execution_woken" });
  const begun = Object.keys(steps);
  const others = graph.nodes.flatMap((node) => (node.parent === undefined ? [node.id as string] : []));
  for (const stepKey of new Set([...begun, ...others])) {
    if (isFinalStep(stepOf(history.state(), stepKey).status)) continue;
    history.record({ type: "step_cancelled", stepKey: stepKey as StepKey });
  }
  history.record({ type: "execution_failed", error });
  await history.commit();
  return history.state();
}

interface Running {
  readonly claimed: ClaimedExecution;
  readonly deps: LoopDeps;
  readonly control: ExecutionControl;
  readonly history: History;
  readonly spending: Spending | null;
}

/** A wait that is over sooner than this keeps its lease. */
const parkAfterMs = 2_000;

async function run(plan: Plan, running: Running): Promise<ExecutionState> {
  const { deps, control, history } = running;
  const inbox = newInbox<Message>();
  const wake = () => inbox.put({ type: "woken" });
  const alarm = newAlarm(deps.clock, () => {
    // A wait whose time is up may have had its answer just before.
    if (frontier.isWaiting()) answers.ask();
    wake();
  });
  const isHeld = () => (running.spending?.heldBy(history.state().spent) ?? null) !== null;
  const frontier = newFrontier(plan, history.state, isHeld);
  const attempts = new Map<string, Attempt>();
  const contained = new Set<string>();
  const answers = newAnswers(plan, running, frontier);
  const begin = starter(running, attempts, inbox.put);
  const deaf = control.nudges.listen(() => {
    answers.ask();
    wake();
  });

  control.stop.addEventListener("abort", wake);
  control.cancel.addEventListener("abort", wake);
  try {
    const toStart = takeOver(plan, running);
    for (;;) {
      const cancelledBy = cancelWish(running);
      if (cancelledBy !== null) history.record({ type: "cancel_requested", by: cancelledBy });
      if (cancelledBy !== null) frontier.observe({ type: "cancel_requested", by: cancelledBy });
      if (answers.areAsked()) await answers.take();
      decideAll(plan, running, { frontier, toStart });
      if (attempts.size === 0 && toStart.length === 0) park(plan, running, frontier);
      await history.commit(answers.seen());
      if (control.stop.aborted) return reduceAll(history.committed());
      if (isEnded(history.state()) || history.state().status === "waiting") return history.state();
      for (const place of toStart.splice(0)) begin(place);
      for (const stepKey of frontier.toAbort()) {
        contained.add(stepKey);
        attempts.get(stepKey)?.abort();
      }
      if (frontier.isEnding()) for (const attempt of attempts.values()) attempt.abort();
      if (!frontier.isEnding()) {
        alarm.set(earliest(deadlineOf(plan, history.state()), frontier.nextDueAt()));
        if (attempts.size === 0) alarm.set(budgetEndsAt(plan, history.state()));
      }
      await inbox.ready();
      for (const message of inbox.takeAll()) {
        if (control.stop.aborted) return reduceAll(history.committed());
        if (message.type === "woken") continue;
        if (message.type === "ended") attempts.delete(message.stepKey);
        const body = factOf(message, history.state(), { clock: deps.clock, contained });
        history.record(body);
        frontier.observe(body);
      }
    }
  } finally {
    control.stop.removeEventListener("abort", wake);
    control.cancel.removeEventListener("abort", wake);
    deaf();
    alarm.off();
    for (const attempt of attempts.values()) attempt.abandon();
  }
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

/** Records all that follows, up to where only an effect, an answer or time can lead on. Adds the steps that are to start. */
function decideAll(
  plan: Plan,
  { deps, history }: Running,
  { frontier, toStart }: { readonly frontier: Frontier; readonly toStart: Place[] },
): void {
  for (;;) {
    const decisions = frontier.decide(deps.clock.now());
    if (decisions.length === 0) return;
    for (const decision of decisions) {
      history.record(decision);
      const place = decision.type === "step_started" ? locate(plan, decision.stepKey) : undefined;
      if (place !== undefined) toStart.push(place);
    }
  }
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

interface Answers {
  /** There may be new ones. */
  readonly ask: () => void;
  readonly areAsked: () => boolean;
  /** Records what new answers lead to. Throws `unavailable`. */
  readonly take: () => Promise<void>;
  readonly seen: () => number;
}

/** Answers that were given while somebody else held the lease, or nobody, are asked for at once. */
function newAnswers(plan: Plan, { claimed, deps, history }: Running, frontier: Frontier): Answers {
  let isAsked = claimed.lease.epoch > 1;
  let seen = 0;
  // The log does not say which answer a new budget came from, but they are in the same order.
  let recorded = claimed.events.filter(({ body }) => isRaised(body)).length;
  return {
    ask() {
      isAsked = true;
    },
    areAsked: () => isAsked,
    async take() {
      isAsked = false;
      const all = await deps.store.answers(claimed.lease);
      for (const answer of all.slice(seen)) {
        if (answer.stepKey === "" && recorded > 0) {
          recorded -= 1;
          continue;
        }
        for (const body of eventsOfAnswer(plan, history.state(), answer)) {
          history.record(body);
          frontier.observe(body);
        }
      }
      seen = all.length;
    },
    seen: () => seen,
  };
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
