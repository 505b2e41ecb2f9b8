import type { ExecutionEvent, ExecutionEventBody } from "../schemas/executionEvent.ts";
import { type ExecutionState, stepOf } from "./state.ts";
import type { Unit } from "./units.ts";

/** A for-each that failed in some of its iterations, and can go on from the others. */
export interface Resumable {
  readonly containerId: string;
  /** Keys of steps in it whose results hold, and of those whose work is to be done again on the inputs that they had. */
  readonly settled: ReadonlySet<string>;
  readonly reopened: ReadonlySet<string>;
}

/**
 * What of an unfinished for-each a retry takes over: its items, every step in it that came to a result, and the inputs of those
 * that failed or were cut off. Null for what is no for-each, had not begun, or has containers in it. Iterations begin in order, so
 * those after a gap are left to be done anew.
 */
export function resumable(unit: Unit, state: ExecutionState): Resumable | null {
  const container = stepOf(state, unit.id);
  const { iteration } = container;
  const children = unit.nodes.filter(({ id }) => id !== unit.id);
  if (iteration?.mode !== "each" || children.some(({ parent }) => parent !== unit.id)) return null;
  const settled = new Set<string>();
  const reopened = new Set<string>();
  for (let index = 0; index < iteration.limit; index += 1) {
    let hasBegun = false;
    for (const { id } of children) {
      const stepKey = `${id}/${index}`;
      const step = stepOf(state, stepKey);
      const holds = step.status === "succeeded" || step.status === "skipped" || step.outputs !== null;
      if (holds) settled.add(stepKey);
      else if (step.inputs !== null) reopened.add(stepKey);
      hasBegun ||= holds || step.inputs !== null;
    }
    if (!hasBegun) break;
  }
  return { containerId: unit.id, settled, reopened };
}

/** Of the container, how it began; of a step that is to be done again, the start with its inputs: an open attempt. */
export function reopenedBody(
  body: ExecutionEvent["body"],
  { containerId, reopened }: Resumable,
): ExecutionEventBody | null {
  if (body.type === "step_iterating" && body.stepKey === containerId) return { ...body, attempt: 1 };
  if (body.type !== "step_started") return null;
  return body.stepKey === containerId || reopened.has(body.stepKey) ? { ...body, attempt: 1 } : null;
}
