import { assertNever } from "#src/errors.ts";
import type { JsonValue } from "#src/json.ts";
import type { ExecutionStatus } from "#src/schemas/execution.ts";
import type { ExecutionEvent, StepKey, Usage } from "#src/schemas/executionEvent.ts";
import type { Interrupt } from "#src/schemas/interrupt.ts";
import type { Trigger } from "#src/schemas/principal.ts";
import type { StepError } from "#src/schemas/stepError.ts";

/** What some events change in their execution's row; null leaves a column as it is. Times are epoch milliseconds. */
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
  /** To add to what is there. */
  inputTokens: number;
  outputTokens: number;
  /** US dollars by the models' prices. */
  dollars: number;
  /** Steps that wait when these events have happened and did not before. */
  waits: Wait[];
  /** Steps that may have waited and do not any more. */
  waited: StepKey[];
}

export interface Wait {
  readonly stepKey: StepKey;
  readonly attempt: number;
  readonly interrupt: Interrupt;
  readonly since: number;
}

/**
 * Follows `reduce` of src/engine for the columns that lists read; a test runs both over the same histories.
 * It needs no state, only the new events: the row holds the rest.
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
    dollars: 0,
    waits: [],
    waited: [],
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
    case "execution_waiting":
      projection.status = "waiting";
      return;
    case "execution_woken":
      projection.status = "running";
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
    case "step_waiting":
      projection.waits.push({ stepKey: body.stepKey, attempt: body.attempt, interrupt: body.interrupt, since: at });
      addUsage(projection, body.usage);
      return;
    case "step_resumed":
      endWait(projection, body.stepKey);
      return;
    case "step_cancelled":
      endWait(projection, body.stepKey);
      addUsage(projection, body.usage);
      return;
    case "step_succeeded":
    case "step_attempt_failed":
    case "step_failed":
      addUsage(projection, body.usage);
      return;
    case "budget_raised":
    case "step_budget_raised":
    case "step_started":
    case "step_streamed":
    case "step_iterating":
    case "step_skipped":
      return;
    default:
      assertNever(body);
  }
}

function addUsage(projection: Projection, usage: Usage | undefined): void {
  projection.inputTokens += usage?.inputTokens ?? 0;
  projection.outputTokens += usage?.outputTokens ?? 0;
  projection.dollars += usage?.dollars ?? 0;
}

/** One that began and ended in the same commit has no row. */
function endWait(projection: Projection, stepKey: StepKey): void {
  projection.waits = projection.waits.filter((wait) => wait.stepKey !== stepKey);
  projection.waited.push(stepKey);
}

function end(projection: Projection, status: ExecutionStatus, at: number): void {
  projection.status = status;
  projection.endedAt = at;
}

/** Whether they tell of a model call. */
export const hasUsed = ({ inputTokens, outputTokens, dollars }: Projection): boolean =>
  inputTokens + outputTokens + dollars > 0;

const quiet: ReadonlySet<ExecutionEvent["body"]["type"]> = new Set([
  "step_started",
  "step_streamed",
  "step_iterating",
  "step_skipped",
  "step_succeeded",
  "step_attempt_failed",
  "step_failed",
  "budget_raised",
]);

/** Whether they leave the rows of the execution and of its waits as they are, and only the log grows. */
export const isQuiet = (events: readonly ExecutionEvent[]): boolean =>
  events.every(({ body }) => quiet.has(body.type) && !("usage" in body && body.usage !== undefined));
