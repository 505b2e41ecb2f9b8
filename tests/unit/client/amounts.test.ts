import { describe, expect, test } from "bun:test";
import { readAmount, writeAmount } from "#client/components/ui/amounts.ts";

const whole = { limits: [0, 1_000_000_000], whole: true } as const;
const money = { limits: [0, 1_000_000], whole: false } as const;

describe("an amount as a person types it", () => {
  test.each([
    ["20000", 20_000],
    ["20 000", 20_000],
    ["20,000", 20_000],
    ["1,234,567", 1_234_567],
    ["20k", 20_000],
    ["1.5M", 1_500_000],
    ["0", 0],
    ["2.6", 3],
    ["9999999999", 1_000_000_000],
  ])("%s is %i whole ones", (typed, value) => {
    expect(readAmount(typed, whole)).toBe(value);
  });

  test.each([
    ["$5", 5],
    ["0.25", 0.25],
    [".5", 0.5],
  ])("%s is %d dollars", (typed, value) => {
    expect(readAmount(typed, money)).toBe(value);
  });

  test.each(["five", "-1", "1e5", "0,25", "5 5 tokens", "k"])("%s is no amount", (typed) => {
    expect(readAmount(typed, money)).toBeNull();
  });

  test("nothing is no limit", () => {
    expect(readAmount("  ", whole)).toBeUndefined();
    expect(writeAmount(undefined)).toBe("");
  });

  test.each([0, 7, 1_000, 1_234_567, 0.25])("%d is written so that it reads the same again", (value) => {
    expect(readAmount(writeAmount(value), { ...money, limits: [0, 1e9] })).toBe(value);
  });
});
