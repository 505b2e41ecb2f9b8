import { describe, expect, test } from "bun:test";
import { decide, maxRecoveries } from "#src/engine/plan.ts";
import { reduceAll } from "#src/engine/reduce.ts";
import type { ExecutionState } from "#src/engine/state.ts";
import { compile } from "#src/graph/compile.ts";
import type { Plan } from "#src/graph/plan.ts";
import type { JsonObject } from "#src/json.ts";
import type { ExecutionEventBody, StepKey } from "#src/schemas/executionEvent.ts";
import { testCatalogue } from "#tests/support/engine/agents.ts";
import { sketch } from "#tests/support/engine/graphs.ts";
import { someone, trigger } from "#tests/support/engine/rig.ts";

function planOf(...parts: Parameters<typeof sketch>): Plan {
  const { plan, diagnostics } = compile(sketch(...parts), testCatalogue);
  if (plan === null) throw new Error(JSON.stringify(diagnostics));
  return plan;
}
const created: ExecutionEventBody = { type: "execution_created", input: null, trigger };
const begun: ExecutionEventBody[] = [created, { type: "execution_started" }];
const key = (id: string) => id as StepKey;
const start = (id: string, attempt = 1): ExecutionEventBody => ({
  type: "step_started",
  stepKey: key(id),
  attempt,
  inputs: {},
});
const succeed = (id: string, outputs: JsonObject = { out: id }): ExecutionEventBody[] => [
  start(id),
  { type: "step_succeeded", stepKey: key(id), attempt: 1, outputs },
];
const fail = (id: string): ExecutionEventBody[] => [
  start(id),
  {
    type: "step_failed",
    stepKey: key(id),
    attempt: 1,
    error: { code: "agent_failed", message: "No", retryable: false },
  },
];
const ended = (id: string, attempt: number): ExecutionEventBody => ({
  type: "step_succeeded",
  stepKey: key(id),
  attempt,
  outputs: { out: id },
});
const recoveries = (from: number, count: number): ExecutionEventBody[] =>
  Array.from({ length: count }, (_, index) => ({ type: "execution_recovered", recoveries: from + index }));
const after = (...bodies: ExecutionEventBody[]): ExecutionState =>
  reduceAll(bodies.map((body, index) => ({ seq: index + 1, at: 1_000, body })));
const short = (plan: Plan, state: ExecutionState, now = 1_000) =>
  decide(plan, state, now).map((decision) =>
    "stepKey" in decision ? `${decision.type} ${decision.stepKey}` : decision.type,
  );

describe("decide", () => {
  test("starts everything that waits for nothing, at once and with the execution", () => {
    const plan = planOf({ a: "work", b: "work", c: "work" }, ["a -> c"]);
    expect(short(plan, after(created))).toEqual(["execution_started", "step_started a", "step_started b"]);
    expect(short(plan, after(...begun, start("a"), start("b")))).toEqual([]);
  });

  test("starts a join when all its sources are settled, with what arrived in edge order", () => {
    const plan = planOf({ a: "work", b: "work", c: "work" }, ["b -> c", "a -> c"]);
    expect(short(plan, after(...begun, ...succeed("a"), start("b")))).toEqual([]);
    expect(decide(plan, after(...begun, ...succeed("a"), ...succeed("b")), 1_000)).toEqual([
      { type: "step_started", stepKey: key("c"), attempt: 1, inputs: { in: ["b", "a"] } },
    ]);
  });

  test("skips all that only a closed port leads to, in one go, and runs what another way leads to", () => {
    const plan = planOf({ a: "input", if: "condition", yes: "work", no: "work", after: "work", join: "work" }, [
      "a.value -> if.value",
      "if.true -> yes.in",
      "if.false -> no.in",
      "no -> after",
      "after -> join",
      "yes -> join",
    ]);
    const decided = after(...begun, ...succeed("a", { value: true }), ...succeed("if", { true: true }));
    expect(short(plan, decided)).toEqual(["step_started yes", "step_skipped no", "step_skipped after"]);
  });

  test("skips a node whose required port is closed, though another of its ports is live", () => {
    const plan = planOf({ a: "input", if: "condition", out: "output" }, [
      "a.value -> if.value",
      "if.true -> out.value",
    ]);
    const decided = after(...begun, ...succeed("a", { value: 1 }), ...succeed("if", { false: 1 }));
    expect(short(plan, decided)).toEqual(["step_skipped out", "execution_succeeded"]);
  });

  test("skips a disabled node and what depends only on it", () => {
    const plan = planOf({ a: { disabled: true }, b: "work", c: "work" }, ["a -> b"]);
    expect(decide(plan, after(...begun), 1_000)).toMatchObject([
      { type: "step_skipped", stepKey: "a", reason: "disabled" },
      { type: "step_started", stepKey: "c" },
      { type: "step_skipped", stepKey: "b", reason: "no_live_input" },
    ]);
  });

  test("a null on a port is a value: it does not close the edge", () => {
    const plan = planOf({ a: "work", b: "work" }, ["a -> b"]);
    expect(decide(plan, after(...begun, ...succeed("a", { out: null })), 1_000)).toMatchObject([
      { inputs: { in: [null] } },
    ]);
  });

  test("makes the next attempt when its time has come, with the inputs of the first", () => {
    const plan = planOf({ a: "work" });
    const failed: ExecutionEventBody = {
      type: "step_attempt_failed",
      stepKey: key("a"),
      attempt: 1,
      error: { code: "model_unavailable", message: "Away", retryable: true },
      retryAt: 1_500,
    };
    const state = after(...begun, start("a"), failed);
    expect(short(plan, state, 1_499)).toEqual([]);
    expect(decide(plan, state, 1_500)).toEqual([{ type: "step_started", stepKey: key("a"), attempt: 2, inputs: {} }]);
  });

  test("after a failure for good it cancels what waits, and ends when nothing runs any more", () => {
    const plan = planOf({ a: "work", b: "work", c: "work" }, ["b -> c"]);
    const failed = after(...begun, start("b"), ...fail("a"));
    expect(short(plan, failed)).toEqual(["step_cancelled c"]);
    const ended = after(...begun, ...fail("a"), start("b"), { type: "step_cancelled", stepKey: key("b") });
    expect(decide(plan, ended, 1_000)).toMatchObject([
      { type: "step_cancelled", stepKey: "c" },
      { type: "execution_failed", error: { code: "agent_failed", stepKey: "a" } },
    ]);
  });

  test("after a cancel nothing starts; a queued execution is cancelled without having started", () => {
    const plan = planOf({ a: "work", b: "work" }, ["a -> b"]);
    const wish: ExecutionEventBody = { type: "cancel_requested", by: someone };
    expect(short(plan, after(...begun, ...succeed("a"), wish))).toEqual(["step_cancelled b", "execution_cancelled"]);
    expect(short(plan, after(created, wish))).toEqual(["step_cancelled a", "step_cancelled b", "execution_cancelled"]);
  });

  test("after its time limit an execution fails, unless it was finished by then", () => {
    const plan = planOf({ a: "work", b: "work" }, ["a -> b"], { timeoutMs: 100 });
    expect(short(plan, after(...begun, start("a")), 1_100)).toEqual(["step_cancelled b"]);
    const cancelled = after(...begun, start("a"), { type: "step_cancelled", stepKey: key("a") });
    expect(decide(plan, cancelled, 1_100).at(-1)).toMatchObject({ error: { code: "execution_timeout" } });
    expect(short(plan, after(...begun, ...succeed("a"), ...succeed("b")), 9_999)).toEqual(["execution_succeeded"]);
  });

  test("gives an execution up that its workers did not survive too often", () => {
    const plan = planOf({ a: "work" });
    expect(short(plan, after(...begun, start("a"), ...recoveries(1, maxRecoveries)))).toEqual(["step_started a"]);
    expect(decide(plan, after(...begun, start("a"), ...recoveries(1, maxRecoveries + 1)), 1_000)).toMatchObject([
      { type: "step_cancelled" },
      { type: "execution_failed", error: { code: "too_many_recoveries" } },
    ]);
  });

  test("does not give up one that gets something done between recoveries, however many there are", () => {
    const plan = planOf({ a: "work", b: "work" }, ["a -> b"]);
    const first = [start("a"), ...recoveries(1, maxRecoveries), start("a", 2), ended("a", 2), start("b")];
    const state = after(...begun, ...first, ...recoveries(maxRecoveries + 1, maxRecoveries));
    expect(state).toMatchObject({ recoveries: 2 * maxRecoveries, fruitlessRecoveries: maxRecoveries });
    expect(short(plan, state)).toEqual(["step_started b"]);
  });

  test("decides nothing once the execution has ended", () => {
    const plan = planOf({ a: "work" });
    expect(short(plan, after(...begun, ...succeed("a"), { type: "execution_succeeded", output: null }))).toEqual([]);
  });
});

describe("what an execution puts out", () => {
  const outputOf = (plan: Plan, ...bodies: ExecutionEventBody[]) =>
    decide(plan, after(...begun, ...bodies), 1_000).flatMap((decision) =>
      "output" in decision ? [decision.output] : [],
    )[0];

  test("the value of its one Output node as it is", () => {
    const plan = planOf({ a: "input", out: "output" }, ["a.value -> out.value"]);
    expect(outputOf(plan, ...succeed("a", { value: 7 }), ...succeed("out", { value: 7 }))).toBe(7);
  });

  test("the values of several by key, without those that were skipped", () => {
    const plan = planOf({ a: "input", if: "condition", x: "output", y: "output" }, [
      "a.value -> if.value",
      "if.true -> x.value",
      "if.false -> y.value",
    ]);
    const done = [...succeed("a", { value: true }), ...succeed("if", { true: 1 }), ...succeed("x", { value: 1 })];
    expect(outputOf(plan, ...done)).toEqual({ x: 1 });
  });

  test("without Output nodes the outputs of the ends by key", () => {
    const plan = planOf({ a: "work", b: "work", c: "work" }, ["a -> b"]);
    expect(outputOf(plan, ...succeed("a"), ...succeed("b"), ...succeed("c"))).toEqual({
      b: { out: "b" },
      c: { out: "c" },
    });
  });
});
