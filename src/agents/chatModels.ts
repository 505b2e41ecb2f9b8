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
  /**
   * How long, in all, a provider is waited for that is busy and says when to ask again. Longer, or when it does not say when, the
   * call fails with model_rate_limited. Milliseconds; 0 for not at all.
   */
  readonly patienceMs: number;
}

/**
 * `end` comes exactly once and last; a stream without it was cut. `usage` is what the provider has counted so far, as soon as it
 * tells, so that an answer that breaks off is still paid for in the books. Token counts are the provider's own.
 */
export type ChatChunk =
  | { readonly type: "text"; readonly text: string }
  /** Nothing has come yet, and the provider is asked again in so many milliseconds. */
  | { readonly type: "wait"; readonly ms: number }
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
