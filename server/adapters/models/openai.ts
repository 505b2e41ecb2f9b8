import OpenAI, { APIError } from "openai";
import type { ChatChunk, ChatRequest } from "#src/agents/chatModels.ts";
import { AppError } from "#src/errors.ts";
import type { Egress } from "../egress.ts";
import { cutError, toModelError } from "./errors.ts";

export interface OpenAIServer {
  /** Named in messages. */
  readonly name: string;
  readonly address: string;
  /** Null for servers that need none. */
  readonly key: string | null;
  /** OpenAI itself: its reasoning models take no temperature, and the limit has another name. */
  readonly isOpenAI: boolean;
}

const reasons = { length: "length", content_filter: "refusal" } as const;
type Reason = Extract<ChatChunk, { type: "end" }>["reason"];
const reasonOf = (finish: string): Reason => (finish in reasons ? reasons[finish as keyof typeof reasons] : "stop");

function parameters({ model, system, prompt, temperature, maxTokens }: ChatRequest, { isOpenAI }: OpenAIServer) {
  const fixedTemperature = isOpenAI && /^(o\d|gpt-[5-9])/.test(model);
  return {
    model,
    messages: [
      ...(system === "" ? [] : [{ role: "system" as const, content: system }]),
      { role: "user" as const, content: prompt },
    ],
    stream: true as const,
    stream_options: { include_usage: true },
    ...(fixedTemperature ? {} : { temperature }),
    ...(isOpenAI ? { max_completion_tokens: maxTokens } : { max_tokens: maxTokens }),
  };
}

function failureOf(error: unknown, server: OpenAIServer, hasBegun: boolean): AppError {
  const cause = error instanceof Error ? error.cause : undefined;
  if (error instanceof AppError) return error;
  if (cause instanceof AppError) return new AppError("model_rejected", cause.message, { cause });
  const isReported =
    error instanceof APIError && (error.status !== undefined || error.type !== undefined || error.code != null);
  // The connection, not the provider, ended it. Nonsense in the stream is the provider's.
  if (hasBegun && !(error instanceof SyntaxError) && !isReported) return cutError(server.name);
  const reported = error instanceof APIError ? error : undefined;
  return toModelError(
    {
      provider: server.name,
      status: reported?.status,
      type: String(reported?.code ?? reported?.type ?? ""),
      message: reported?.message ?? "",
      headers: reported?.headers,
      key: server.key,
    },
    Date.now(),
  );
}

function clientFor(server: OpenAIServer, egress: Egress): OpenAI {
  return new OpenAI({
    // The library insists on a key; a server that needs none ignores it.
    apiKey: server.key ?? "none",
    baseURL: server.address,
    adminAPIKey: null,
    organization: null,
    project: null,
    webhookSecret: null,
    // The engine retries, by the step's policy.
    maxRetries: 0,
    logLevel: "off",
    fetch: (input, init) => egress.fetch(input, init),
  });
}

/** Streams from OpenAI or a server of its format. The end comes only when the provider said why it ended. */
export function createOpenAI(server: OpenAIServer, egress: Egress) {
  const client = clientFor(server, egress);
  return async function* stream(request: ChatRequest, signal: AbortSignal): AsyncGenerator<ChatChunk> {
    let hasBegun = false;
    let isRefusal = false;
    let finish: string | undefined;
    let { model } = request;
    let tokens = { inputTokens: 0, outputTokens: 0 };
    try {
      const chunks = await client.chat.completions.create(parameters(request, server), {
        signal,
        headers: { "Idempotency-Key": request.idempotencyKey },
      });
      for await (const chunk of chunks) {
        hasBegun = true;
        model = chunk.model || model;
        if (chunk.usage) {
          tokens = { inputTokens: chunk.usage.prompt_tokens, outputTokens: chunk.usage.completion_tokens };
          yield { type: "usage", model, ...tokens };
        }
        const [choice] = chunk.choices;
        finish = choice?.finish_reason ?? finish;
        if (choice?.delta?.refusal) isRefusal = true;
        const text = choice?.delta?.content || choice?.delta?.refusal;
        if (text) yield { type: "text", text };
      }
    } catch (error) {
      throw failureOf(error, server, hasBegun);
    }
    if (finish === undefined) throw cutError(server.name);
    yield { type: "end", reason: isRefusal ? "refusal" : reasonOf(finish), model, ...tokens };
  };
}
