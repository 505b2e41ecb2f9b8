import type { ChatProvider } from "../chatModels.ts";

export const providerNames: Readonly<Record<ChatProvider, string>> = {
  offline: "Built-in offline model",
  openai: "OpenAI",
  anthropic: "Anthropic",
  compatible: "OpenAI-compatible",
};

/** A model as a person reads it; without a model it is the provider's usual one. */
export function modelName({ provider, model }: { readonly provider: ChatProvider; readonly model: string }): string {
  return provider === "offline" || model === "" ? providerNames[provider] : `${providerNames[provider]} ${model}`;
}
