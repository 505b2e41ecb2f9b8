import { describe, expect, test } from "bun:test";
import { draftOf, reduce, reduceAll } from "#src/engine/reduce.ts";
import { initialState, pendingStep, stepOf } from "#src/engine/state.ts";
import { AppError } from "#src/errors.ts";
import type { ExecutionEvent, ExecutionEventBody, StepKey } from "#src/schemas/executionEvent.ts";
import type { StepError } from "#src/schemas/stepError.ts";
import { someone, trigger } from "#tests/support/engine/rig.ts";

const a = "a" as StepKey;
const error: StepError = { code: "model_unavailable", message: "Away", retryable: true };
const created: ExecutionEventBody = { type: "execution_created", input: { n: 1 }, trigger };
const started: ExecutionEventBody = { type: "execution_started" };
const stepStarted = (attempt = 1): ExecutionEventBody => ({
  type: "step_started",
  stepKey: a,
  attempt,
  inputs: { in: 1 },
});
const usage = { model: "m", inputTokens: 2, outputTokens: 3 };
const stepSucceeded = (attempt = 1): ExecutionEventBody => ({
  type: "step_succeeded",
  stepKey: a,
  attempt,
  outputs: { out: 2 },
  usage,
});
const stepAttemptFailed: ExecutionEventBody = {
  type: "step_attempt_failed",
  stepKey: a,
  attempt: 1,
  error,
  retryAt: 500,
  usage,
};

const numbered = (bodies: readonly ExecutionEventBody[]): ExecutionEvent[] =>
  bodies.map((body, index) => ({ seq: index + 1, at: 100 + index, body }));
const stateAfter = (...bodies: ExecutionEventBody[]) => reduceAll(numbered(bodies));
function expectIllegal(...bodies: ExecutionEventBody[]) {
  const before = stateAfter(...bodies.slice(0, -1));
  const last = numbered(bodies).at(-1);
  if (last === undefined) throw new Error("no event");
  const thrown = (() => {
    try {
      reduce(before, last);
    } catch (error) {
      return error;
    }
    return null;
  })();
  expect(thrown).toBeInstanceOf(AppError);
  expect((thrown as AppError).code).toBe("internal");
}

describe("reduce", () => {
  test("follows an execution from its creation to its success", () => {
    const state = stateAfter(created, started, stepStarted(), stepSucceeded(), {
      type: "execution_succeeded",
      output: 2,
    });
    expect(state).toMatchObject({ status: "succeeded", input: { n: 1 }, output: 2, lastSeq: 5 });
    expect(state).toMatchObject({ createdAt: 100, startedAt: 101, endedAt: 104 });
    expect(stepOf(state, "a")).toEqual({
      ...pendingStep,
      status: "succeeded",
      attempt: 1,
      attemptAt: 102,
      inputs: { in: 1 },
      outputs: { out: 2 },
      usage,
      startedAt: 102,
      endedAt: 103,
    });
  });

  test("gives a step without events as pending", () => {
    expect(stepOf(initialState, "toString")).toBe(pendingStep);
  });

  test("adds up the usage of all attempts and keeps the first start", () => {
    const step = stepOf(
      stateAfter(created, started, stepStarted(), stepAttemptFailed, stepStarted(2), stepSucceeded(2)),
      "a",
    );
    expect(step).toMatchObject({ attempt: 2, failures: 1, error: null, startedAt: 102 });
    expect(step.usage).toEqual({ model: "m", inputTokens: 4, outputTokens: 6 });
  });

  test("puts streamed text together and begins anew with each attempt", () => {
    const text = (offset: number, part: string, attempt = 1): ExecutionEventBody => ({
      type: "step_streamed",
      stepKey: a,
      attempt,
      channel: "text",
      offset,
      text: part,
    });
    const first = [created, started, stepStarted(), text(0, "Hel"), text(3, "lo")];
    expect(stepOf(stateAfter(...first), "a").text).toBe("Hello");
    expect(stepOf(stateAfter(...first, stepAttemptFailed, stepStarted(2), text(0, "Hi", 2)), "a").text).toBe("Hi");
    expectIllegal(...first, text(4, "!"));
  });

  test("a recovery voids open attempts without counting them as failures", () => {
    const state = stateAfter(created, started, stepStarted(), { type: "execution_recovered", recoveries: 1 });
    expect(state.recoveries).toBe(1);
    expect(stepOf(state, "a")).toMatchObject({ status: "running", retryAt: 103, failures: 0 });
    expect(stepOf(reduce(state, { seq: 5, at: 1, body: stepStarted(2) }), "a")).toMatchObject({
      attempt: 2,
      retryAt: null,
    });
  });

  test("does not change the state it is given", () => {
    const before = stateAfter(created, started, stepStarted());
    const copy = structuredClone(before);
    reduce(before, { seq: 4, at: 1, body: stepSucceeded() });
    expect(structuredClone(before)).toEqual(copy);
  });

  test("the loop's draft gives the same states", () => {
    const events = numbered([created, started, stepStarted(), stepAttemptFailed, stepStarted(2), stepSucceeded(2)]);
    const draft = draftOf(initialState);
    let state = initialState;
    for (const event of events) {
      state = reduce(state, event);
      draft.apply(event);
      expect(structuredClone(draft.state())).toEqual(structuredClone(state));
    }
  });

  test("keeps a step that is called __proto__", () => {
    const stepKey = "__proto__" as StepKey;
    const state = stateAfter(created, started, { type: "step_skipped", stepKey, reason: "disabled" });
    expect(stepOf(state, "__proto__").status).toBe("skipped");
  });
});

describe("what does not follow is an error", () => {
  test("a gap or a repeat in seq", () => {
    const state = stateAfter(created);
    expect(() => reduce(state, { seq: 3, at: 1, body: started })).toThrow("does not follow");
    expect(() => reduce(state, { seq: 1, at: 1, body: started })).toThrow("does not follow");
  });

  test("anything after a final status of the execution", () => {
    expectIllegal(created, started, { type: "execution_succeeded", output: null }, started);
    expectIllegal(created, { type: "execution_failed", error }, { type: "cancel_requested", by: someone });
  });

  test("anything after a final status of a step", () => {
    const done = [created, started, stepStarted(), stepSucceeded()];
    expectIllegal(...done, stepSucceeded());
    expectIllegal(...done, stepStarted(2));
    expectIllegal(...done, { type: "step_cancelled", stepKey: a });
    expectIllegal(created, started, { type: "step_skipped", stepKey: a, reason: "disabled" }, stepStarted());
  });

  test("a step before the execution has started, or after a cancel", () => {
    expectIllegal(created, stepStarted());
    expectIllegal(created, started, { type: "cancel_requested", by: someone }, stepStarted());
  });

  test("an attempt that is not the open one", () => {
    expectIllegal(created, started, stepStarted(2));
    expectIllegal(created, started, stepStarted(), stepStarted(2));
    expectIllegal(created, started, stepStarted(), stepSucceeded(2));
    expectIllegal(created, started, stepStarted(), stepAttemptFailed, stepSucceeded());
  });

  test("an end of the execution while a step is open, or a cancelled one that nobody cancelled", () => {
    expectIllegal(created, started, stepStarted(), { type: "execution_succeeded", output: null });
    expectIllegal(created, started, { type: "execution_cancelled" });
  });
});
