import { assertNever } from "#src/errors.ts";
import type { JsonValue } from "#src/json.ts";
import type { ExecutionStatus } from "#src/schemas/execution.ts";
import type { ExecutionEvent } from "#src/schemas/executionEvent.ts";
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
    case "step_succeeded":
    case "step_attempt_failed":
    case "step_waiting":
    case "step_failed":
    case "step_cancelled":
      projection.inputTokens += body.usage?.inputTokens ?? 0;
      projection.outputTokens += body.usage?.outputTokens ?? 0;
      return;
    case "budget_raised":
    case "step_started":
    case "step_streamed":
    case "step_resumed":
    case "step_iterating":
    case "step_skipped":
      return;
    default:
      assertNever(body);
  }
}

function end(projection: Projection, status: ExecutionStatus, at: number): void {
  projection.status = status;
  projection.endedAt = at;
}

/** Whether they leave the execution's row as it is but for its tokens and its last sequence number. */
export const isQuiet = ({ status, recoveries }: Projection): boolean => status === null && recoveries === 0;
