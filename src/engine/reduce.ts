import { AppError, assertNever } from "../errors.ts";
import { isFinalStep } from "../schemas/execution.ts";
import type { ExecutionEvent, ExecutionEventBody, Usage } from "../schemas/executionEvent.ts";
import { type ExecutionState, initialState, isAttemptOpen, isEnded, type StepState, stepOf } from "./state.ts";

type StepBody = Extract<ExecutionEventBody, { stepKey: unknown }>;
type Writable<Value> = { -readonly [Key in keyof Value]: Value[Key] };
type ExecutionBody = Exclude<ExecutionEventBody, StepBody>;

/**
 * The state after one more event. Pure. Throws AppError `internal` for an event that does not follow: a gap or a repeat in
 * `seq`, a transition that the engine's README does not have, anything after a final status.
 */
export function reduce(state: ExecutionState, event: ExecutionEvent): ExecutionState {
  const { body } = event;
  if ("stepKey" in body) {
    const step = followed(state, body, event);
    return {
      ...state,
      lastSeq: event.seq,
      ...progressOf(state, body, step),
      steps: { ...state.steps, [body.stepKey]: step },
    };
  }
  expect(event.seq === state.lastSeq + 1 && !isEnded(state), state, event);
  return { ...reduceExecution(state, body, event), lastSeq: event.seq };
}

/** The step after its event. */
function followed(state: ExecutionState, body: StepBody, event: ExecutionEvent): StepState {
  expect(event.seq === state.lastSeq + 1 && !isEnded(state), state, event);
  expect(state.status === "running" || state.status === "cancelling", state, event);
  return reduceStep(stepOf(state, body.stepKey), body, { state, event });
}

/** The state of a whole history. */
export function reduceAll(events: Iterable<ExecutionEvent>): ExecutionState {
  const draft = draftOf(initialState);
  for (const event of events) draft.apply(event);
  return draft.state();
}

/**
 * `reduce` for the loop, which sees thousands of events of one execution: the record of steps is its own and changes in
 * place, and so do the state's own fields, so an event costs the same however many steps there are. What `state()` gave before is not to be kept.
 */
export interface Draft {
  readonly state: () => ExecutionState;
  readonly apply: (event: ExecutionEvent) => void;
}

export function draftOf(from: ExecutionState): Draft {
  // Without a prototype: a node may be called `__proto__`.
  const steps: Record<string, StepState> = Object.assign(Object.create(null), from.steps);
  let state: Writable<ExecutionState> = { ...from, steps };
  return {
    state: () => state,
    apply(event) {
      const { body } = event;
      if (!("stepKey" in body)) {
        const next = reduce(state, event);
        if (next.steps !== state.steps) Object.assign(steps, next.steps);
        state = { ...next, steps };
        return;
      }
      const step = followed(state, body, event);
      const progress = progressOf(state, body, step);
      state.lastSeq = event.seq;
      state.failedStep = progress.failedStep;
      state.spent = progress.spent;
      state.fruitlessRecoveries = progress.fruitlessRecoveries;
      steps[body.stepKey] = step;
    },
  };
}

type Progress = Pick<ExecutionState, "failedStep" | "spent" | "fruitlessRecoveries">;

/** What a step's event changes in the execution. */
function progressOf(state: ExecutionState, body: StepBody, step: StepState): Progress {
  return {
    failedStep: state.failedStep ?? (body.type === "step_failed" && isFatal(body) ? body.stepKey : null),
    spent: spentWith(state.spent, body),
    fruitlessRecoveries: isFinalStep(step.status) ? 0 : state.fruitlessRecoveries,
  };
}

function spentWith(spent: ExecutionState["spent"], body: StepBody): ExecutionState["spent"] {
  if (body.type === "step_started") return { ...spent, steps: spent.steps + 1 };
  if (!("usage" in body) || body.usage === undefined) return spent;
  const { inputTokens, outputTokens, dollars = 0 } = body.usage;
  return { ...spent, tokens: spent.tokens + inputTokens + outputTokens, dollars: spent.dollars + dollars };
}

/** Nothing goes on in its place, and nobody around it takes it. */
const isFatal = ({ outputs, contained }: Extract<StepBody, { type: "step_failed" }>): boolean =>
  outputs === undefined && contained !== true;

function reduceExecution(state: ExecutionState, body: ExecutionBody, event: ExecutionEvent): ExecutionState {
  const { at } = event;
  switch (body.type) {
    case "execution_created":
      expect(state.lastSeq === 0, state, event);
      return { ...state, input: body.input, trigger: body.trigger, createdAt: at };
    case "execution_started":
      expect(state.status === "queued" && state.lastSeq > 0, state, event);
      return { ...state, status: "running", startedAt: at };
    case "execution_recovered":
      expect(state.status === "running" || state.status === "cancelling", state, event);
      return {
        ...state,
        recoveries: body.recoveries,
        fruitlessRecoveries: state.fruitlessRecoveries + 1,
        steps: voidAttempts(state, at),
      };
    case "execution_waiting":
      expect(state.status === "running", state, event);
      expectNoneOpen(state, event);
      return { ...state, status: "waiting", waiting: { since: at, reason: body.reason, wakeAt: body.wakeAt } };
    case "execution_woken":
      expect(state.status === "waiting", state, event);
      return { ...woken(state, at), status: "running" };
    case "budget_raised":
      expect(state.lastSeq > 0, state, event);
      return { ...state, budget: body.budget };
    case "cancel_requested":
      expect(state.lastSeq > 0 && state.status !== "cancelling", state, event);
      return { ...woken(state, at), status: "cancelling", cancelRequestedBy: body.by };
    case "execution_succeeded":
      expect(state.status === "running", state, event);
      expectSettled(state, event);
      return { ...state, status: "succeeded", output: body.output, endedAt: at };
    case "execution_failed":
      expect(state.lastSeq > 0, state, event);
      expectSettled(state, event);
      return { ...state, status: "failed", error: body.error, endedAt: at };
    case "execution_cancelled":
      expect(state.status === "cancelling", state, event);
      expectSettled(state, event);
      return { ...state, status: "cancelled", endedAt: at };
    default:
      return assertNever(body);
  }
}

const woken = (state: ExecutionState, at: number): ExecutionState =>
  state.waiting === null
    ? state
    : { ...state, waiting: null, waitedMs: state.waitedMs + Math.max(0, at - state.waiting.since) };

/** Attempts whose worker is gone will be made again at once. */
function voidAttempts(state: ExecutionState, at: number): ExecutionState["steps"] {
  const steps: Record<string, StepState> = { ...state.steps };
  for (const [key, step] of Object.entries(steps)) if (isAttemptOpen(step)) steps[key] = { ...step, retryAt: at };
  return steps;
}

interface Context {
  readonly state: ExecutionState;
  readonly event: ExecutionEvent;
}

function reduceStep(step: StepState, body: StepBody, { state, event }: Context): StepState {
  const { at } = event;
  expect(!isFinalStep(step.status), state, event);
  switch (body.type) {
    case "step_started":
      expect(step.status === "pending" || step.retryAt !== null, state, event);
      expect(body.attempt === step.attempt + 1 && state.status === "running", state, event);
      return {
        ...step,
        status: "running",
        attempt: body.attempt,
        inputs: body.inputs,
        startedAt: step.startedAt ?? at,
        attemptAt: at,
        retryAt: null,
        text: "",
        log: "",
      };
    case "step_waiting":
      expectAttempt(step, body.attempt, { state, event });
      return { ...step, status: "waiting", interrupt: body.interrupt, usage: addUsage(step.usage, body.usage) };
    case "step_resumed":
      expect(step.status === "waiting" && step.attempt === body.attempt, state, event);
      return { ...step, status: "running", interrupt: null };
    case "step_iterating":
      expectAttempt(step, body.attempt, { state, event });
      return { ...step, iteration: body.iteration };
    case "step_streamed":
      expectAttempt(step, body.attempt, { state, event });
      expect(body.offset === step[body.channel].length, state, event);
      return { ...step, [body.channel]: step[body.channel] + body.text };
    case "step_succeeded":
      expectCurrent(step, body.attempt, { state, event });
      return {
        ...step,
        status: "succeeded",
        outputs: body.outputs,
        error: null,
        usage: addUsage(step.usage, body.usage),
        metadata: body.metadata ?? null,
        endedAt: at,
      };
    case "step_attempt_failed": {
      expectAttempt(step, body.attempt, { state, event });
      const { error, retryAt } = body;
      const spentMs = step.spentMs + Math.max(0, at - (step.attemptAt ?? at));
      return { ...step, failures: step.failures + 1, error, retryAt, spentMs, usage: addUsage(step.usage, body.usage) };
    }
    case "step_budget_raised":
      return { ...step, budget: body.budget };
    case "step_failed":
      expectCurrent(step, body.attempt, { state, event });
      return {
        ...step,
        status: "failed",
        failures: step.failures + 1,
        error: body.error,
        outputs: body.outputs ?? null,
        contained: body.contained === true,
        usage: addUsage(step.usage, body.usage),
        endedAt: at,
      };
    case "step_skipped":
      expect(step.status === "pending", state, event);
      return { ...step, status: "skipped", skipReason: body.reason, endedAt: at };
    case "step_cancelled":
      return {
        ...step,
        status: "cancelled",
        retryAt: null,
        interrupt: null,
        contained: body.contained === true,
        usage: addUsage(step.usage, body.usage),
        endedAt: at,
      };
    default:
      return assertNever(body);
  }
}

function addUsage(sum: Usage | null, more: Usage | undefined): Usage | null {
  if (sum === null || more === undefined) return more ?? sum;
  return {
    model: more.model,
    inputTokens: sum.inputTokens + more.inputTokens,
    outputTokens: sum.outputTokens + more.outputTokens,
    ...(sum.dollars === undefined && more.dollars === undefined
      ? {}
      : { dollars: (sum.dollars ?? 0) + (more.dollars ?? 0) }),
  };
}

function expectAttempt(step: StepState, attempt: number, { state, event }: Context): void {
  expect(isAttemptOpen(step) && step.attempt === attempt, state, event);
}

/** Also a container's, which ends after its iterations. */
function expectCurrent(step: StepState, attempt: number, { state, event }: Context): void {
  expect(step.status === "running" && step.retryAt === null && step.attempt === attempt, state, event);
}

function expectNoneOpen(state: ExecutionState, event: ExecutionEvent): void {
  for (const step of Object.values(state.steps)) expect(!isAttemptOpen(step), state, event);
}

/** An execution ends after its steps. */
function expectSettled(state: ExecutionState, event: ExecutionEvent): void {
  for (const step of Object.values(state.steps)) expect(isFinalStep(step.status), state, event);
}

function expect(legal: boolean, state: ExecutionState, event: ExecutionEvent): void {
  if (legal) return;
  const stepKey = "stepKey" in event.body ? event.body.stepKey : null;
  const of = stepKey === null ? state.status : `${stepKey} (${stepOf(state, stepKey).status}) of ${state.status}`;
  throw new AppError(
    "internal",
    `Event ${event.seq} “${event.body.type}” does not follow: ${of}, at ${state.lastSeq}.`,
  );
}
