import type { JsonValue } from "../json.ts";
import type { ExecutionEvent } from "../schemas/executionEvent.ts";
import type { Trigger } from "../schemas/principal.ts";

export interface Start {
  readonly input: JsonValue;
  readonly trigger: Trigger;
  /** Epoch milliseconds. */
  readonly at: number;
}

/** The first event of an execution that waits for a worker. For `ExecutionStore.create` with `worker` null. */
export function queuedEvents({ input, trigger, at }: Start): ExecutionEvent[] {
  return [{ seq: 1, at, body: { type: "execution_created", input, trigger } }];
}

/**
 * The first events of an execution that starts at once. For `runExecution`, which stores them with its first commit
 * (`ClaimedExecution.create`): creation, start, first steps, and what could be done of them by then.
 */
export function startedEvents(start: Start): ExecutionEvent[] {
  return [...queuedEvents(start), { seq: 2, at: start.at, body: { type: "execution_started" } }];
}
