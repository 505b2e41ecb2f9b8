import { describe, expect, test } from "bun:test";
import { readPortValue, writePortValue } from "#client/components/workflow/inspector/portValues.ts";
import { retryWords } from "#client/components/workflow/inspector/retryWords.ts";
import type { JsonValue } from "#src/json.ts";
import { portTypes } from "#src/schemas/agent.ts";
import { defaultRetryPolicy } from "#src/schemas/retryPolicy.ts";

describe("the words of a retry policy", () => {
  test("tell each delay of the default", () => {
    expect(retryWords(defaultRetryPolicy)).toStartWith(
      "Tried again after 500 ms, 1 s, each up to 50 % shorter by chance",
    );
  });

  test("do not list twenty delays, and end with the longest", () => {
    const policy = { ...defaultRetryPolicy, maxAttempts: 20, initialDelayMs: 1_000, maxDelayMs: 60_000, jitter: 0 };
    expect(retryWords(policy)).toStartWith("Tried again after 1 s, 2 s, 4 s, …, 1 m, and never");
  });

  test("say that one attempt is one attempt", () => {
    expect(retryWords({ ...defaultRetryPolicy, maxAttempts: 1 })).toContain("a failure is final");
  });
});

describe("a default value of a port", () => {
  const port = (type: (typeof portTypes)[number]) => ({ type, label: "Report" });

  test.each<[(typeof portTypes)[number], string, JsonValue]>([
    ["text", "plain words", "plain words"],
    ["text", "5", "5"],
    ["number", "5", 5],
    ["boolean", "false", false],
    ["list", "[1]", [1]],
    ["object", '{"a": 1}', { a: 1 }],
    ["any", '"words"', "words"],
    ["any", "null", null],
  ])("of type %s is read from %s, and typed the same way again", (type, typed, value) => {
    expect(readPortValue(port(type), typed)).toEqual({ problem: null, value });
    expect(readPortValue(port(type), writePortValue(port(type), value))).toEqual({ problem: null, value });
  });

  test.each(portTypes)("of type %s is absent when nothing is typed", (type) => {
    expect(readPortValue(port(type), "  ")).toEqual({ problem: null, value: undefined });
    expect(writePortValue(port(type), undefined)).toBe("");
  });

  test.each([
    ["number", "five"],
    ["number", '"5"'],
    ["object", "[]"],
    ["list", "{}"],
    ["boolean", "1"],
    ["any", "words"],
  ] as const)("of type %s is refused when %s is typed, with an example", (type, typed) => {
    expect(readPortValue(port(type), typed).problem).toContain("“Report” takes");
  });
});
