import type { ExecutionStep } from "../schemas/execution.ts";
import type { ExecutionState } from "./state.ts";
import { nodeIdOf } from "./stepKey.ts";

const iso = (at: number | null): string | null => (at === null ? null : new Date(at).toISOString());

/** The steps of a state as the API has them, in the order they began; those that never did come last. */
export function stepList(state: ExecutionState): ExecutionStep[] {
  return Object.entries(state.steps)
    .map(([stepKey, { status, attempt, inputs, outputs, error, usage, startedAt, endedAt }]) => ({
      stepKey: stepKey as ExecutionStep["stepKey"],
      nodeId: nodeIdOf(stepKey),
      status,
      attempt,
      inputs,
      outputs,
      error,
      usage,
      startedAt: iso(startedAt),
      endedAt: iso(endedAt),
    }))
    .sort((one, other) => {
      const [a, b] = [one.startedAt ?? "~", other.startedAt ?? "~"];
      return a === b ? compare(one.stepKey, other.stepKey) : compare(a, b);
    });
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
