import { AppError, assertNever, type ErrorCode } from "../errors.ts";
import { compileOnce } from "../graph/compileOnce.ts";
import type { Plan, PlannedNode } from "../graph/plan.ts";
import type { JsonObject } from "../json.ts";
import { isFinalStep } from "../schemas/execution.ts";
import type { ExecutionEventBody, StepKey, Usage } from "../schemas/executionEvent.ts";
import type { Graph } from "../schemas/graph.ts";
import type { Principal } from "../schemas/principal.ts";
import { type StepError, toStepError } from "../schemas/stepError.ts";
import { newAlarm } from "./alarm.ts";
import { type Attempt, type AttemptEnd, startAttempt } from "./attempt.ts";
import type { ExecutionControl, LoopDeps } from "./deps.ts";
import { newFrontier } from "./frontier.ts";
import { type History, newHistory } from "./history.ts";
import { newInbox } from "./inbox.ts";
import { deadlineOf } from "./plan.ts";
import type { ClaimedExecution } from "./ports.ts";
import { reduceAll } from "./reduce.ts";
import { retryDelay } from "./retry.ts";
import { type ExecutionState, isAttemptOpen, isEnded, stepOf } from "./state.ts";
import type { Chunk } from "./streams.ts";

type Message =
  | { readonly type: "streamed"; readonly node: PlannedNode; readonly attempt: number; readonly chunk: Chunk }
  | { readonly type: "ended"; readonly node: PlannedNode; readonly attempt: number; readonly end: AttemptEnd }
  | { readonly type: "woken" };

/**
 * Runs an execution to its end under a lease, as the engine's README promises, and gives the state it ended in. When the
 * lease is lost or `control.stop` is aborted it gives the last committed state instead, and has written nothing since.
 * Throws `unavailable` when the store did not answer for too long: another claim will go on from the last commit.
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
    if (plan !== null) return await run(plan, { claimed, deps, control, history });
    const wrong = diagnostics.filter((diagnostic) => diagnostic.severity === "error");
    const message = wrong[0]?.message ?? "The workflow cannot run.";
    return await giveUp(history, claimed.graph, { code: "invalid_graph", message, retryable: false });
  } catch (error) {
    const code = error instanceof AppError ? error.code : "internal";
    if (code === "lease_lost" || control.stop.aborted) return reduceAll(history.committed());
    if (!refusals.includes(code)) throw error;
    // Trying again would make the same effects, and the store would refuse their results again.
    const sound = newHistory({ ...claimed, events: history.committed() }, deps, control.stop);
    const message = "What a step put out cannot be stored.";
    return await giveUp(sound, claimed.graph, { code, message, retryable: false });
  }
}

/** The store will never take these events, whoever brings them. */
const refusals: readonly ErrorCode[] = ["bad_request", "payload_too_large"];

/** Ends an execution that cannot be run, or not any further. */
async function giveUp(history: History, graph: Graph, error: StepError): Promise<ExecutionState> {
  if (history.state().status === "queued") history.record({ type: "execution_started" });
  for (const id of new Set<string>(graph.nodes.map((node) => node.id))) {
    if (isFinalStep(stepOf(history.state(), id).status)) continue;
    history.record({ type: "step_cancelled", stepKey: id as StepKey });
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
}

async function run(plan: Plan, running: Running): Promise<ExecutionState> {
  const { claimed, deps, control, history } = running;
  const inbox = newInbox<Message>();
  const wake = () => inbox.put({ type: "woken" });
  const alarm = newAlarm(deps.clock, wake);
  const frontier = newFrontier(plan, history.state);
  const attempts = new Map<string, Attempt>();
  const ports = deps.contextFor(claimed);

  function observe(body: ExecutionEventBody): void {
    history.record(body);
    frontier.observe(body);
  }
  function start(node: PlannedNode): void {
    const { attempt, inputs } = stepOf(history.state(), node.stepKey);
    const request = {
      executionId: claimed.lease.executionId,
      node,
      attempt,
      inputs: inputs ?? {},
      executionInput: history.state().input,
      steps: () => readsOf(node, plan, history.state()),
      ports,
    };
    attempts.set(
      node.stepKey,
      startAttempt(request, deps, {
        streamed: (chunk) => inbox.put({ type: "streamed", node, attempt, chunk }),
        ended: (end) => inbox.put({ type: "ended", node, attempt, end }),
      }),
    );
  }

  control.stop.addEventListener("abort", wake);
  control.cancel.addEventListener("abort", wake);
  try {
    // An execution whose first events carry epoch 1 was born under this very lease: its open attempts are ours to start.
    const started = history.state().status !== "queued";
    if (started && claimed.lease.epoch > 1) {
      observe({ type: "execution_recovered", recoveries: history.state().recoveries + 1 });
    }
    const born = plan.nodes.filter((node) => isAttemptOpen(stepOf(history.state(), node.stepKey)));
    let toStart = born;
    for (;;) {
      const cancelledBy = cancelWish(running);
      if (cancelledBy !== null) observe({ type: "cancel_requested", by: cancelledBy });
      for (const decision of frontier.decide(deps.clock.now())) {
        history.record(decision);
        const node = decision.type === "step_started" ? plan.byStepKey.get(decision.stepKey) : undefined;
        if (node !== undefined) toStart.push(node);
      }
      await history.commit();
      if (control.stop.aborted) return reduceAll(history.committed());
      for (const node of toStart) start(node);
      toStart = [];
      if (isEnded(history.state())) return history.state();
      if (frontier.isEnding()) for (const attempt of attempts.values()) attempt.abort();
      alarm.set(frontier.isEnding() ? null : earliest(deadlineOf(plan, history.state()), frontier.nextRetryAt()));
      for (const message of await inbox.take()) {
        if (control.stop.aborted) return reduceAll(history.committed());
        if (message.type === "woken") continue;
        if (message.type === "ended") attempts.delete(message.node.stepKey);
        observe(factOf(message, history.state(), deps));
      }
    }
  } finally {
    control.stop.removeEventListener("abort", wake);
    control.cancel.removeEventListener("abort", wake);
    alarm.off();
    for (const attempt of attempts.values()) attempt.abandon();
  }
}

/** Who wants a cancel that is not recorded yet. */
function cancelWish({ claimed, control, history }: Running): Principal | null {
  if (history.state().status === "cancelling") return null;
  if (control.cancel.aborted) return control.cancel.reason as Principal;
  return claimed.cancelRequestedBy;
}

/** What the steps that a node reads have put out, by key. Skipped ones are absent. */
function readsOf(node: PlannedNode, plan: Plan, state: ExecutionState): JsonObject {
  const steps: Record<string, JsonObject> = {};
  for (const index of node.reads) {
    const source = plan.nodes[index];
    const outputs = source && stepOf(state, source.stepKey).outputs;
    if (source && outputs) steps[source.key] = outputs;
  }
  return steps;
}

function factOf(
  message: Exclude<Message, { type: "woken" }>,
  state: ExecutionState,
  deps: LoopDeps,
): ExecutionEventBody {
  const { node, attempt } = message;
  const { stepKey } = node;
  if (message.type === "streamed") return { type: "step_streamed", stepKey, attempt, ...message.chunk };
  const { end } = message;
  switch (end.type) {
    case "succeeded":
      return { type: "step_succeeded", stepKey, attempt, ...end.result };
    case "cancelled":
      return { type: "step_cancelled", stepKey, ...spent(end) };
    case "failed": {
      const error = toStepError(end.error);
      const delay = retryDelay(node.retry, { error, count: stepOf(state, stepKey).failures + 1 }, deps.clock.random());
      if (delay === null) return { type: "step_failed", stepKey, attempt, error, ...spent(end) };
      const retryAt = deps.clock.now() + delay;
      return { type: "step_attempt_failed", stepKey, attempt, error, retryAt, ...spent(end) };
    }
    default:
      return assertNever(end);
  }
}

const spent = ({ usage }: { readonly usage: Usage | undefined }) => (usage === undefined ? {} : { usage });

function earliest(one: number | null, other: number | null): number | null {
  if (one === null || other === null) return one ?? other;
  return Math.min(one, other);
}
