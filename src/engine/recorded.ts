import type { Execute } from "../agents/agent.ts";
import { AppError } from "../errors.ts";
import type { ExecutionEvent, ExecutionEventBody } from "../schemas/executionEvent.ts";
import type { StepError } from "../schemas/stepError.ts";

/**
 * What an attempt that was recorded came to, and when: milliseconds after the execution was made. What one turn of the loop took in
 * together is `sameTurn` apart at most; what it took in later in the same millisecond, more.
 */
export type RecordedAttempt = { readonly after: number } & (
  | { readonly kind: "outcome"; readonly outcome: Awaited<ReturnType<Execute>> }
  | { readonly kind: "error"; readonly error: StepError }
  /** It was cut off: what it would have come to is not known. */
  | { readonly kind: "cut" }
);

export const sameTurn = 5e-6;
const nextTurn = 1e-5;
const nextInTurn = 1e-9;

/**
 * The attempts of each step, in order, as a history has them. One that died with its worker is left out: it was made again. A wait
 * counts with what the step came to after it.
 */
export function recordedAttempts(events: readonly ExecutionEvent[]): ReadonlyMap<string, readonly RecordedAttempt[]> {
  const attempts = new Map<string, RecordedAttempt[]>();
  const iterating = new Set<string>();
  const timeOf = turns(events[0]?.at ?? 0);
  for (const event of events) {
    const { body } = event;
    // Of a container, how it began is what its agent said; its end is the engine's.
    const isDecided = "stepKey" in body && iterating.has(body.stepKey);
    const attempt = "stepKey" in body && !isDecided ? attemptOf(body) : null;
    const after = timeOf(event, attempt !== null);
    if (body.type === "step_started") iterating.delete(body.stepKey);
    if (attempt === null || !("stepKey" in body)) continue;
    const { stepKey } = body;
    if (body.type === "step_iterating") iterating.add(stepKey);
    attempts.set(stepKey, [...(attempts.get(stepKey) ?? []), { ...attempt, after }]);
  }
  return attempts;
}

/** When an event happened. A decision between two outcomes says that the loop had turned in between. */
function turns(from: number): (event: ExecutionEvent, isOutcome: boolean) => number {
  let millisecond = Number.NaN;
  let turn = 0;
  let place = 0;
  let fatal = Number.POSITIVE_INFINITY;
  return ({ at, body }, isOutcome) => {
    if (at !== millisecond) [millisecond, turn, place] = [at, 0, 0];
    if (body.type === "cancel_requested") fatal = Math.min(fatal, at - from);
    if (!isOutcome) {
      if (place > 0) [turn, place] = [turn + 1, 0];
      return at - from;
    }
    place += 1;
    const after = at - from + Math.min(0.9, turn * nextTurn) + place * nextInTurn;
    if (body.type !== "step_failed" && body.type !== "step_attempt_failed") return after;
    // What failed after the end had begun had been told to stop before: replayed later, it would be cut off.
    const known = Math.min(after, fatal + place * nextInTurn);
    if (body.type === "step_attempt_failed") return known;
    if (body.outputs === undefined && body.contained !== true) fatal = Math.min(fatal, known);
    return known;
  };
}

type StepBody = Extract<ExecutionEventBody, { stepKey: unknown }>;
type Came<Attempt = RecordedAttempt> = Attempt extends unknown ? Omit<Attempt, "after"> : never;

function attemptOf(body: StepBody): Came | null {
  switch (body.type) {
    case "step_succeeded": {
      const { outputs, metadata } = body;
      return { kind: "outcome", outcome: { outputs, ...(metadata === undefined ? {} : { metadata }) } };
    }
    case "step_iterating":
      return { kind: "outcome", outcome: { outputs: {}, iterate: body.iteration } };
    case "step_attempt_failed":
    case "step_failed":
      return { kind: "error", error: body.error };
    case "step_cancelled":
      return { kind: "cut" };
    default:
      return null;
  }
}

/** The error that a step failed with, to be thrown again. */
export function thrownAgain({ code, message, retryAfterMs, detail }: StepError): AppError {
  return new AppError(code, message, {
    ...(detail === undefined ? {} : { detail }),
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  });
}
