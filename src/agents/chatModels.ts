import type { Signal } from "../engine/signal.ts";

export const chatProviders = ["offline", "openai", "anthropic", "compatible"] as const;
export type ChatProvider = (typeof chatProviders)[number];

export interface ChatRequest {
  readonly provider: ChatProvider;
  readonly model: string;
  readonly system: string;
  readonly prompt: string;
  /** 0 to 2. */
  readonly temperature: number;
  readonly maxTokens: number;
  readonly idempotencyKey: string;
}

/**
 * `end` comes exactly once and last; a stream without it was cut. `usage` is what the provider has counted so far, as soon as it
 * tells, so that an answer that breaks off is still paid for in the books. Token counts are the provider's own.
 */
export type ChatChunk =
  | { readonly type: "text"; readonly text: string }
  | { readonly type: "usage"; readonly model: string; readonly inputTokens: number; readonly outputTokens: number }
  | {
      readonly type: "end";
      readonly reason: "stop" | "length" | "refusal";
      readonly model: string;
      readonly inputTokens: number;
      readonly outputTokens: number;
    };

/** Door to the language models. Errors: model_unauthorized, model_rejected, model_rate_limited, model_unavailable, model_stream_cut, model_not_configured. */
export interface ChatModels {
  stream(request: ChatRequest, signal: Signal): AsyncIterable<ChatChunk>;
}
