import { assertNever } from "../errors.ts";
import type { ExecutionEventBody, StepKey, Usage } from "../schemas/executionEvent.ts";
import { toStepError } from "../schemas/stepError.ts";
import type { AttemptEnd } from "./attempt.ts";
import { failureOf } from "./containers.ts";
import type { Clock } from "./ports.ts";
import { retryDelay } from "./retry.ts";
import type { Place } from "./scope.ts";
import { type ExecutionState, stepOf } from "./state.ts";
import type { Chunk } from "./streams.ts";

interface AttemptMessage {
  readonly stepKey: StepKey;
  readonly place: Place;
  readonly attempt: number;
}

/** What the loop hears while it waits. */
export type Message =
  | ({ readonly type: "streamed"; readonly chunk: Chunk } & AttemptMessage)
  | ({ readonly type: "ended"; readonly end: AttemptEnd } & AttemptMessage)
  | { readonly type: "woken" };

interface Around {
  readonly clock: Clock;
  /** Keys of attempts that were aborted with their iteration. */
  readonly contained: ReadonlySet<string>;
}

/** What is recorded of what an attempt did. */
export function factOf(
  message: Exclude<Message, { type: "woken" }>,
  state: ExecutionState,
  { clock, contained }: Around,
): ExecutionEventBody {
  const { stepKey, attempt, place } = message;
  if (message.type === "streamed") return { type: "step_streamed", stepKey, attempt, ...message.chunk };
  const { end } = message;
  switch (end.type) {
    case "succeeded": {
      const { wait, iterate, ...result } = end.result;
      if (iterate !== undefined) return { type: "step_iterating", stepKey, attempt, iteration: iterate };
      if (wait !== undefined) return { type: "step_waiting", stepKey, attempt, interrupt: wait, ...spent(result) };
      return { type: "step_succeeded", stepKey, attempt, ...result };
    }
    case "cancelled":
      return { type: "step_cancelled", stepKey, ...spent(end), ...(contained.has(stepKey) ? { contained: true } : {}) };
    case "failed": {
      const error = toStepError(end.error);
      const failure = { error, count: stepOf(state, stepKey).failures + 1 };
      const delay = retryDelay(place.node.retry, failure, clock.random());
      if (delay === null) return { ...failureOf(place.scope, place.node, { attempt, error }), ...spent(end) };
      const retryAt = clock.now() + delay;
      return { type: "step_attempt_failed", stepKey, attempt, error, retryAt, ...spent(end) };
    }
    default:
      return assertNever(end);
  }
}

const spent = ({ usage }: { readonly usage?: Usage | undefined }) => (usage === undefined ? {} : { usage });
