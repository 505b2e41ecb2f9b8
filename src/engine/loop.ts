import { AppError, type ErrorCode } from "../errors.ts";
import { compileOnce } from "../graph/compileOnce.ts";
import type { Plan } from "../graph/plan.ts";
import { isFinalStep } from "../schemas/execution.ts";
import type { StepKey } from "../schemas/executionEvent.ts";
import type { Graph } from "../schemas/graph.ts";
import type { StepError } from "../schemas/stepError.ts";
import { newAlarm } from "./alarm.ts";
import { eventsOfAnswer, isRaised } from "./answers.ts";
import type { ExecutionControl, LoopDeps } from "./deps.ts";
import type { Message } from "./facts.ts";
import { type Frontier, newFrontier } from "./frontier.ts";
import { type History, newHistory } from "./history.ts";
import { newHop, type Running } from "./hop.ts";
import { newInbox } from "./inbox.ts";
import { hopelessness } from "./plan.ts";
import type { ClaimedExecution } from "./ports.ts";
import { reduceAll } from "./reduce.ts";
import { type ExecutionState, isEnded, stepOf } from "./state.ts";

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
    if (history.isStored() && (code === "lease_lost" || control.stop.aborted)) return reduceAll(history.committed());
    const sound = newHistory(soundPartOf(claimed, history), deps, control.stop);
    const hopeless = code === "internal" ? await countFailure(sound, claimed) : null;
    if (hopeless !== null) return await giveUp(sound, claimed.graph, hopeless);
    if (!refusals.includes(code)) throw error;
    // Trying again would make the same effects, and the store would refuse their results again.
    const message = "What a step put out cannot be stored.";
    return await giveUp(sound, claimed.graph, { code, message, retryable: false });
  }
}

/** What there is of it without what was recorded and never stored. */
function soundPartOf(claimed: ClaimedExecution, history: History): ClaimedExecution {
  if (!history.isStored()) return claimed;
  const { create: _done, ...stored } = claimed;
  return { ...stored, events: history.committed() };
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

/** For so many turns of the microtasks a commit waits for what was started ahead of it: for what only computes, and not much. */
const promptTurns = 200;

/**
 * Whether it may begin without anything stored: it was not taken over, and who started it hears when that fails. Otherwise something
 * is stored first: what cannot be survived is counted, and not tried for ever (a schedule is due until its start is stored).
 */
function isAnswered({ lease, create, events: [first] }: ClaimedExecution): boolean {
  const isOfSchedule = first?.body.type === "execution_created" && first.body.trigger.kind === "schedule";
  return lease.epoch === 1 && (create === undefined || !isOfSchedule);
}

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
  const hop = newHop(plan, running, { frontier, alarm, put: inbox.put });
  const answers = newAnswers(plan, running, frontier);
  const deaf = control.nudges.listen(() => {
    answers.ask();
    wake();
  });

  let mayRunAhead = isAnswered(running.claimed);

  control.stop.addEventListener("abort", wake);
  control.cancel.addEventListener("abort", wake);
  try {
    for (;;) {
      hop.hearCancel();
      if (answers.areAsked()) await answers.take();
      hop.decide();
      if (mayRunAhead && hop.beginAhead()) {
        for (let turn = 0; hop.isAhead() && turn < promptTurns; turn += 1) await null;
        hop.hear(inbox.takeAll());
        continue;
      }
      const isFirst = !history.isStored();
      await history.commit(answers.seen());
      mayRunAhead = true;
      if (control.stop.aborted) return reduceAll(history.committed());
      if (isEnded(history.state()) || history.state().status === "waiting") return history.state();
      hop.begin();
      if (isFirst) continue;
      await inbox.ready();
      if (control.stop.aborted) return reduceAll(history.committed());
      hop.hear(inbox.takeAll());
    }
  } finally {
    control.stop.removeEventListener("abort", wake);
    control.cancel.removeEventListener("abort", wake);
    deaf();
    alarm.off();
    hop.abandon();
  }
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
