import type { ChatProvider } from "#src/agents/chatModels.ts";

/** What the operator has set; the shapes of `Env`. */
export interface ModelSettings {
  readonly openai: { readonly key: string | null; readonly baseUrl: string | null };
  readonly anthropic: { readonly key: string | null; readonly baseUrl: string | null };
  /** A server that speaks OpenAI's format; many need no key. */
  readonly compatible: { readonly url: string | null; readonly key: string | null; readonly model: string | null };
}

const publicAddresses = { openai: "https://api.openai.com/v1", anthropic: "https://api.anthropic.com" } as const;

export const openaiAddress = (settings: ModelSettings): string => settings.openai.baseUrl ?? publicAddresses.openai;
export const anthropicAddress = (settings: ModelSettings): string =>
  settings.anthropic.baseUrl ?? publicAddresses.anthropic;

/** Addresses that the egress must allow for these settings: of configured providers only. */
export function modelAddresses(settings: ModelSettings): string[] {
  return [
    ...(settings.openai.key === null ? [] : [openaiAddress(settings)]),
    ...(settings.anthropic.key === null ? [] : [anthropicAddress(settings)]),
    ...(settings.compatible.url === null ? [] : [settings.compatible.url]),
  ];
}

export interface ProviderDescription {
  readonly provider: ChatProvider;
  readonly configured: boolean;
  /** Used when a node names no model; empty where there is none. */
  readonly defaultModel: string;
  readonly note: string;
}

/** The providers as a person chooses among them. No address, no key. */
export function describeProviders(settings: ModelSettings): ProviderDescription[] {
  const usual = (name: string, variable: string, configured: boolean) =>
    configured ? `${name} with the operator's key.` : `The operator must set ${variable}.`;
  return [
    {
      provider: "offline",
      configured: true,
      defaultModel: "offline-extract",
      note: "Built in, no key. Quotes and lists from the text it is given; writes nothing of its own.",
    },
    {
      provider: "openai",
      configured: settings.openai.key !== null,
      defaultModel: "gpt-5.4-mini",
      note: usual("OpenAI", "OPENAI_API_KEY", settings.openai.key !== null),
    },
    {
      provider: "anthropic",
      configured: settings.anthropic.key !== null,
      defaultModel: "claude-sonnet-5-5",
      note: usual("Anthropic", "ANTHROPIC_API_KEY", settings.anthropic.key !== null),
    },
    {
      provider: "compatible",
      configured: settings.compatible.url !== null,
      defaultModel: settings.compatible.model ?? "",
      note:
        settings.compatible.url === null
          ? "The operator must set AGENTFLOW_MODEL_URL: Ollama, vLLM, LM Studio, OpenRouter."
          : "The operator's own server in OpenAI's format.",
    },
  ];
}
