import { expect, test } from "bun:test";
import { pausedSteps } from "#client/hooks/pausedSteps.ts";
import { type ExecutionState, initialState, pendingStep } from "#src/engine/state.ts";

const held = { ...pendingStep, status: "running" as const, attempt: 1, retryAt: 5 };
const waiting: ExecutionState = {
  ...initialState,
  status: "waiting",
  waiting: { since: 1, reason: "step_budget", wakeAt: null },
  steps: { a: held, each: { ...pendingStep, status: "running" } },
};

test("a step that would be tried again waits while its run is paused, and what goes through its items does not", () => {
  const { a, each } = pausedSteps(waiting).steps;
  expect(a).toEqual({ ...held, status: "waiting" });
  expect(each?.status).toBe("running");
});

test("a step that would be tried again still is, when its run waits for somebody's answer", () => {
  const asking: ExecutionState = { ...waiting, waiting: { since: 1, reason: "interrupt", wakeAt: 5 } };
  expect(pausedSteps(asking)).toBe(asking);
});

test("a run that is not paused is shown as it is", () => {
  const running: ExecutionState = { ...waiting, status: "running" };
  expect(pausedSteps(running)).toBe(running);
});
