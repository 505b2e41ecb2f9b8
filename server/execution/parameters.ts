import type { Parameter } from "#db/engine.ts";
import type { ExecutionEvent } from "#src/schemas/executionEvent.ts";
import type { Projection, StepChange } from "./projection.ts";

/** As text for a json column, which keeps everything. */
export const toJson = (value: unknown): string => JSON.stringify(value);

/**
 * As text for a jsonb column. jsonb cannot hold U+0000 nor half of a surrogate pair; in a projection each becomes U+FFFD, the
 * event keeps what was said. The pattern eats escaped characters in pairs, so an escaped backslash before `u0000` stays text.
 */
export function toJsonb(value: unknown): string | null {
  if (value === null || value === undefined) return null;
  return toJsonbValue(value);
}

/** As `toJsonb`, where null is a value and not an absence. */
export function toJsonbValue(value: unknown): string {
  return JSON.stringify(value).replace(/\\(?:u0000|ud[89a-f][0-9a-f]{2}|.)/g, (escaped) =>
    escaped.length === 6 ? "\\ufffd" : escaped,
  );
}

/** Columns of the statements in db/statements, in their order. One list item per event. */
export function eventLists(events: readonly ExecutionEvent[]): [Parameter, Parameter, Parameter] {
  return [
    events.map((event) => event.body.type),
    events.map((event) => toJson(event.body)),
    events.map((event) => event.at),
  ];
}

/** One list item per step. */
export function stepLists(steps: readonly StepChange[]): Parameter[] {
  return [
    steps.map((step) => step.stepKey),
    steps.map((step) => step.status),
    steps.map((step) => step.attempt),
    steps.map((step) => toJsonb(step.inputs)),
    steps.map((step) => toJsonb(step.outputs)),
    steps.map((step) => toJsonb(step.error)),
    steps.map((step) => toJsonb(step.usage)),
    steps.map((step) => step.startedAt),
    steps.map((step) => step.endedAt),
  ];
}

/** status, started_at, ended_at, output, error, recoveries, input_tokens, output_tokens. */
export function executionColumns(projection: Projection) {
  return [
    projection.status,
    projection.startedAt,
    projection.endedAt,
    projection.output === null ? null : toJsonbValue(projection.output.value),
    toJsonb(projection.error),
    projection.recoveries,
    projection.inputTokens,
    projection.outputTokens,
  ] as const;
}

/**
 * Of a step that succeeded without usage and a step that begins its first attempt: body and time of each event, then the steps'
 * columns, for `appendHop`. Null for any other events.
 */
export function hopColumns(events: readonly ExecutionEvent[]): Parameter[] | null {
  const [end, begin] = events;
  if (events.length !== 2 || end?.body.type !== "step_succeeded" || begin?.body.type !== "step_started") return null;
  if (end.body.usage !== undefined || begin.body.attempt !== 1) return null;
  return [
    toJson(end.body),
    end.at,
    toJson(begin.body),
    begin.at,
    end.body.stepKey,
    toJsonb(end.body.outputs),
    begin.body.stepKey,
    toJsonb(begin.body.inputs),
  ];
}
