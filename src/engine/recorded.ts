import type { Execute } from "../agents/agent.ts";
import { AppError } from "../errors.ts";
import type { ExecutionEvent, ExecutionEventBody } from "../schemas/executionEvent.ts";
import type { Graph } from "../schemas/graph.ts";
import type { StepError } from "../schemas/stepError.ts";
import { newOverIterations } from "./overIterations.ts";

/**
 * What an attempt that was recorded came to, and when: milliseconds after the execution was made. What one turn of the loop took in
 * together is `sameTurn` apart at most; what it took in later in the same millisecond, more. `within`: it came while this step's
 * failure, or that somebody wants a cancel, was being stored: told to stop, it would have come to something else.
 */
export type RecordedAttempt = Moment &
  (
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
export function recordedAttempts(
  graph: Graph,
  events: readonly ExecutionEvent[],
): ReadonlyMap<string, readonly RecordedAttempt[]> {
  const attempts = new Map<string, RecordedAttempt[]>();
  const iterating = new Set<string>();
  const momentOf = turns(graph, events[0]?.at ?? 0);
  for (const event of events) {
    const { body } = event;
    // Of a container, how it began is what its agent said; its end is the engine's.
    const isDecided = "stepKey" in body && iterating.has(body.stepKey);
    const attempt = "stepKey" in body && !isDecided ? attemptOf(body) : null;
    const moment = momentOf(event, attempt !== null);
    if (body.type === "step_started") iterating.delete(body.stepKey);
    if (attempt === null || !("stepKey" in body)) continue;
    const { stepKey } = body;
    if (body.type === "step_iterating") iterating.add(stepKey);
    attempts.set(stepKey, [...(attempts.get(stepKey) ?? []), { ...attempt, ...moment }]);
  }
  return attempts;
}

interface Moment {
  readonly after: number;
  readonly within: string | null;
}

/** When an event happened. A decision between two outcomes says that the loop had turned in between. */
function turns(graph: Graph, from: number): (event: ExecutionEvent, isOutcome: boolean) => Moment {
  const over = newOverIterations(graph);
  /** Of outcomes that began an end: when, and in which turn, the loop took them in. */
  const takenIn = new Map<string, string>();
  let ending: string | undefined;
  let millisecond = Number.NaN;
  let [turn, place, allTurns] = [0, 0, 0];

  function seeEnd(event: ExecutionEvent): void {
    const { body } = event;
    const isFatal = body.type === "step_failed" && body.outputs === undefined && body.contained !== true;
    if (body.type === "cancel_requested" || isFatal) ending ??= "stepKey" in body ? body.stepKey : body.type;
    over.see(event);
  }
  return (event, isOutcome) => {
    const { at, body } = event;
    if (at !== millisecond) [millisecond, turn, place] = [at, 0, 0];
    // Heard, not decided: it may have come together with what stands around it.
    if (body.type === "step_streamed" || body.type === "step_waiting") return { after: at - from, within: null };
    if (!isOutcome) {
      if (place > 0) [turn, place] = [turn + 1, 0];
      allTurns += 1;
      seeEnd(event);
      return { after: at - from, within: null };
    }
    place += 1;
    const after = at - from + Math.min(0.9, turn * nextTurn) + place * nextInTurn;
    const isFailure = body.type === "step_failed" || body.type === "step_attempt_failed";
    // Who fails after an end had begun had not been told to stop yet: the end was being stored.
    const cause = isFailure ? (ending ?? over.causeOf(body.stepKey)) : undefined;
    seeEnd(event);
    const together = `${at} ${allTurns}`;
    if (body.type === "step_failed") takenIn.set(body.stepKey, together);
    return { after, within: cause === undefined || takenIn.get(cause) === together ? null : cause };
  };
}

type StepBody = Extract<ExecutionEventBody, { stepKey: unknown }>;
type Came<Attempt = RecordedAttempt> = Attempt extends unknown ? Omit<Attempt, keyof Moment> : never;

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
