import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { createEgress } from "#server/adapters/egress.ts";
import { createChatModels } from "#server/adapters/models/createChatModels.ts";
import { type ModelSettings, modelAddresses } from "#server/adapters/models/settings.ts";
import type { ChatModels } from "#src/agents/chatModels.ts";
import type { JsonObject } from "#src/json.ts";
import { type ModelServer, startModelServer } from "#tests/support/aimock.ts";
import { errorOf, runAgent } from "#tests/support/runAgent.ts";

/** OpenAI's library talks to the first server, Anthropic's to the second. */
let first: ModelServer;
let second: ModelServer;
let models: ChatModels;

beforeAll(async () => {
  first = await startModelServer();
  second = await startModelServer();
  const settings: ModelSettings = {
    openai: { key: "sk-one", baseUrl: `${first.url}/v1` },
    anthropic: { key: "sk-two", baseUrl: second.url },
    compatible: { url: null, key: null, model: null },
  };
  const egress = createEgress({ allowed: modelAddresses(settings) });
  models = createChatModels({ settings, egress, offlinePaceMs: 0 });
});
afterAll(async () => {
  await first[Symbol.asyncDispose]();
  await second[Symbol.asyncDispose]();
});

const chain: JsonObject = {
  provider: "openai",
  model: "gpt-5.4-mini",
  prompt: "Say hello.",
  fallbacks: [{ provider: "anthropic", model: "claude-sonnet-5-5" }],
  patienceSeconds: 0,
};

const run = (config: JsonObject = chain) =>
  runAgent("llm", { config, stream: (request) => models.stream(request, new AbortController().signal) });

const bothAsked = async (work: () => Promise<unknown>) => {
  const before = [first.requests().length, second.requests().length] as const;
  await work();
  return [first.requests().length - before[0], second.requests().length - before[1]];
};

describe("a chain of models through their real libraries", () => {
  test("asks only the first while it answers", async () => {
    first.script({ text: "Hello from one.", usage: { input_tokens: 100, output_tokens: 20 } });
    second.script({ text: "Hello from two." });
    let answer: Awaited<ReturnType<typeof run>> | undefined;
    expect(await bothAsked(async () => (answer = await run()))).toEqual([1, 0]);
    expect(answer?.outputs.text).toBe("Hello from one.");
    expect(answer?.usage).toEqual({
      model: "gpt-5.4-mini",
      inputTokens: 100,
      outputTokens: 20,
      dollars: (100 * 0.75 + 20 * 4.5) / 1e6,
    });
    expect(answer?.metadata).not.toHaveProperty("passedOver");
  });

  test.each([
    [429, "model_rate_limited"],
    [500, "model_unavailable"],
    [503, "model_unavailable"],
    [529, "model_unavailable"],
    [401, "model_unauthorized"],
  ])("goes on to the next when the first answers %i, and says who answered", async (status, code) => {
    first.script({ status, retryAfter: 30 });
    second.script({ text: "Hello from two.", usage: { input_tokens: 50, output_tokens: 10 } });
    const { outputs, usage, metadata, log } = await run();
    expect(outputs.text).toBe("Hello from two.");
    expect(usage).toEqual({
      model: "claude-sonnet-5-5",
      inputTokens: 50,
      outputTokens: 10,
      dollars: (50 * 2 + 10 * 10) / 1e6,
    });
    expect(metadata).toMatchObject({
      provider: "anthropic",
      model: "claude-sonnet-5-5",
      passedOver: [{ provider: "openai", model: "gpt-5.4-mini", code }],
    });
    expect(log.join("\n")).toContain("Asking Anthropic claude-sonnet-5-5 instead.");
    expect(log.join("\n")).toContain("Anthropic claude-sonnet-5-5 answered.");
  });

  test.each([400, 404, 422])("asks nobody else what was rejected with %i", async (status) => {
    first.script({ status });
    second.script({ text: "Hello from two." });
    expect(await bothAsked(() => errorOf(run()))).toEqual([1, 0]);
  });

  test("a stream that breaks off in the middle is an attempt of its own: its text is seen already", async () => {
    first.script({ text: "Hello from one, at some length, in many pieces of text.", cutAfter: 3 });
    second.script({ text: "Hello from two." });
    let error: unknown;
    expect(
      await bothAsked(async () => {
        error = await errorOf(run());
      }),
    ).toEqual([1, 0]);
    expect(error).toMatchObject({ code: "model_stream_cut", retryable: true });
  });

  test("waits for a busy model as long as the step allows before it asks the next", async () => {
    first.script({ status: 429, retryAfter: 1 });
    second.script({ text: "Hello from two." });
    let log: readonly string[] = [];
    const asked = await bothAsked(async () => {
      ({ log } = await run({ ...chain, patienceSeconds: 1.5 }));
    });
    expect(asked).toEqual([2, 1]);
    expect(log[0]).toBe("OpenAI gpt-5.4-mini is busy and asks to wait 1 s.");
  });

  test("when nobody answers, tells of everybody, and may be tried again as soon as one of them allows", async () => {
    first.script({ status: 429, retryAfter: 30 });
    second.script({ status: 429, retryAfter: 7 });
    const error = await errorOf(run());
    expect(error).toMatchObject({ code: "model_rate_limited", retryable: true, retryAfterMs: 7_000 });
    expect(error.message).toContain("OpenAI gpt-5.4-mini");
    expect(error.message).toContain("Anthropic claude-sonnet-5-5");
  });

  test("a model that is not set up is passed over, and does not make a passing failure a final one", async () => {
    first.script({ status: 503 });
    const config = { ...chain, fallbacks: [{ provider: "compatible", model: "llama" }] };
    expect(await errorOf(run(config))).toMatchObject({ code: "model_unavailable", retryable: true });
    const other = { ...chain, provider: "compatible", model: "llama", fallbacks: [{ provider: "offline", model: "" }] };
    const { metadata, usage } = await run(other);
    expect(metadata).toMatchObject({ provider: "offline", passedOver: [{ code: "model_not_configured" }] });
    expect(usage?.dollars).toBe(0);
  });
});

describe("servers that misbehave, in a chain", () => {
  async function asked(body: string) {
    const raw = Bun.serve({
      port: 0,
      hostname: "127.0.0.1",
      fetch: () => new Response(body, { headers: { "content-type": "text/event-stream" } }),
    });
    const settings: ModelSettings = {
      openai: { key: null, baseUrl: null },
      anthropic: { key: "sk-two", baseUrl: `http://127.0.0.1:${raw.port}` },
      compatible: { url: null, key: null, model: null },
    };
    const odd = createChatModels({ settings, egress: createEgress({ allowed: modelAddresses(settings) }) });
    const config = {
      ...chain,
      provider: "anthropic",
      model: "claude-opus-5-5",
      fallbacks: [{ provider: "offline", model: "" }],
    };
    const done = await runAgent("llm", {
      config,
      stream: (request) => odd.stream(request, new AbortController().signal),
    });
    await raw.stop(true);
    return done;
  }

  test.each([
    ["empty", "", "model_stream_cut"],
    ["no JSON", "event: message_start\ndata: {not json\n\n", "model_unavailable"],
    [
      "overloaded",
      `event: error\ndata: {"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}\n\n`,
      "model_unavailable",
    ],
  ])("a stream that is %s hands over to the next model", async (_what, body, code) => {
    expect((await asked(body)).metadata).toMatchObject({ provider: "offline", passedOver: [{ code }] });
  });

  test("what a model counted before it failed is paid for beside what the next one used", async () => {
    const start = {
      type: "message_start",
      message: {
        id: "m",
        type: "message",
        role: "assistant",
        model: "claude-opus-5-5",
        content: [],
        usage: { input_tokens: 1_000, output_tokens: 1 },
      },
    };
    const body = [
      `event: message_start\ndata: ${JSON.stringify(start)}\n\n`,
      `event: error\ndata: {"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}\n\n`,
    ].join("");
    const { usage, reported } = await asked(body);
    expect(usage?.model).toBe("offline-extract");
    expect(usage?.inputTokens).toBeGreaterThan(1_000);
    expect(usage?.dollars).toBeCloseTo((1_000 * 4 + 1 * 20) / 1e6, 10);
    expect(reported.at(-1)).toEqual(usage as never);
  });
});
