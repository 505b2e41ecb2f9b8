import Anthropic, { APIError } from "@anthropic-ai/sdk";
import type { ChatChunk, ChatRequest } from "#src/agents/chatModels.ts";
import { AppError } from "#src/errors.ts";
import type { Egress } from "../egress.ts";
import { cutError, toModelError } from "./errors.ts";

export interface AnthropicServer {
  readonly address: string;
  readonly key: string;
}

const name = "Anthropic";
type Reason = Extract<ChatChunk, { type: "end" }>["reason"];

function reasonOf(stop: string | null): Reason {
  if (stop === "max_tokens" || stop === "model_context_window_exceeded") return "length";
  return stop === "refusal" ? "refusal" : "stop";
}

/** In a stream the error's body is `{ error: { type, message } }`; as an answer it is that, too. */
function bodyOf(error: APIError): { type: string; message: string } {
  const outer = error.error as { error?: { type?: unknown; message?: unknown } } | undefined;
  const { type, message } = outer?.error ?? {};
  return {
    type: typeof type === "string" ? type : "",
    message: typeof message === "string" ? message : error.message,
  };
}

function failureOf(error: unknown, server: AnthropicServer, hasBegun: boolean): AppError {
  const cause = error instanceof Error ? error.cause : undefined;
  if (error instanceof AppError) return error;
  if (cause instanceof AppError) return new AppError("model_rejected", cause.message, { cause });
  const reported = error instanceof APIError ? error : undefined;
  const body = reported === undefined ? { type: "", message: "" } : bodyOf(reported);
  // The connection, not the provider, ended it. Nonsense in the stream is the provider's.
  if (hasBegun && !(error instanceof SyntaxError) && reported?.status === undefined && body.type === "")
    return cutError(name);
  const failure = { provider: name, status: reported?.status, ...body, headers: reported?.headers, key: server.key };
  return toModelError(failure, Date.now());
}

function clientFor(server: AnthropicServer, egress: Egress): Anthropic {
  return new Anthropic({
    apiKey: server.key,
    authToken: null,
    baseURL: server.address,
    // The engine retries, by the step's policy.
    maxRetries: 0,
    logLevel: "off",
    fetch: (input, init) => egress.fetch(input, init),
  });
}

/** Streams from Anthropic. Its present models set the temperature themselves, so it is not sent. The end comes only after `message_stop`. */
export function createAnthropic(server: AnthropicServer, egress: Egress) {
  const client = clientFor(server, egress);
  return async function* stream(request: ChatRequest, signal: AbortSignal): AsyncGenerator<ChatChunk> {
    let hasBegun = false;
    let hasEnded = false;
    let reason: Reason = "stop";
    let { model } = request;
    let inputTokens = 0;
    let outputTokens = 0;
    try {
      const events = await client.messages.create(
        {
          model,
          max_tokens: request.maxTokens,
          messages: [{ role: "user", content: request.prompt }],
          ...(request.system === "" ? {} : { system: request.system }),
          stream: true,
        },
        { signal, headers: { "Idempotency-Key": request.idempotencyKey } },
      );
      for await (const event of events) {
        hasBegun = true;
        if (event.type === "message_start") {
          model = event.message.model;
          const { input_tokens, cache_creation_input_tokens, cache_read_input_tokens } = event.message.usage;
          inputTokens = input_tokens + (cache_creation_input_tokens ?? 0) + (cache_read_input_tokens ?? 0);
          yield { type: "usage", model, inputTokens, outputTokens: event.message.usage.output_tokens };
        } else if (event.type === "content_block_delta" && event.delta.type === "text_delta") {
          yield { type: "text", text: event.delta.text };
        } else if (event.type === "message_delta") {
          reason = reasonOf(event.delta.stop_reason);
          outputTokens = event.usage.output_tokens;
          yield { type: "usage", model, inputTokens, outputTokens };
        } else if (event.type === "message_stop") hasEnded = true;
      }
    } catch (error) {
      throw failureOf(error, server, hasBegun);
    }
    if (!hasEnded) throw cutError(name);
    yield { type: "end", reason, model, inputTokens, outputTokens };
  };
}
