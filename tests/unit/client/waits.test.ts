import { expect, test } from "bun:test";
import { emptyDraft, valuesOf } from "#client/components/waits/answerDraft.ts";
import { showRemaining } from "#client/components/waits/remaining.ts";
import { signalLine } from "#client/components/waits/signalLine.ts";
import type { AnswerField } from "#src/schemas/interrupt.ts";

const fields: AnswerField[] = [
  { name: "limit", label: "Limit", type: "number", required: true },
  { name: "why", label: "", type: "text", required: false },
  { name: "sure", label: "", type: "boolean", required: false },
  { name: "size", label: "", type: "choice", required: false, choices: ["small", "large"] },
];

test("a form begins empty and gives only what was filled in", () => {
  expect(valuesOf(fields, emptyDraft(fields))).toEqual({ sure: false });
});

test.each<[string, unknown]>([
  ["12", 12],
  [" 1,5 ", 1.5],
  ["-3e2", -300],
  ["twelve", "twelve"],
  ["1 2", "1 2"],
  ["Infinity", "Infinity"],
])("“%s” in a number's field is %p: what is no number stays text for the check to name", (text, value) => {
  expect(valuesOf(fields, { limit: text })).toEqual({ limit: value } as never);
});

test("texts and choices are taken as they are", () => {
  expect(valuesOf(fields, { why: " 12 ", sure: true, size: "large" })).toEqual({
    why: " 12 ",
    sure: true,
    size: "large",
  });
});

test.each<[number, string]>([
  [1, "1 s"],
  [59_000, "59 s"],
  [59_001, "1 m 00 s"],
  [245_000, "4 m 05 s"],
  [3_600_000, "1 h 00 m"],
  [12_000_000, "3 h 20 m"],
  [86_400_000, "1 d 0 h"],
  [187_200_000, "2 d 4 h"],
])("%d ms are shown as %s", (milliseconds, words) => {
  expect(showRemaining(milliseconds)).toBe(words);
});

test("a call's line keeps a shell from reading the name", () => {
  const line = signalLine("http://localhost:3000", "exe_1", "it's $PAID");
  expect(line).toContain(`-d '{"name":"it'\\''s $PAID","value":{}}'`);
  expect(line).toContain("http://localhost:3000/api/executions/exe_1/signal");
});
