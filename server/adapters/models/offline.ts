import type { ChatChunk, ChatRequest } from "#src/agents/chatModels.ts";
import { answer } from "./extract.ts";
import { pause } from "./pause.ts";

/** Words and marks: what the offline model counts as tokens. */
const tokensOf = (text: string): string[] => text.match(/\s*\S+/g) ?? [];

const wordsPerChunk = 4;
/** An answer is slowed down by this much in all, at most. */
const longestPaceMs = 1_500;

/** The built-in model: extractive, deterministic, no network. `paceMs` between groups of words lets it be seen to stream. */
export function createOffline(paceMs: number) {
  return async function* stream(request: ChatRequest, signal: AbortSignal): AsyncGenerator<ChatChunk> {
    const all = tokensOf(answer(request.system, request.prompt));
    const tokens = all.slice(0, request.maxTokens);
    const pace = Math.min(paceMs, (longestPaceMs * wordsPerChunk) / Math.max(1, tokens.length));
    for (let at = 0; at < tokens.length; at += wordsPerChunk) {
      if (at > 0) await pause(pace, signal);
      if (signal.aborted) return;
      yield { type: "text", text: tokens.slice(at, at + wordsPerChunk).join("") };
    }
    yield {
      type: "end",
      reason: tokens.length < all.length ? "length" : "stop",
      model: "offline-extract",
      inputTokens: tokensOf(request.prompt).length + tokensOf(request.system).length,
      outputTokens: tokens.length,
    };
  };
}
