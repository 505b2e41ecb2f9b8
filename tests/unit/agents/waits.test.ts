import { describe, expect, test } from "bun:test";
import { checkForm, type Decision } from "#src/agents/approval/answer.ts";
import { readDuration, readMoment } from "#src/agents/moments.ts";
import { registry } from "#src/agents/registry.ts";
import { AppError } from "#src/errors.ts";
import { joinId } from "#src/ids.ts";
import type { JsonObject, JsonValue } from "#src/json.ts";
import { type AnswerField, interrupt } from "#src/schemas/interrupt.ts";
import { someone } from "#tests/support/engine/rig.ts";
import { agentNow, errorOf, runAgent } from "#tests/support/runAgent.ts";

const hour = 3_600_000;
const codeOf = (work: () => unknown): string => {
  try {
    work();
  } catch (error) {
    if (error instanceof AppError) return error.code;
  }
  return "no error";
};

describe("lengths of time and moments", () => {
  test.each<[string, number]>([
    ["90", 90_000],
    ["250 ms", 250],
    ["30s", 30_000],
    ["1,5 h", 1.5 * hour],
    ["1 h 30 m", 1.5 * hour],
    ["1 hour and 30 minutes", 1.5 * hour],
    ["2 days", 48 * hour],
    ["1 Week", 168 * hour],
    ["0", 0],
  ])("“%s” is read", (text, milliseconds) => {
    expect(readDuration(text, "duration")).toBe(milliseconds);
  });

  test.each([
    ...["", "   ", "soon", "5 fortnights", "-5 m", "1e9", "5 m ago", "11 years", "4000 d", "9".repeat(400)],
    ...["and", "1h30", "5 5 5", "٣ h", "0x10 s"],
  ])("“%s” is no length of time", (text) => {
    expect(codeOf(() => readDuration(text, "duration"))).toBe("config_invalid");
  });

  test.each<[string, string]>([
    ["2026-12-24T18:00:00Z", "2026-12-24T18:00:00.000Z"],
    ["2026-12-24T18:00:00+01:00", "2026-12-24T17:00:00.000Z"],
    ["2026-12-24T18:00", "2026-12-24T18:00:00.000Z"],
    ["2026-12-24 18:00:30.5", "2026-12-24T18:00:30.500Z"],
    ["2026-12-24", "2026-12-24T00:00:00.000Z"],
    ["2026-12-24 18:00 -0530", "2026-12-24T23:30:00.000Z"],
    ["2028-02-29T18:00z", "2028-02-29T18:00:00.000Z"],
    [" 1798135200000 ", "2026-12-24T18:00:00.000Z"],
  ])("“%s” is a moment, in UTC without an offset", (text, iso) => {
    expect(new Date(readMoment(text, { setting: "until", now: agentNow })).toISOString()).toBe(iso);
  });

  test.each([
    ...["", "tomorrow", "2026-13-01", "24.12.2026 18:00 Uhr", "2099-01-01T00:00:00Z", "9".repeat(30)],
    ...["1", "Thu 1", "Dec 24 2026", "12/24/2026", "2026-02-31", "2027-02-29", "2026-12-24T25:00", "2026"],
  ])("“%s” is no moment within ten years", (text) => {
    expect(codeOf(() => readMoment(text, { setting: "until", now: agentNow }))).toBe("config_invalid");
  });
});

describe("wait", () => {
  test("waits as long as it says, or until its moment, and puts nothing out before", async () => {
    const long = await runAgent("wait", { config: { mode: "for", duration: "2 h" }, inputs: { value: 1 } });
    expect(long).toMatchObject({ outputs: {}, wait: { kind: "time", dueAt: agentNow + 2 * hour } });
    const until = await runAgent("wait", { config: { mode: "until", until: "2026-06-01T15:00:00+02:00" } });
    expect(until.wait).toEqual({ kind: "time", dueAt: agentNow + hour });
  });

  test("a moment that has passed, and no time at all, do not wait", async () => {
    for (const config of [
      { mode: "until", until: "2026-06-01" },
      { mode: "for", duration: "0" },
    ]) {
      const { wait, outputs } = await runAgent("wait", { config, inputs: { value: ["x"] } });
      expect({ wait, outputs }).toEqual({ wait: undefined, outputs: { value: ["x"] } });
    }
  });

  test("names the setting that is wrong", async () => {
    const error = await errorOf(runAgent("wait", { config: { mode: "until", until: "someday" } }));
    expect(error).toMatchObject({ code: "config_invalid", detail: { field: "until" } });
  });

  test("passes on what arrived when it is due", () => {
    const time = { kind: "time", dueAt: 5 } as const;
    expect(registry.wait.resume?.(time, { kind: "due" }, { value: { a: 1 } })).toEqual({ value: { a: 1 } });
    expect(registry.wait.resume?.(time, { kind: "due" }, {})).toEqual({ value: null });
  });
});

describe("signal", () => {
  test("waits for its name, with and without a deadline", async () => {
    const open = await runAgent("signal", { config: { name: " paid " } });
    expect(open.wait).toEqual({ kind: "signal", name: "paid", dueAt: null });
    const limited = await runAgent("signal", { config: { name: "paid", deadline: "1 h" } });
    expect(limited.wait).toEqual({ kind: "signal", name: "paid", dueAt: agentNow + hour });
  });

  test("a name that is empty or too long once its templates are evaluated is refused", async () => {
    for (const name of ["  ", "x".repeat(121)]) {
      const error = await errorOf(runAgent("signal", { config: { name } }));
      expect(error).toMatchObject({ code: "config_invalid", detail: { field: "name" } });
    }
  });

  test("puts out what the caller sent, or what arrived when nobody called", () => {
    const { resume } = registry.signal;
    const wait = { kind: "signal", name: "paid", dueAt: 5 } as const;
    expect(resume?.(wait, { kind: "given", value: { amount: 12 }, by: someone }, { value: 1 })).toEqual({
      value: { amount: 12 },
    });
    expect(resume?.(wait, { kind: "due" }, { value: 1 })).toEqual({ expired: 1 });
  });
});

describe("approval", () => {
  const config: JsonObject = {
    title: "  Pay   12? ",
    body: "**Now**",
    fields: [
      { name: "limit", label: "Limit", type: "number", required: true },
      { name: "size", type: "choice", choices: "small, large, small," },
    ],
    role: "editor",
    people: ["usr_1"],
    deadline: "2 d",
  };

  test("asks with its title, text, form, people and deadline", async () => {
    const { wait } = await runAgent("approval", { config });
    expect(interrupt.parse(wait)).toEqual({
      kind: "approval",
      title: "Pay 12?",
      body: "**Now**",
      fields: [
        { name: "limit", label: "Limit", type: "number", required: true },
        { name: "size", label: "", type: "choice", required: false, choices: ["small", "large"] },
      ],
      who: { role: "editor", profileIds: ["usr_1"] },
      dueAt: agentNow + 48 * hour,
    });
  });

  test("its defaults ask at once", async () => {
    const { wait } = await runAgent("approval", { config: registry.approval.defaults as JsonObject });
    expect(interrupt.parse(wait)).toMatchObject({ kind: "approval", fields: [], dueAt: null });
  });

  test("a choice without choices, a text that is too long and a deadline that is none are refused", async () => {
    const wrong: [JsonObject, string][] = [
      [{ fields: [{ name: "size", type: "choice", choices: " , " }] }, "fields"],
      [{ body: "x".repeat(50_001) }, "body"],
      [{ deadline: "soon" }, "deadline"],
    ];
    for (const [more, field] of wrong) {
      const error = await errorOf(runAgent("approval", { config: { title: "Go on?", ...more } }));
      expect(error).toMatchObject({ code: "config_invalid", detail: { field } });
    }
  });

  test("two fields of one name do not pass the settings' check", () => {
    const fields = [{ name: "a" }, { name: "a" }];
    expect(registry.approval.config.safeParse({ title: "x", fields }).success).toBe(false);
  });

  test("puts the answer out on the port of its decision, and what arrived when nobody answers", () => {
    const { resume } = registry.approval;
    const wait = interrupt.parse({
      kind: "approval",
      title: "x",
      body: "",
      fields: [],
      who: { role: "owner", profileIds: [] },
      dueAt: 5,
    });
    const given = (value: JsonValue) => resume?.(wait, { kind: "given", value, by: someone }, { value: 7 });
    for (const decision of ["approved", "rejected"])
      expect(given({ decision, values: { limit: 3 } })).toEqual({
        [decision]: { decision, by: "Ada", values: { limit: 3 }, value: 7 },
      });
    expect(resume?.(wait, { kind: "due" }, { value: 7 })).toEqual({ expired: { decision: "expired", value: 7 } });
    for (const wrong of [null, "approved", { decision: "maybe", values: {} }, { decision: "approved" }])
      expect(codeOf(() => given(wrong))).toBe("bad_request");
  });
});

describe("an approval's form", () => {
  const fields: AnswerField[] = [
    { name: "limit", label: "Limit", type: "number", required: true },
    { name: "why", label: "", type: "text", required: false },
    { name: "sure", label: "Sure?", type: "boolean", required: false },
    { name: "size", label: "Size", type: "choice", required: false, choices: ["small", "large"] },
  ];
  const wrongOf = (given: JsonValue, how: Decision = "approved") =>
    checkForm(fields, given, how).problems.map(({ field }) => field);

  test("takes what fits and leaves out what is empty", () => {
    const { values, problems } = checkForm(fields, { limit: 0, why: "", sure: false, size: null }, "approved");
    expect({ values, problems }).toEqual({ values: { limit: 0, sure: false }, problems: [] });
  });

  test("names each field that is missing, wrong or unknown", () => {
    expect(wrongOf({})).toEqual(["limit"]);
    expect(wrongOf({ limit: "3", why: 3, sure: "yes", size: "medium" })).toEqual(["limit", "why", "sure", "size"]);
    expect(wrongOf({ limit: 1, more: 1 })).toEqual(["more"]);
    expect(wrongOf({ limit: 1, why: "x".repeat(20_001) })).toEqual(["why"]);
    expect(wrongOf([1])).toEqual([""]);
    const text: AnswerField[] = [{ name: "why", label: "", type: "text", required: true }];
    expect(checkForm(text, { why: " \n" }, "approved").problems).toHaveLength(1);
  });

  test("who rejects need not fill in what is required, but what is filled in has to fit", () => {
    expect(wrongOf({}, "rejected")).toEqual([]);
    expect(wrongOf({ limit: "3" }, "rejected")).toEqual(["limit"]);
  });

  test("a value is never taken from the prototype", () => {
    const named: AnswerField[] = [{ name: "constructor", label: "", type: "text", required: true }];
    expect(checkForm(named, {}, "approved").problems).toHaveLength(1);
  });
});

describe("sub-workflow", () => {
  const child = joinId("execution", "1".repeat(26));
  const start = (asked: unknown[]) => ({
    start: async (request: unknown) => {
      asked.push(request);
      return child;
    },
  });

  test("starts the other workflow with what arrives, or with its own input, and waits for its end", async () => {
    const asked: unknown[] = [];
    const { wait } = await runAgent("workflow", {
      config: { workflowId: "wf_1" },
      inputs: { value: 1 },
      workflows: start(asked),
    });
    await runAgent("workflow", {
      config: { workflowId: "wf_1", fields: [{ name: "a", value: 2 }] },
      workflows: start(asked),
    });
    expect(wait).toEqual({ kind: "execution", executionId: child, dueAt: null });
    expect(asked).toEqual([
      { workflowId: "wf_1", input: 1, stepKey: "node" },
      { workflowId: "wf_1", input: { a: 2 }, stepKey: "node" },
    ]);
  });

  test("puts out what the other one gave, and fails with its reason when it did not succeed", () => {
    const { resume } = registry.workflow;
    const wait = { kind: "execution", executionId: child, dueAt: null } as const;
    const given = (value: JsonValue) => resume?.(wait, { kind: "given", value, by: someone }, {});
    expect(given({ status: "succeeded", output: null, error: null })).toEqual({ output: null });
    for (const value of [{ status: "failed", output: null, error: { code: "stopped", message: "No." } }, {}, "?"])
      expect(codeOf(() => given(value))).toBe("agent_failed");
  });
});
