import { describe, expect, test } from "bun:test";
import { retryDelay } from "#src/engine/retry.ts";
import { retryPolicy } from "#src/schemas/retryPolicy.ts";
import type { StepError } from "#src/schemas/stepError.ts";

const away: StepError = { code: "model_unavailable", message: "Away", retryable: true };
const policy = retryPolicy.parse({ maxAttempts: 10, initialDelayMs: 100, factor: 2, maxDelayMs: 1_000, jitter: 0.5 });

describe("the delay before the next attempt", () => {
  test("grows by the factor up to its limit", () => {
    const delays = [1, 2, 3, 4, 5, 6].map((failures) => retryDelay(policy, { error: away, count: failures }, 0));
    expect(delays).toEqual([100, 200, 400, 800, 1_000, 1_000]);
  });

  test("is shortened by chance, at most by the jitter's share", () => {
    expect(retryDelay(policy, { error: away, count: 1 }, 0.5)).toBe(75);
    expect(retryDelay(policy, { error: away, count: 1 }, 0.999_999)).toBe(50);
    expect(retryDelay({ ...policy, jitter: 0 }, { error: away, count: 1 }, 0.9)).toBe(100);
    expect(retryDelay({ ...policy, jitter: 1 }, { error: away, count: 1 }, 0.999_999)).toBe(0);
  });

  test("is never shorter than what the other side asked for", () => {
    expect(retryDelay(policy, { error: { ...away, retryAfterMs: 60_000 }, count: 1 }, 0.5)).toBe(60_000);
    expect(retryDelay(policy, { error: { ...away, retryAfterMs: 10 }, count: 4 }, 0)).toBe(800);
  });

  test("is none after the last attempt, and none for an error that a retry cannot mend", () => {
    expect(retryDelay(policy, { error: away, count: 9 }, 0)).toBe(1_000);
    expect(retryDelay(policy, { error: away, count: 10 }, 0)).toBeNull();
    expect(retryDelay(policy, { error: { ...away, retryable: false }, count: 1 }, 0)).toBeNull();
  });
});
