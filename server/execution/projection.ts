import { assertNever } from "#src/errors.ts";
import type { JsonValue } from "#src/json.ts";
import type { ExecutionStatus, StepStatus } from "#src/schemas/execution.ts";
import type { ExecutionEvent, StepOutputs, Usage } from "#src/schemas/executionEvent.ts";
import type { Trigger } from "#src/schemas/principal.ts";
import type { StepError } from "#src/schemas/stepError.ts";

/** What some events of a step change in its row; null leaves a column as it is (see `mergeStep` in db/statements). */
export interface StepChange {
  readonly stepKey: string;
  status: StepStatus;
  attempt: number;
  inputs: StepOutputs | null;
  outputs: StepOutputs | null;
  error: StepError | null;
  /** To add to what is there. */
  usage: Usage | null;
  /** Epoch milliseconds, like every time here. */
  startedAt: number | null;
  endedAt: number | null;
}

/** What some events change in their execution's row and in its steps' rows; null leaves a column as it is. */
export interface Projection {
  status: ExecutionStatus | null;
  /** Of `execution_created` only. */
  created: { readonly input: JsonValue; readonly trigger: Trigger; readonly at: number } | null;
  startedAt: number | null;
  endedAt: number | null;
  /** Wrapped, because null is an output too. */
  output: { readonly value: JsonValue } | null;
  error: StepError | null;
  recoveries: number;
  inputTokens: number;
  outputTokens: number;
  readonly steps: Map<string, StepChange>;
}

/**
 * Follows `reduce` of src/engine for the columns that lists and detail pages read; a test runs both over the same histories.
 * It needs no state, only the new events: the rows hold the rest.
 */
export function project(events: readonly ExecutionEvent[]): Projection {
  const projection: Projection = {
    status: null,
    created: null,
    startedAt: null,
    endedAt: null,
    output: null,
    error: null,
    recoveries: 0,
    inputTokens: 0,
    outputTokens: 0,
    steps: new Map(),
  };
  for (const event of events) apply(projection, event);
  return projection;
}

function apply(projection: Projection, { body, at }: ExecutionEvent): void {
  switch (body.type) {
    case "execution_created":
      projection.status = "queued";
      projection.created = { input: body.input, trigger: body.trigger, at };
      return;
    case "execution_started":
      projection.status = "running";
      projection.startedAt = at;
      return;
    case "execution_recovered":
      projection.recoveries = body.recoveries;
      return;
    case "cancel_requested":
      projection.status = "cancelling";
      return;
    case "execution_succeeded":
      projection.output = { value: body.output };
      end(projection, "succeeded", at);
      return;
    case "execution_failed":
      projection.error = body.error;
      end(projection, "failed", at);
      return;
    case "execution_cancelled":
      end(projection, "cancelled", at);
      return;
    case "step_started":
    case "step_streamed":
    case "step_succeeded":
    case "step_attempt_failed":
    case "step_failed":
    case "step_skipped":
    case "step_cancelled":
      applyToStep(projection, body, at);
      return;
    default:
      assertNever(body);
  }
}

function end(projection: Projection, status: ExecutionStatus, at: number): void {
  projection.status = status;
  projection.endedAt = at;
}

type StepBody = Extract<ExecutionEvent["body"], { stepKey: unknown }>;

function applyToStep(projection: Projection, body: StepBody, at: number): void {
  // Streamed text is in the log only: a row rewritten for each piece would cost more than the piece.
  if (body.type === "step_streamed") return;
  const step = projection.steps.get(body.stepKey) ?? untouched(body.stepKey);
  projection.steps.set(body.stepKey, step);
  if ("usage" in body && body.usage) addUsage(projection, step, body.usage);
  switch (body.type) {
    case "step_started":
      step.status = "running";
      step.attempt = body.attempt;
      step.inputs = body.inputs;
      step.startedAt ??= at;
      return;
    case "step_attempt_failed":
      step.status = "running";
      step.attempt = body.attempt;
      step.error = body.error;
      return;
    case "step_succeeded":
      step.attempt = body.attempt;
      step.outputs = body.outputs;
      step.error = null;
      endStep(step, "succeeded", at);
      return;
    case "step_failed":
      step.attempt = body.attempt;
      step.error = body.error;
      endStep(step, "failed", at);
      return;
    case "step_skipped":
      endStep(step, "skipped", at);
      return;
    case "step_cancelled":
      endStep(step, "cancelled", at);
      return;
    default:
      assertNever(body);
  }
}

function endStep(step: StepChange, status: StepStatus, at: number): void {
  step.status = status;
  step.endedAt = at;
}

const untouched = (stepKey: string): StepChange => ({
  stepKey,
  status: "pending",
  attempt: 0,
  inputs: null,
  outputs: null,
  error: null,
  usage: null,
  startedAt: null,
  endedAt: null,
});

function addUsage(projection: Projection, step: StepChange, usage: Usage): void {
  projection.inputTokens += usage.inputTokens;
  projection.outputTokens += usage.outputTokens;
  step.usage = {
    model: usage.model,
    inputTokens: usage.inputTokens + (step.usage?.inputTokens ?? 0),
    outputTokens: usage.outputTokens + (step.usage?.outputTokens ?? 0),
  };
}
