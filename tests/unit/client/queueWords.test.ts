import { expect, test } from "bun:test";
import { queueWords } from "#client/components/monitoring/queueWords.ts";

test.each([
  [{ waitsFor: "rate", limit: 30, ahead: 4 }, "30 runs may start in a minute. 4 before it. It starts by itself."],
  [{ waitsFor: "place", limit: 1, ahead: 0 }, "1 run may be at work at once. It starts by itself."],
  [{ waitsFor: "room", limit: null, ahead: 1_000 }, "All are busy. 1,000 or more before it. It starts by itself."],
] as const)("what a run waits for is told in words: %p", (queue, detail) => {
  expect(queueWords(queue, true)?.detail).toBe(detail);
});

test("a run that was woken goes on by itself, and one that is at work waits for nothing", () => {
  expect(queueWords({ waitsFor: "place", limit: 2, ahead: 0 }, false)?.detail).toContain("It goes on by itself.");
  expect(queueWords({ waitsFor: null, limit: null, ahead: 0 }, true)).toBeNull();
});
