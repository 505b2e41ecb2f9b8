import { afterAll, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import { createEgress } from "#server/adapters/egress.ts";
import { createChatModels } from "#server/adapters/models/createChatModels.ts";
import { type ModelSettings, modelAddresses } from "#server/adapters/models/settings.ts";
import type { ChatChunk, ChatModels, ChatProvider, ChatRequest } from "#src/agents/chatModels.ts";
import { AppError } from "#src/errors.ts";
import { type ModelServer, type ScriptedAnswer, startModelServer } from "#tests/support/aimock.ts";

const key = "sk-canary-1f9c0b7a2d";
let server: ModelServer;
let models: ChatModels;

const settingsFor = (url: string): ModelSettings => ({
  openai: { key, baseUrl: `${url}/v1` },
  anthropic: { key, baseUrl: url },
  compatible: { url: `${url}/v1`, key: null, model: "llama" },
});

beforeAll(async () => {
  server = await startModelServer();
  const settings = settingsFor(server.url);
  models = createChatModels({
    settings,
    egress: createEgress({ allowed: modelAddresses(settings) }),
    offlinePaceMs: 0,
  });
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
});

const request = (provider: ChatProvider, changes: Partial<ChatRequest> = {}): ChatRequest => ({
  provider,
  model: "",
  system: "You are brief.",
  prompt: "Say hello to the world.",
  temperature: 0.2,
  maxTokens: 500,
  idempotencyKey: "exe:node:",
  patienceMs: 0,
  ...changes,
});

async function collect(stream: AsyncIterable<ChatChunk>) {
  const texts: string[] = [];
  const waits: number[] = [];
  let end: Extract<ChatChunk, { type: "end" }> | undefined;
  let usage: Extract<ChatChunk, { type: "usage" }> | undefined;
  for await (const chunk of stream) {
    expect(end).toBeUndefined();
    if (chunk.type === "text") texts.push(chunk.text);
    else if (chunk.type === "usage") usage = chunk;
    else if (chunk.type === "wait") waits.push(chunk.ms);
    else end = chunk;
  }
  return { texts, waits, text: texts.join(""), end, usage };
}

async function failure(provider: ChatProvider, answer: ScriptedAnswer): Promise<AppError> {
  server.script(answer);
  const error: unknown = await collect(models.stream(request(provider), new AbortController().signal)).catch((e) => e);
  if (!(error instanceof AppError)) throw new Error(`no AppError but ${String(error)}`);
  return error;
}

describe.each(["openai", "anthropic", "compatible"] as const)("%s through its real library", (provider) => {
  const answer = "Hello world, this is a longer answer that arrives in several pieces.";
  beforeEach(() => server.script({ text: answer }));

  test("streams the answer in pieces and ends once, with the model and its tokens", async () => {
    const { texts, text, end, usage } = await collect(models.stream(request(provider), new AbortController().signal));
    expect(text).toBe(answer);
    expect(texts.length).toBeGreaterThan(2);
    expect(end?.reason).toBe("stop");
    expect(end?.model).not.toBe("");
    expect(end?.outputTokens).toBeGreaterThan(0);
    expect(end?.inputTokens).toBeGreaterThan(0);
    const { model, inputTokens, outputTokens } = end ?? {};
    expect(usage).toMatchObject({ model, inputTokens, outputTokens });
  });

  test("sends prompt, system prompt and the step's idempotency key", async () => {
    await collect(models.stream(request(provider), new AbortController().signal));
    const last = server.requests().at(-1);
    expect(JSON.stringify(last?.body)).toContain("Say hello to the world.");
    expect(JSON.stringify(last?.body)).toContain("You are brief.");
    expect(last?.headers["idempotency-key"]).toBe("exe:node:");
  });

  test.each([
    [401, "model_unauthorized", false],
    [403, "model_unauthorized", false],
    [400, "model_rejected", false],
    [404, "model_rejected", false],
    [422, "model_rejected", false],
    [500, "model_unavailable", true],
    [503, "model_unavailable", true],
    [529, "model_unavailable", true],
  ] as const)("an answer of %i is %s", async (status, code, retryable) => {
    const before = server.requests().length;
    const error = await failure(provider, { status });
    expect(error.code).toBe(code);
    expect(error.retryable).toBe(retryable);
    // The library itself must not retry.
    expect(server.requests().length - before).toBe(1);
  });

  test("an answer of 429 carries its Retry-After in milliseconds", async () => {
    const error = await failure(provider, { status: 429, retryAfter: 7 });
    expect(error.code).toBe("model_rate_limited");
    expect(error.retryAfterMs).toBe(7_000);
  });

  test("a stream that is cut is told from a whole one", async () => {
    const error = await failure(provider, { text: answer, cutAfter: 3 });
    expect(error.code).toBe("model_stream_cut");
  });

  test("an abort in the middle ends the stream at once, with its reason", async () => {
    server.script({ text: answer.repeat(20), paceMs: 20, pieceSize: 5 });
    const abort = new AbortController();
    const reason = new AppError("step_timeout", "Too slow.");
    const seen: string[] = [];
    const error: unknown = await (async () => {
      for await (const chunk of models.stream(request(provider), abort.signal)) {
        if (chunk.type === "text") seen.push(chunk.text);
        if (seen.length === 3) abort.abort(reason);
      }
    })().catch((e) => e);
    expect(error).toBe(reason);
    expect(seen).toHaveLength(3);
  });

  test("an abort before the start asks nobody", async () => {
    const before = server.requests().length;
    const stream = models.stream(request(provider), AbortSignal.abort());
    await expect(collect(stream)).rejects.toMatchObject({ code: "cancelled" });
    expect(server.requests().length).toBe(before);
  });

  test("the key is in no message, whatever the server says", async () => {
    for (const status of [400, 401, 429, 500]) {
      const error = await failure(provider, { status, message: `Incorrect API key provided: ${key} (Bearer ${key})` });
      expect(JSON.stringify([error.message, error.detail, String(error.cause), error.stack])).not.toContain("canary");
    }
  });

  test("a server that is not there is unavailable and may be tried again", async () => {
    const gone = settingsFor("http://127.0.0.1:9");
    const egress = createEgress({ allowed: modelAddresses(gone) });
    const stream = createChatModels({ settings: gone, egress }).stream(request(provider), new AbortController().signal);
    await expect(collect(stream)).rejects.toMatchObject({ code: "model_unavailable", retryable: true });
  });
});

/** A server that sends these bytes and closes. */
function rawServer(
  body: string,
  headers: Record<string, string> = { "content-type": "text/event-stream" },
  status = 200,
) {
  return Bun.serve({ port: 0, hostname: "127.0.0.1", fetch: () => new Response(body, { status, headers }) });
}

describe("servers that misbehave", () => {
  async function ask(provider: ChatProvider, body: string, headers?: Record<string, string>, status?: number) {
    const raw = rawServer(body, headers, status);
    const settings = settingsFor(`http://127.0.0.1:${raw.port}`);
    const egress = createEgress({ allowed: modelAddresses(settings) });
    const stream = createChatModels({ settings, egress }).stream(request(provider), new AbortController().signal);
    const error: unknown = await collect(stream).catch((e) => e);
    await raw.stop(true);
    return error;
  }

  test.each(["openai", "anthropic"] as const)("%s: a stream that is no JSON is unavailable", async (provider) => {
    expect(await ask(provider, "event: message_start\ndata: {not json\n\n")).toMatchObject({
      code: "model_unavailable",
    });
  });

  test.each(["openai", "anthropic"] as const)("%s: an empty stream is cut", async (provider) => {
    expect(await ask(provider, "")).toMatchObject({ code: "model_stream_cut" });
  });

  test("Anthropic: an overload told inside the stream is unavailable", async () => {
    const body = `event: error\ndata: {"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}\n\n`;
    expect(await ask("anthropic", body)).toMatchObject({ code: "model_unavailable" });
  });

  test("OpenAI: a spent quota is no reason to wait, though it comes as 429", async () => {
    const body = JSON.stringify({ error: { message: "You exceeded your current quota", code: "insufficient_quota" } });
    const error = await ask("openai", body, { "content-type": "application/json" }, 429);
    expect(error).toMatchObject({ code: "model_rejected", retryable: false });
  });

  test("a redirect is not followed, and the key goes nowhere else", async () => {
    const caught: string[] = [];
    const evil = Bun.serve({
      port: 0,
      hostname: "127.0.0.1",
      fetch: (r) => {
        caught.push(r.url);
        return new Response("");
      },
    });
    for (const status of [301, 302, 303, 307, 308]) {
      const error = await ask("openai", "", { location: `http://127.0.0.1:${evil.port}/` }, status);
      expect(error).toMatchObject({ code: "model_rejected", retryable: false });
    }
    await evil.stop(true);
    expect(caught).toEqual([]);
  });
});

/** Busy until it was asked `refusals` times; `after` is its `retry-after-ms`. */
function busyServer(refusals: number, after: string | null) {
  let asked = 0;
  const first = Promise.withResolvers<void>();
  const end = { id: "x", model: "gpt-5.4-mini", object: "chat.completion.chunk", created: 1 };
  const answer = [
    { ...end, choices: [{ index: 0, delta: { content: "Free again." }, finish_reason: "stop" }] },
    { ...end, choices: [], usage: { prompt_tokens: 3, completion_tokens: 2, total_tokens: 5 } },
  ];
  const server = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    fetch() {
      asked += 1;
      first.resolve();
      if (asked <= refusals) {
        const headers = { "content-type": "application/json", ...(after === null ? {} : { "retry-after-ms": after }) };
        return new Response(JSON.stringify({ error: { message: "busy" } }), { status: 429, headers });
      }
      const body = [...answer.map((chunk) => `data: ${JSON.stringify(chunk)}\n\n`), "data: [DONE]\n\n"].join("");
      return new Response(body, { headers: { "content-type": "text/event-stream" } });
    },
  });
  const settings = settingsFor(`http://127.0.0.1:${server.port}`);
  const egress = createEgress({ allowed: modelAddresses(settings) });
  const patient = createChatModels({ settings, egress });
  return {
    asked: () => asked,
    firstAsked: first.promise,
    ask: (patienceMs: number, signal = new AbortController().signal) =>
      collect(patient.stream(request("openai", { patienceMs }), signal)).catch((error: unknown) => error),
    [Symbol.asyncDispose]: () => server.stop(true),
  };
}

describe("a provider that is busy", () => {
  test("is asked again when it said, within the patience there is", async () => {
    await using busy = busyServer(2, "60");
    expect(await busy.ask(1_000)).toMatchObject({ text: "Free again.", waits: [60, 60], end: { reason: "stop" } });
    expect(busy.asked()).toBe(3);
  });

  test("is not waited for beyond the patience, over all waits together", async () => {
    await using busy = busyServer(9, "60");
    expect(await busy.ask(150)).toMatchObject({ code: "model_rate_limited", retryAfterMs: 60 });
    expect(busy.asked()).toBe(3);
  });

  test.each([null, "600000"])("with a Retry-After of %p is not waited for", async (after) => {
    await using busy = busyServer(1, after);
    expect(await busy.ask(1_000)).toMatchObject({ code: "model_rate_limited" });
    expect(busy.asked()).toBe(1);
  });

  test("is not asked again by a step that was told to stop", async () => {
    await using busy = busyServer(1, "250000");
    const abort = new AbortController();
    const asking = busy.ask(300_000, abort.signal);
    await busy.firstAsked;
    abort.abort(new AppError("cancelled", "Enough."));
    expect(await asking).toMatchObject({ code: "cancelled" });
    expect(busy.asked()).toBe(1);
  });
});

describe("providers without their settings", () => {
  const none: ModelSettings = {
    openai: { key: null, baseUrl: null },
    anthropic: { key: null, baseUrl: null },
    compatible: { url: null, key: null, model: null },
  };
  test.each(["openai", "anthropic", "compatible"] as const)("%s says what the operator must set", async (provider) => {
    const bare = createChatModels({ settings: none, egress: createEgress({ allowed: modelAddresses(none) }) });
    const error = await collect(bare.stream(request(provider), new AbortController().signal)).catch((e) => e);
    expect(error).toMatchObject({ code: "model_not_configured", retryable: false });
    expect(String(error.message)).toMatch(/OPENAI_API_KEY|ANTHROPIC_API_KEY|AGENTFLOW_MODEL_URL/);
  });
});
