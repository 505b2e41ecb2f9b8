import { z } from "zod";
import type { JsonObject } from "../../json.ts";
import { defineAgent, type FieldMeta } from "../agent.ts";
import { type ChatProvider, chatProviders } from "../chatModels.ts";
import { modelName } from "./names.ts";

const online = { field: "provider", in: ["openai", "anthropic", "compatible"] } as const;

const provider = z.enum(chatProviders).default("offline");
const model = z.string().max(200).default("");
const modelMeta = {
  title: "Model",
  description: "Empty: the provider's usual one.",
  editor: "line",
  placeholder: "the provider's usual one",
  showWhen: online,
} satisfies FieldMeta;

const fallback = z.strictObject({
  provider: provider.meta({ title: "Provider", editor: "select", template: false } satisfies FieldMeta),
  model: model.meta({ ...modelMeta, template: false } satisfies FieldMeta),
});

export const llmConfig = z.strictObject({
  provider: provider.meta({
    title: "Provider",
    description: "offline is built in: it quotes, it does not think. The others need a key from the operator.",
    editor: "select",
  } satisfies FieldMeta),
  model: model.meta(modelMeta),
  system: z
    .string()
    .default("")
    .meta({
      title: "System prompt",
      description: "Who the model is and how it answers.",
      editor: "prompt",
    } satisfies FieldMeta),
  prompt: z
    .string()
    .min(1, "Say what the model shall do")
    .meta({
      title: "Prompt",
      description: "What to do. {{ steps.… }} puts in what other steps gave.",
      editor: "prompt",
      placeholder: "Summarise {{ steps.input.value.text }}",
    } satisfies FieldMeta),
  temperature: z
    .number()
    .min(0)
    .max(2)
    .default(0.7)
    .meta({
      title: "Temperature",
      description: "0 is steady, 2 is wild. Models that set it themselves (Anthropic's, reasoning ones) ignore it.",
      editor: "number",
      showWhen: online,
    } satisfies FieldMeta),
  maxTokens: z
    .int()
    .min(1)
    .max(128_000)
    .default(1_024)
    .meta({
      title: "Tokens at most",
      description: "Where the answer is cut off.",
      editor: "number",
    } satisfies FieldMeta),
  fallbacks: z
    .array(fallback)
    .max(5)
    .default([])
    .meta({
      title: "Fallbacks",
      description: "Asked in this order when a model cannot be reached, is busy for too long or has no valid key.",
      showWhen: online,
    } satisfies FieldMeta),
  patienceSeconds: z
    .number()
    .min(0)
    .max(300)
    .default(5)
    .meta({
      title: "Seconds to wait for a busy model",
      description: "One that says when it is free again is waited for so long before the next is asked.",
      editor: "number",
      showWhen: online,
    } satisfies FieldMeta),
});

export const llmDefinition = defineAgent({
  kind: "llm",
  label: "LLM Text Generator",
  description: "Asks a language model and streams its answer.",
  category: "ai",
  icon: "sparkles",
  inputs: [
    { name: "context", label: "Context", type: "any", description: "Put after the prompt, under the word Context." },
  ],
  outputs: [
    { name: "text", label: "Text", type: "text", description: "The answer." },
    {
      name: "variables",
      label: "Variables",
      type: "object",
      description: "The answer's JSON when it is JSON or holds one JSON block; otherwise empty.",
    },
  ],
  config: llmConfig,
  defaults: { provider: "offline", prompt: "Summarise this in three sentences." },
  budgets: ["tokens", "dollars", "timeMs"],
  defaultTimeoutMs: 600_000,
  summary: summarizeLlm,
});

const isProvider = (value: unknown): value is ChatProvider => chatProviders.some((each) => each === value);

function summarizeLlm(config: JsonObject): string {
  const { provider = "offline" } = config;
  const model = typeof config.model === "string" ? config.model.trim() : "";
  const name = isProvider(provider) ? modelName({ provider, model }) : String(provider);
  const more = provider !== "offline" && Array.isArray(config.fallbacks) ? config.fallbacks.length : 0;
  const chain = more === 0 ? name : `${name}, ${more} ${more === 1 ? "fallback" : "fallbacks"}`;
  const prompt = typeof config.prompt === "string" ? config.prompt.trim().replace(/\s+/g, " ").slice(0, 60) : "";
  return [chain, prompt].filter((part) => part !== "").join(": ");
}
