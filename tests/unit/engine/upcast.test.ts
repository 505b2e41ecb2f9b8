import { describe, expect, test } from "bun:test";
import { reduceAll } from "#src/engine/reduce.ts";
import { stepOf } from "#src/engine/state.ts";
import { alphabet, alphabetOf, readHistory, readPage, readWhole, type StoredEvent } from "#src/engine/upcast.ts";
import { AppError } from "#src/errors.ts";
import { type ExecutionEventBody, executionEventBody, type StepKey } from "#src/schemas/executionEvent.ts";
import { trigger } from "#tests/support/engine/rig.ts";

/**
 * A made-up past: version 1 of `step_succeeded` had one value, version 2 had outputs without usage's model, and `step_put_off`
 * was another word for a failed attempt.
 */
const later = alphabetOf({
  step_succeeded: [
    ({ value, ...body }) => ({ ...body, outputs: { out: value } }),
    (body) => ({ ...body, usage: { model: "unknown", ...(body.usage as object) } }),
  ],
  step_put_off: [
    ({ type: _type, until, ...body }) => ({
      ...body,
      type: "step_attempt_failed",
      retryAt: until,
      error: { code: "agent_failed", message: "Put off", retryable: true },
    }),
  ],
});
const stored = (bodies: readonly { type: string; [field: string]: unknown }[]): StoredEvent[] =>
  bodies.map((body, index) => ({ seq: index + 1, at: 100 + index, body }));
const codeOf = (work: () => unknown): string => {
  try {
    work();
    return "none";
  } catch (error) {
    return error instanceof AppError ? error.code : "other";
  }
};
const first = {
  type: "step_succeeded",
  stepKey: "a",
  attempt: 1,
  value: 7,
  usage: { inputTokens: 1, outputTokens: 2 },
};

describe("events of older versions", () => {
  test("are read as the version of today, step by step", () => {
    const usage = { model: "unknown", inputTokens: 1, outputTokens: 2 };
    const body = later.read(first);
    expect(body).toEqual({ type: "step_succeeded", stepKey: "a" as StepKey, attempt: 1, outputs: { out: 7 }, usage });
    expect(executionEventBody.parse(body)).toEqual(body);
    const { value: _value, ...second } = { ...first, v: 2, outputs: { out: 7 } };
    expect(later.read(second)).toEqual(body);
  });

  test("of a type that is gone are read as the one that took its place", () => {
    const body = later.read({ type: "step_put_off", stepKey: "a", attempt: 1, until: 500 });
    expect(executionEventBody.parse(body)).toMatchObject({ type: "step_attempt_failed", retryAt: 500 });
  });

  test("that say of a step beside one that ran alone that it is disabled say so still", () => {
    const body = { type: "step_skipped", stepKey: "a" as StepKey, reason: "disabled" } as const;
    expect(alphabet.read(body)).toEqual(body);
    const beside = { ...body, reason: "not_in_run" } as const;
    expect(alphabet.write(beside)).toEqual({ ...beside, v: 2 });
    expect(alphabet.read(alphabet.write(beside))).toEqual(beside);
  });

  test("reduce to the same state as if they had been written today", () => {
    const begun = [
      { type: "execution_created", input: null, trigger },
      { type: "execution_started" },
      { type: "step_started", stepKey: "a", attempt: 1, inputs: {} },
    ];
    const state = reduceAll(readHistory(stored([...begun, first]), later).events);
    expect(stepOf(state, "a")).toMatchObject({ status: "succeeded", outputs: { out: 7 } });
    expect(state.spent.tokens).toBe(3);
  });
});

describe("events of today", () => {
  const today: ExecutionEventBody = {
    type: "step_succeeded",
    stepKey: "a" as StepKey,
    attempt: 1,
    outputs: {},
    usage: { model: "m", inputTokens: 1, outputTokens: 1 },
  };

  test("carry a version only when it is not the first, and are read as they were", () => {
    expect(alphabet.write(today)).toBe(today);
    expect(alphabet.read(alphabet.write(today))).toBe(today);
    const written = later.write(today);
    expect(written.v).toBe(3);
    expect(later.read(written)).toEqual(today);
    expect(later.write({ type: "execution_started" })).toEqual({ type: "execution_started" });
  });

  test("make the alphabet's number grow with every type and version", () => {
    const first = alphabetOf({}).number;
    expect(later.number).toBe(first + 4);
    expect(alphabetOf({ step_succeeded: [(body) => body] }).number).toBe(first + 1);
    expect(alphabet.number).toBeGreaterThan(first);
  });
});

describe("a wait for a budget, as it was told before it said whose budget it is", () => {
  test.each([
    [null, "budget"],
    [1_800_000_000_000, "day_budget"],
  ])("until %p is one for a %s", (wakeAt, reason) => {
    const stored = { type: "execution_waiting", reason: "budget", wakeAt };
    expect(alphabet.read(stored)).toEqual({ type: "execution_waiting", reason, wakeAt } as never);
  });
  test("for an answer is what it was", () => {
    const stored = { type: "execution_waiting", reason: "interrupt", wakeAt: 5 };
    expect(alphabet.read(stored)).toEqual(stored as never);
  });
});

describe("events of a newer release", () => {
  const unknown = { type: "step_dreamt", stepKey: "a" };

  test("are refused by type and by version, and told with both", () => {
    expect(codeOf(() => alphabet.read(unknown))).toBe("history_unreadable");
    expect(codeOf(() => alphabet.read({ type: "execution_started", v: 2 }))).toBe("history_unreadable");
    expect(codeOf(() => later.read({ ...first, v: 4 }))).toBe("history_unreadable");
    expect(readHistory(stored([unknown])).unreadable).toMatchObject({
      seq: 1,
      error: { detail: { type: "step_dreamt", version: 1 } },
    });
  });

  test("leave what came before them readable", () => {
    const history = stored([{ type: "execution_created", input: null, trigger }, unknown]);
    const { events, unreadable } = readHistory(history);
    expect(events).toHaveLength(1);
    expect(unreadable?.seq).toBe(2);
    expect(readPage(history)).toHaveLength(1);
    expect(codeOf(() => readPage(history.slice(1)))).toBe("history_unreadable");
    expect(codeOf(() => readWhole(history))).toBe("history_unreadable");
  });

  test("are not mistaken for a name that every object has", () => {
    for (const type of ["toString", "__proto__", "constructor"])
      expect(codeOf(() => alphabet.read({ type }))).toBe("history_unreadable");
  });
});
