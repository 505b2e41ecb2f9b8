import { describe, expect, test } from "bun:test";
import { newBill } from "#src/agents/llm/bill.ts";
import { llmDocs } from "#src/agents/llm/docs.ts";
import { dollarsOf, pricesOf } from "#src/agents/llm/prices.ts";
import type { Usage } from "#src/schemas/executionEvent.ts";

const million = { inputTokens: 100_000, outputTokens: 1_000_000 };

describe("the price table", () => {
  test.each([
    ["openai", "gpt-5.4-mini", 0.075 + 4.5],
    ["openai", "gpt-5.4-mini-2026-03-17", 0.075 + 4.5],
    ["anthropic", "claude-sonnet-5-5", 0.2 + 10],
    ["anthropic", "claude-haiku-4-5-20251001", 0.1 + 5],
    ["anthropic", "claude-sonnet-4-20250514", 0.3 + 15],
    ["offline", "offline-extract", 0],
  ] as const)("%s %s", (provider, model, dollars) => {
    expect(dollarsOf(provider, model, million)).toBeCloseTo(dollars, 10);
  });

  test.each([
    ["openai", "gpt-9"],
    ["openai", "gpt-5.4-mega"],
    ["openai", "claude-sonnet-5-5"],
    ["anthropic", "claude-opus-5-9"],
    ["compatible", "gpt-5.4-mini"],
    ["openai", "constructor"],
    ["openai", ""],
  ] as const)("has no price for %s %s, rather than a wrong one", (provider, model) => {
    expect(dollarsOf(provider, model, million)).toBeUndefined();
  });

  test("a long prompt makes the whole request dearer where its provider says so", () => {
    const long = { inputTokens: 300_000, outputTokens: 1_000 };
    expect(dollarsOf("openai", "gpt-5.4", long)).toBeCloseTo(0.3 * 5 + 0.001 * 22.5, 10);
    expect(dollarsOf("anthropic", "claude-haiku-5-5", long)).toBeCloseTo(0.3 * 0.5 + 0.001 * 2.5, 10);
    expect(dollarsOf("anthropic", "claude-opus-5-5", long)).toBeCloseTo(0.3 * 4 + 0.001 * 20, 10);
  });

  test("the agent's words tell how old it is", () => {
    expect(llmDocs).toContain(pricesOf);
    expect(Date.parse(pricesOf)).not.toBeNaN();
  });
});

describe("the bill of an attempt", () => {
  test("replaces a model's count by its later ones and adds the next model's", () => {
    const reported: Usage[] = [];
    const bill = newBill((usage) => reported.push(usage));
    expect(bill.total()).toBeUndefined();
    bill.count("openai", { model: "gpt-5.4", inputTokens: 10, outputTokens: 0 });
    bill.count("openai", { model: "gpt-5.4", inputTokens: 10, outputTokens: 5 });
    bill.close();
    bill.count("compatible", { model: "llama", inputTokens: 7, outputTokens: 3 });
    const dollars = (10 * 2.5 + 5 * 15) / 1e6;
    expect(bill.total()).toEqual({ model: "llama", inputTokens: 17, outputTokens: 8, dollars });
    expect(reported.map((usage) => usage.outputTokens)).toEqual([0, 5, 8]);
  });

  test("has no dollars when no model that was asked has a price", () => {
    const bill = newBill(() => {});
    bill.count("compatible", { model: "llama", inputTokens: 7, outputTokens: 3 });
    bill.close();
    expect(bill.total()).toEqual({ model: "llama", inputTokens: 7, outputTokens: 3 });
  });
});
