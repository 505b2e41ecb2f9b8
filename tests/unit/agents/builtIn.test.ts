import { describe, expect, test } from "bun:test";
import type { Execute } from "#src/agents/agent.ts";
import type { ChatChunk } from "#src/agents/chatModels.ts";
import { executeCondition } from "#src/agents/condition/execute.ts";
import { describeAgent } from "#src/agents/describe.ts";
import { executors } from "#src/agents/executors.ts";
import { executeInput } from "#src/agents/input/execute.ts";
import { inputForm } from "#src/agents/input/form.ts";
import { llmConfig } from "#src/agents/llm/definition.ts";
import { executeLlm } from "#src/agents/llm/execute.ts";
import { variablesOf } from "#src/agents/llm/variables.ts";
import { executeOutput } from "#src/agents/output/execute.ts";
import { agentKinds, catalogue, registry } from "#src/agents/registry.ts";
import type { JsonObject, JsonValue } from "#src/json.ts";
import { agentDescription } from "#src/schemas/agent.ts";
import type { StepOutputs } from "#src/schemas/executionEvent.ts";
import { graph } from "#src/schemas/graph.ts";
import { errorOf, runAgent } from "#tests/support/runAgent.ts";

describe("every agent of the registry", () => {
  test.each(agentKinds.map((kind) => [kind, registry[kind]] as const))(
    "%s describes itself whole",
    (kind, definition) => {
      const description = agentDescription.parse(describeAgent(definition));
      expect(description.kind).toBe(kind);
      expect(catalogue.get(kind)).toBe(definition);
      expect(description.docs.length).toBeGreaterThan(200);
      expect(description.configSchema.additionalProperties).toBe(false);
      expect(description.icon).toMatch(/^[a-z0-9-]+$/);
    },
  );

  test.each(agentKinds)("%s gives each field a title, and a summary for any config", (kind) => {
    const { properties = {} } = describeAgent(registry[kind]).configSchema;
    for (const [name, field] of Object.entries(properties as JsonObject))
      expect([name, (field as JsonObject).title]).toEqual([name, expect.any(String)]);
    for (const config of [{}, { prompt: 5, fields: "x", expression: null, operation: [], value: {} }])
      expect(registry[kind].summary(config).length).toBeGreaterThan(3);
  });

  test.each(agentKinds)("%s refuses settings it does not have", (kind) => {
    expect(registry[kind].config.safeParse({ ...registry[kind].defaults, surprise: 1 }).success).toBe(false);
  });

  test("an unknown kind is in no catalogue", () => {
    expect(catalogue.get("constructor")).toBeUndefined();
    expect(catalogue.get("nothing")).toBeUndefined();
  });
});

describe("input", () => {
  const fields = [
    { name: "code", type: "paragraph" },
    { name: "language", default: "python" },
    { name: "limit", type: "number", required: false },
  ];

  test("puts out the declared fields with their defaults, and notes what it left out", async () => {
    const { outputs, log } = await runAgent("input", { config: { fields }, executionInput: { code: "x", extra: 1 } });
    expect(outputs).toEqual({ value: { code: "x", language: "python" } });
    expect(log.join()).toContain("extra");
  });

  test.each<[JsonValue, string]>([
    [{}, "code"],
    [{ code: 1 }, "code"],
    [{ code: "" }, "code"],
    [{ code: " \n" }, "code"],
    [{ code: "x", language: " " }, "language"],
    [{ code: "x", limit: "many" }, "limit"],
    [["x"], ""],
    ["x", ""],
    [null, "code"],
  ])("refuses %j and names the field at fault", async (executionInput, field) => {
    const error = await errorOf(runAgent("input", { config: { fields }, executionInput }));
    expect(error).toMatchObject({ code: "input_invalid", detail: { field } });
  });

  test("takes an empty text where it is not required, or is what the field offers", async () => {
    const fields = [
      { name: "note", required: false },
      { name: "separator", default: " " },
    ];
    const { outputs } = await runAgent("input", { config: { fields }, executionInput: { note: "", separator: " " } });
    expect(outputs).toEqual({ value: { note: "", separator: " " } });
  });

  test("without fields passes anything on", async () => {
    expect((await runAgent("input", { config: { fields: [] }, executionInput: [1, 2] })).outputs).toEqual({
      value: [1, 2],
    });
  });

  test("a member of the input is never taken from the prototype", async () => {
    const error = await errorOf(runAgent("input", { config: { fields: [{ name: "toString" }] }, executionInput: {} }));
    expect(error.code).toBe("input_invalid");
  });

  test("the form has the fields of all Input nodes, and nothing of broken ones", () => {
    const node = (id: string, config: JsonObject) => ({
      id,
      key: id,
      agent: "input",
      name: id,
      position: { x: 0, y: 0 },
      config,
    });
    const { nodes } = graph.parse({
      nodes: [
        node("a", { fields }),
        node("b", { fields: [{ name: "code" }, { name: "more" }] }),
        node("c", { fields: 3 }),
      ],
      edges: [],
    });
    expect(inputForm({ nodes }).map(({ name, type }) => [name, type])).toEqual([
      ["code", "paragraph"],
      ["language", "text"],
      ["limit", "number"],
      ["more", "text"],
    ]);
  });
});

describe("output", () => {
  test.each<[JsonObject, StepOutputs, JsonValue]>([
    [{}, { value: ["one"] }, "one"],
    [{}, { value: ["one", 2] }, ["one", 2]],
    [{}, { value: [["a", "b"]] }, ["a", "b"]],
    [{}, {}, null],
    [{ value: { set: true } }, { value: ["one"] }, { set: true }],
    [{ value: "" }, { value: ["one"] }, "one"],
  ])("with %j of %j gives %j", async (config, inputs, expected) => {
    expect((await runAgent("output", { config, inputs })).outputs).toEqual({ value: expected });
  });

  test("refuses a result without what its fields ask for", async () => {
    const config = { fields: [{ name: "score", type: "number" }] };
    const error = await errorOf(runAgent("output", { config, inputs: { value: [{ score: "high" }] } }));
    expect(error).toMatchObject({ code: "output_invalid", detail: { field: "score" } });
    const kept = await runAgent("output", { config, inputs: { value: [{ score: 1, more: 2 }] } });
    expect(kept.outputs).toEqual({ value: { score: 1, more: 2 } });
  });
});

describe("condition", () => {
  test.each<[string, JsonValue, "true" | "false"]>([
    ["value.score >= 80", { score: 80 }, "true"],
    ["value.score > steps.a.limit", { score: 3 }, "false"],
    ["value", 0, "false"],
    ["value", "no", "true"],
    ["value", [], "false"],
    ["value", [false, 1], "true"],
    ["value.list[x > 1]", { list: [{ x: 1 }] }, "false"],
    ["$exists(value.missing)", {}, "false"],
  ])("%s of %j is %s, and the value goes on there", async (expression, value, port) => {
    expect((await runAgent("condition", { config: { expression }, inputs: { value } })).outputs).toEqual({
      [port]: value,
    });
  });

  test("fails, and names the name, when the answer hangs on nothing", async () => {
    const error = await errorOf(
      runAgent("condition", { config: { expression: "value.scroe" }, inputs: { value: { score: 1 } } }),
    );
    expect(error).toMatchObject({ code: "expression_failed", detail: { missing: ["value.scroe"] } });
  });
});

describe("llm", () => {
  const end: ChatChunk = { type: "end", reason: "stop", model: "m-1", inputTokens: 3, outputTokens: 2 };
  const config = { provider: "openai", prompt: "Do it." };

  test("streams the text as it comes and reports what it cost", async () => {
    const chunks: ChatChunk[] = [{ type: "text", text: "Hel" }, { type: "text", text: "lo" }, end];
    const result = await runAgent("llm", { config, chunks });
    expect(result.outputs).toEqual({ text: "Hello", variables: {} });
    expect(result.text).toBe("Hello");
    expect(result.usage).toEqual({ model: "m-1", inputTokens: 3, outputTokens: 2 });
    expect(result.requests[0]).toMatchObject({
      provider: "openai",
      prompt: "Do it.",
      idempotencyKey: "exe:node:",
      maxTokens: 1024,
    });
  });

  test("passes on what the provider has counted as soon as it tells, for an answer that never ends", async () => {
    const usage = { model: "m-1", inputTokens: 3, outputTokens: 0 };
    const { reported } = await runAgent("llm", { config, chunks: [{ type: "usage", ...usage }, end] });
    expect(reported).toEqual([usage, { ...usage, outputTokens: 2 }]);
  });

  test("puts the context after the prompt, once", async () => {
    const sent = async (prompt: string, context: JsonValue) =>
      (await runAgent("llm", { config: { ...config, prompt }, inputs: { context }, chunks: [end] })).requests[0]
        ?.prompt;
    expect(await sent("Sum up.", "the text")).toBe("Sum up.\n\nContext:\nthe text");
    expect(await sent("Sum up: the text", "the text")).toBe("Sum up: the text");
    expect(await sent("Sum up.", { a: 1 })).toContain('"a": 1');
    expect(await sent("Sum up.", "")).toBe("Sum up.");
  });

  test("half an answer is no answer", async () => {
    const error = await errorOf(runAgent("llm", { config, chunks: [{ type: "text", text: "Hel" }] }));
    expect(error).toMatchObject({ code: "model_stream_cut", retryable: true });
  });

  test("a refusal without a word is told, and a cut at the limit is noted", async () => {
    expect((await errorOf(runAgent("llm", { config, chunks: [{ ...end, reason: "refusal" }] }))).code).toBe(
      "model_rejected",
    );
    const cut = await runAgent("llm", {
      config,
      chunks: [
        { type: "text", text: "x" },
        { ...end, reason: "length" },
      ],
    });
    expect(cut.log.join()).toContain("1024");
  });

  test.each<[string, JsonObject]>([
    ['{"score": 3}', { score: 3 }],
    ["  [1, 2] ", { items: [1, 2] }],
    ['Here:\n```json\n{"a": {"b": 1}}\n```\nDone.', { a: { b: 1 } }],
    ['```\nnot json\n```\n```json\n{"a": 1}\n```', { a: 1 }],
    ['```json\n{"a": 1}\n```\n```json\n{"b": 1}\n```', {}],
    ["plain words", {}],
    ["42", {}],
    ["", {}],
  ])("the variables of %j", (answer, expected) => {
    expect(variablesOf(answer)).toEqual(expected);
  });

  test("asks for a prompt", () => {
    expect(llmConfig.safeParse({ prompt: "" }).success).toBe(false);
  });
});

test("each executor stands under its own kind", () => {
  expect(executors.input).toBe(executeInput as unknown as Execute);
  expect(executors.output).toBe(executeOutput as unknown as Execute);
  expect(executors.condition).toBe(executeCondition as unknown as Execute);
  expect(executors.llm).toBe(executeLlm as unknown as Execute);
});
