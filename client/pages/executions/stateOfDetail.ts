import { type ExecutionState, initialState, pendingStep, type StepState } from "#src/engine/state.ts";
import type { ExecutionDetail, ExecutionStep } from "#src/schemas/execution.ts";

const moment = (iso: string | null): number | null => (iso === null ? null : Date.parse(iso));

const stepState = (step: ExecutionStep): StepState => ({
  ...pendingStep,
  status: step.status,
  attempt: step.attempt,
  inputs: step.inputs,
  outputs: step.outputs,
  error: step.error,
  usage: step.usage,
  startedAt: moment(step.startedAt),
  endedAt: moment(step.endedAt),
});

/** What the rows of an execution tell: shown until its events have arrived. */
export function stateOfDetail(detail: ExecutionDetail): ExecutionState {
  return {
    ...initialState,
    status: detail.status,
    lastSeq: detail.lastSeq,
    input: detail.input,
    output: detail.output,
    error: detail.error,
    trigger: detail.trigger,
    createdAt: moment(detail.createdAt),
    startedAt: moment(detail.startedAt),
    endedAt: moment(detail.endedAt),
    failedStep: detail.error?.stepKey ?? null,
    steps: Object.fromEntries(detail.steps.map((step) => [step.stepKey, stepState(step)])),
  };
}
