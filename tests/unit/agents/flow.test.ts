import { describe, expect, test } from "bun:test";
import { retryOf, timeoutOf } from "#src/agents/policies.ts";
import { agentKinds, registry } from "#src/agents/registry.ts";
import type { JsonObject, JsonValue } from "#src/json.ts";
import { portName } from "#src/schemas/graph.ts";
import { defaultRetryPolicy } from "#src/schemas/retryPolicy.ts";
import { errorOf, runAgent } from "#tests/support/runAgent.ts";

const cases = (...list: readonly (readonly [string, string])[]): JsonObject => ({
  cases: list.map(([name, when]) => ({ name, when })),
});
const portsOf = (config: JsonObject) => registry.switch.ports?.(config).outputs.map((port) => port.name) ?? [];

describe("switch", () => {
  const config = cases(
    ["refund", 'value.kind = "refund"'],
    ["large", "value.amount > 100"],
    ["any", "value.amount > 0"],
  );

  test.each<[JsonObject, string]>([
    [{ kind: "refund", amount: 500 }, "refund"],
    [{ kind: "sale", amount: 500 }, "large"],
    [{ kind: "sale", amount: 5 }, "any"],
    [{ kind: "sale", amount: 0 }, "otherwise"],
  ])("sends %j through %s and no other port", async (value, port) => {
    expect((await runAgent("switch", { config, inputs: { value } })).outputs).toEqual({ [port]: value });
  });

  test("does not ask the cases after the one that is taken", async () => {
    const lazy = cases(["yes", "true"], ["broken", "$error('asked')"]);
    expect((await runAgent("switch", { config: lazy, inputs: { value: 1 } })).outputs).toEqual({ yes: 1 });
  });

  test("names the case whose expression fails", async () => {
    const broken = cases(["good", "false"], ["bad", "$number('x')"]);
    const error = await errorOf(runAgent("switch", { config: broken, inputs: { value: 1 } }));
    expect(error).toMatchObject({ code: "expression_failed", detail: { case: "bad" } });
    expect(error.message).toContain("bad");
  });

  test("has a port for each case in its order, and otherwise", () => {
    expect(portsOf(config)).toEqual(["refund", "large", "any", "otherwise"]);
    expect(registry.switch.outputs.map((port) => port.name)).toEqual(portsOf(registry.switch.defaults));
  });

  test.each<JsonValue>([
    null,
    "x",
    [{ name: "error" }, { name: "otherwise" }, { name: "a b" }, { name: 5 }, null, "x"],
    [{ name: "twice" }, { name: "twice" }],
    Array.from({ length: 500 }, (_, at) => ({ name: `case${at}` })),
  ])("has only ports that may be, each once, whatever its settings are: %j", (list) => {
    const names = portsOf({ cases: list });
    expect(new Set(names).size).toBe(names.length);
    expect(names.at(-1)).toBe("otherwise");
    expect(names.length).toBeLessThanOrEqual(31);
    for (const name of names) expect(portName.safeParse(name).success).toBe(true);
    expect(names).not.toContain("error");
  });

  test.each<[JsonObject, string]>([
    [{}, "cases"],
    [cases(), "cases"],
    [cases(["otherwise", "true"]), "cases.0.name"],
    [cases(["error", "true"]), "cases.0.name"],
    [cases(["two words", "true"]), "cases.0.name"],
    [cases(["a", "true"], ["b", "true"], ["a", "false"]), "cases.2.name"],
    [cases(["a", ""]), "cases.0.when"],
  ])("refuses %j at %s", (bad, field) => {
    const { error } = registry.switch.config.safeParse(bad);
    expect(error?.issues.map((issue) => issue.path.join("."))).toContain(field);
  });
});

describe("merge", () => {
  const value: JsonValue = ["a", { b: 1 }, null];

  test.each<[JsonObject, JsonValue[]]>([
    [{}, ["a", { b: 1 }, null]],
    [{ mode: "first" }, ["a"]],
    [{ mode: "any", count: 2 }, ["a", { b: 1 }]],
    [{ mode: "any", count: 9 }, ["a", { b: 1 }, null]],
  ])("%j puts out as many as it waits for, in their order", async (config, items) => {
    expect((await runAgent("merge", { config, inputs: { value } })).outputs).toEqual({ items, first: "a" });
  });

  test.each<[JsonObject, JsonObject]>([
    [{}, { kind: "all" }],
    [{ mode: "all", count: 5 }, { kind: "all" }],
    [
      { mode: "first", count: 5 },
      { kind: "any", count: 1 },
    ],
    [{ mode: "any" }, { kind: "any", count: 2 }],
    [
      { mode: "any", count: 3 },
      { kind: "any", count: 3 },
    ],
    [
      { mode: "any", count: "many" },
      { kind: "any", count: 1 },
    ],
    [{ mode: 5, count: -1 }, { kind: "all" }],
  ])("%j starts by %j", (config, join) => {
    expect(registry.merge.join?.(config)).toEqual(join as never);
  });

  test.each<JsonObject>([{ mode: "some" }, { mode: "any", count: 0 }, { mode: "any", count: 1.5 }])(
    "refuses %j",
    (config) => {
      expect(registry.merge.config.safeParse(config).success).toBe(false);
    },
  );
});

describe("stop and error", () => {
  test("fails with its message and a code of its own that is never tried again", async () => {
    const error = await errorOf(runAgent("stop", { config: { message: " No lines. " } }));
    expect(error).toMatchObject({ code: "stopped", message: "No lines.", retryable: false });
  });

  test("cuts a message without end and has words when a template gave none", async () => {
    expect((await errorOf(runAgent("stop", { config: { message: "x".repeat(9_000) } }))).message).toHaveLength(2_000);
    expect((await errorOf(runAgent("stop", { config: { message: "  " } }))).message).toBe("Stopped by the workflow.");
    expect(registry.stop.config.safeParse({ message: "" }).success).toBe(false);
  });
});

describe("policies", () => {
  const own = { ...defaultRetryPolicy, maxAttempts: 7 };

  test("an agent that would fail the same way again has one attempt, whatever the node says", () => {
    expect(retryOf(registry.condition, { retry: own }).maxAttempts).toBe(1);
    expect(retryOf(registry.llm, { retry: own })).toEqual(own);
    expect(retryOf(registry.llm, {})).toEqual(defaultRetryPolicy);
  });

  test("a node's own limit comes before its agent's", () => {
    expect(timeoutOf(registry.llm, {})).toBe(600_000);
    expect(timeoutOf(registry.llm, { timeoutMs: 5 })).toBe(5);
    expect(timeoutOf(registry.dataProcessor, {})).toBe(60_000);
    expect(timeoutOf(registry.condition, {})).toBeNull();
  });

  test("every agent that may be tried again has a limit", () => {
    for (const kind of agentKinds) {
      const { retries, defaultTimeoutMs }: { retries?: false; defaultTimeoutMs?: number } = registry[kind];
      expect([kind, retries === false || defaultTimeoutMs !== undefined]).toEqual([kind, true]);
    }
  });
});
