import type { ExecutionState, StepState } from "#src/engine/state.ts";

const isHeld = ({ status, retryAt }: StepState): boolean => status === "running" && retryAt !== null;

/** As a person sees it: while a run is paused, a step that would be tried again is not at work. It waits, too. */
export function pausedSteps(state: ExecutionState): ExecutionState {
  if (state.status !== "waiting" || !Object.values(state.steps).some(isHeld)) return state;
  const steps = Object.entries(state.steps).map(([stepKey, step]): [string, StepState] => [
    stepKey,
    isHeld(step) ? { ...step, status: "waiting" } : step,
  ]);
  return { ...state, steps: Object.fromEntries(steps) };
}
