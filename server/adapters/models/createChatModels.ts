import type { ChatChunk, ChatModels, ChatProvider, ChatRequest } from "#src/agents/chatModels.ts";
import type { Signal } from "#src/engine/signal.ts";
import { AppError, assertNever } from "#src/errors.ts";
import type { Egress } from "../egress.ts";
import { abortError, linkAbort } from "./abort.ts";
import { createAnthropic } from "./anthropic.ts";
import { notConfiguredError } from "./errors.ts";
import { createOffline } from "./offline.ts";
import { createOpenAI } from "./openai.ts";
import { pause } from "./pause.ts";
import { anthropicAddress, describeProviders, type ModelSettings, openaiAddress } from "./settings.ts";

type Stream = (request: ChatRequest, signal: AbortSignal) => AsyncIterable<ChatChunk>;

export interface ChatModelsOptions {
  readonly settings: ModelSettings;
  /** Must allow `modelAddresses(settings)`. */
  readonly egress: Egress;
  /** Milliseconds between the offline model's word groups, so that it can be seen to stream; 0 for none. */
  readonly offlinePaceMs?: number;
}

/** The stream of a configured provider; undefined where the operator has not set it up. */
function streamsOf({
  settings,
  egress,
  offlinePaceMs = 15,
}: ChatModelsOptions): Record<ChatProvider, Stream | undefined> {
  const { openai, anthropic, compatible } = settings;
  const openaiServer = { name: "OpenAI", address: openaiAddress(settings), key: openai.key, isOpenAI: true };
  return {
    offline: createOffline(offlinePaceMs),
    openai: openai.key === null ? undefined : createOpenAI(openaiServer, egress),
    anthropic:
      anthropic.key === null
        ? undefined
        : createAnthropic({ address: anthropicAddress(settings), key: anthropic.key }, egress),
    compatible:
      compatible.url === null
        ? undefined
        : createOpenAI(
            { name: "The model server", address: compatible.url, key: compatible.key, isOpenAI: false },
            egress,
          ),
  };
}

function notConfigured(provider: ChatProvider): Error {
  switch (provider) {
    case "openai":
      return notConfiguredError("OpenAI", "The operator must set OPENAI_API_KEY.");
    case "anthropic":
      return notConfiguredError("Anthropic", "The operator must set ANTHROPIC_API_KEY.");
    case "compatible":
      return notConfiguredError(
        "The model server",
        "The operator must set AGENTFLOW_MODEL_URL, and a model must be named.",
      );
    case "offline":
      return notConfiguredError("The offline model", "");
    default:
      return assertNever(provider);
  }
}

/** Shorter waits are not asked for again and again. */
const shortestWaitMs = 50;

/** Asks again when a provider is busy, has said nothing yet and names a time within the request's patience. */
async function* patiently(stream: Stream, request: ChatRequest, signal: AbortSignal): AsyncGenerator<ChatChunk> {
  let left = request.patienceMs;
  for (;;) {
    let hasBegun = false;
    try {
      for await (const chunk of stream(request, signal)) {
        hasBegun = true;
        yield chunk;
      }
      return;
    } catch (error) {
      const busy = error instanceof AppError && error.code === "model_rate_limited" ? error : undefined;
      if (busy?.retryAfterMs === undefined || hasBegun || signal.aborted) throw error;
      const ms = Math.max(shortestWaitMs, busy.retryAfterMs);
      if (ms > left) throw error;
      left -= ms;
      yield { type: "wait", ms };
      await pause(ms, signal);
      if (signal.aborted) return;
    }
  }
}

/** The door to the language models. A node that names no model gets the provider's usual one. */
export function createChatModels(options: ChatModelsOptions): ChatModels {
  const streams = streamsOf(options);
  const defaults = new Map(describeProviders(options.settings).map((each) => [each.provider, each.defaultModel]));
  return {
    async *stream(request: ChatRequest, signal: Signal) {
      const model = request.model || (defaults.get(request.provider) ?? "");
      const stream = streams[request.provider];
      if (stream === undefined || model === "") throw notConfigured(request.provider);
      using abort = linkAbort(signal);
      if (signal.aborted) throw abortError(signal);
      try {
        for await (const chunk of patiently(stream, { ...request, model }, abort.signal)) {
          if (signal.aborted) break;
          yield chunk;
        }
      } catch (error) {
        if (!signal.aborted) throw error;
      }
      // The libraries end an aborted stream as if it were whole.
      if (signal.aborted) throw abortError(signal);
    },
  };
}
