import type { ChatProvider } from "../chatModels.ts";

/** When the table was last held against what the providers publish. */
export const pricesOf = "2026-10-15";

/** US dollars for a million tokens. */
interface Price {
  readonly input: number;
  readonly output: number;
  /** A prompt of more tokens than this makes the whole request dearer. */
  readonly long?: { readonly above: number; readonly input: number; readonly output: number };
}

const flat = (input: number, output: number): Price => ({ input, output });
/** OpenAI from GPT-5.4 on: above 272,000 input tokens twice the input's price and one and a half times the output's. */
const longOpenAi = (input: number, output: number): Price => ({
  input,
  output,
  long: { above: 272_000, input: input * 2, output: output * 1.5 },
});

/**
 * List prices by the provider's name of the model, without discounts (cached input, batches) and without tiers of speed.
 * Sources: openai.com/api/pricing, platform.claude.com/docs/en/about-claude/pricing.
 */
const prices: Readonly<Partial<Record<ChatProvider, Readonly<Record<string, Price>>>>> = {
  offline: { "offline-extract": flat(0, 0) },
  openai: {
    "gpt-6-astra": longOpenAi(10, 50),
    "gpt-6.1-sol": longOpenAi(2, 10),
    "gpt-6-sol": longOpenAi(2, 10),
    "gpt-6-luna": longOpenAi(0.1, 0.5),
    "gpt-5.6-sol": longOpenAi(4, 20),
    "gpt-5.6-terra": longOpenAi(2, 12),
    "gpt-5.6-luna": longOpenAi(0.2, 1.2),
    "gpt-5.5": longOpenAi(5, 30),
    "gpt-5.5-pro": flat(30, 180),
    "gpt-5.4": longOpenAi(2.5, 15),
    "gpt-5.4-pro": flat(30, 180),
    "gpt-5.4-mini": flat(0.75, 4.5),
    "gpt-5.4-nano": flat(0.2, 1.25),
    "gpt-5.2": flat(1.75, 14),
    "gpt-5.2-pro": flat(21, 168),
    "gpt-5.1": flat(1.25, 10),
    "gpt-5": flat(1.25, 10),
    "gpt-5-pro": flat(15, 120),
    "gpt-5-mini": flat(0.25, 2),
    "gpt-5-nano": flat(0.05, 0.4),
    "gpt-4.1": flat(2, 8),
    "gpt-4.1-mini": flat(0.4, 1.6),
    "gpt-4.1-nano": flat(0.1, 0.4),
    "gpt-4o": flat(2.5, 10),
    "gpt-4o-mini": flat(0.15, 0.6),
    o3: flat(2, 8),
    "o3-mini": flat(1.1, 4.4),
    "o4-mini": flat(1.1, 4.4),
    o1: flat(15, 60),
  },
  anthropic: {
    "claude-fable-5-1": flat(10, 50),
    "claude-fable-5": flat(10, 50),
    "claude-mythos-5-1": flat(10, 50),
    "claude-mythos-5": flat(10, 50),
    "claude-opus-5-5": flat(4, 20),
    "claude-opus-5": flat(5, 25),
    "claude-opus-4-8": flat(5, 25),
    "claude-opus-4-7": flat(5, 25),
    "claude-opus-4-6": flat(5, 25),
    "claude-opus-4-5": flat(5, 25),
    "claude-opus-4-1": flat(15, 75),
    "claude-opus-4": flat(15, 75),
    "claude-sonnet-5-5": flat(2, 10),
    "claude-sonnet-5": flat(2, 10),
    "claude-sonnet-4-6": flat(3, 15),
    "claude-sonnet-4-5": flat(3, 15),
    "claude-sonnet-4": flat(3, 15),
    "claude-haiku-5-5": { input: 0.1, output: 0.5, long: { above: 100_000, input: 0.5, output: 2.5 } },
    "claude-haiku-4-5": flat(1, 5),
    "claude-3-5-haiku": flat(0.8, 4),
    "claude-3-haiku": flat(0.25, 1.25),
  },
};

/** A release of a model has its family's price: `-2026-03-17`, `-20251001`, `-latest`. */
const release = /-(?:\d{4}-\d{2}-\d{2}|\d{8}|latest)$/;

export interface Tokens {
  readonly inputTokens: number;
  readonly outputTokens: number;
}

/**
 * What a model call costs in US dollars. Undefined for a model that is not in the table, and for servers of one's own, whose
 * prices nobody knows: a wrong price would be worse than none.
 */
export function dollarsOf(provider: ChatProvider, model: string, tokens: Tokens): number | undefined {
  const table = prices[provider] ?? {};
  const family = Object.hasOwn(table, model) ? model : model.replace(release, "");
  const price = Object.hasOwn(table, family) ? table[family] : undefined;
  if (price === undefined) return undefined;
  const { input, output } = price.long !== undefined && tokens.inputTokens > price.long.above ? price.long : price;
  return (tokens.inputTokens * input + tokens.outputTokens * output) / 1_000_000;
}
