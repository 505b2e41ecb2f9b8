import type { Plan } from "../graph/plan.ts";
import type { JsonValue } from "../json.ts";
import type { ExecutionEvent } from "../schemas/executionEvent.ts";
import type { Trigger } from "../schemas/principal.ts";
import { decide } from "./plan.ts";
import { reduceAll } from "./reduce.ts";

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
 * The first events of an execution that starts at once, up to the start of its first steps: one commit, for
 * `ExecutionStore.create` with the worker that goes on with `runExecution` under the lease it got.
 */
export function startedEvents(plan: Plan, start: Start): ExecutionEvent[] {
  const created = queuedEvents(start);
  const decisions = decide(plan, reduceAll(created), start.at);
  return [...created, ...decisions.map((body, index) => ({ seq: index + 2, at: start.at, body }))];
}
