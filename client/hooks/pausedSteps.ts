import type { ExecutionState, StepState } from "#src/engine/state.ts";

const isHeld = ({ status, retryAt }: StepState): boolean => status === "running" && retryAt !== null;

/** While it waits for somebody's answer, a step beside that is tried again when its time comes. */
const isPaused = ({ status, waiting }: ExecutionState): boolean =>
  status === "waiting" && waiting !== null && waiting.reason !== "interrupt";

/** As a person sees it: while a budget pauses a run, a step that would be tried again is not at work. It waits, too. */
export function pausedSteps(state: ExecutionState): ExecutionState {
  if (!isPaused(state) || !Object.values(state.steps).some(isHeld)) return state;
  const steps = Object.entries(state.steps).map(([stepKey, step]): [string, StepState] => [
    stepKey,
    isHeld(step) ? { ...step, status: "waiting" } : step,
  ]);
  return { ...state, steps: Object.fromEntries(steps) };
}
