import { describe, expect, test } from "bun:test";
import { hasType } from "#src/agents/portTypes.ts";
import { maxOutputSize, storable } from "#src/engine/values.ts";

const codeOf = (value: unknown) => {
  try {
    storable(value, "Step");
  } catch (error) {
    return (error as { code?: string }).code;
  }
  return "fine";
};

describe("what a step may put out", () => {
  test("JSON stays the very value it is", () => {
    const value = { text: "Grüße", list: [1, null, true], deep: { deeper: [] } };
    expect(storable(value, "Step")).toBe(value);
  });

  test("anything that JSON cannot hold is refused by name", () => {
    for (const value of [
      { a: undefined },
      [Number.NaN],
      Number.POSITIVE_INFINITY,
      () => 1,
      1n,
      new Date(0),
      new Map(),
    ]) {
      expect(codeOf(value)).toBe("output_invalid");
    }
  });

  test("a value that contains itself is refused, not walked for ever", () => {
    const value: Record<string, unknown> = {};
    value.self = value;
    expect(codeOf(value)).toBe("output_invalid");
  });

  test("more than the limit is refused", () => {
    expect(codeOf("x".repeat(maxOutputSize - 10))).toBe("fine");
    expect(codeOf(["x".repeat(maxOutputSize / 2), "x".repeat(maxOutputSize / 2)])).toBe("output_too_large");
    expect(codeOf(new Array(2_000_000).fill(12_345_678))).toBe("output_too_large");
  });

  test("characters that databases refuse are replaced, whole pairs are kept", () => {
    expect(storable({ "k\0": ["a\0b", "\ud83d", "\ude00x", "😀"] }, "Step")).toEqual({
      "k\ufffd": ["a\ufffdb", "\ufffd", "\ufffdx", "😀"],
    });
  });

  test("port types accept their own kind only, `any` accepts all", () => {
    const values = { text: "x", number: 1, boolean: false, list: [], object: {} } as const;
    for (const [type, value] of Object.entries(values)) {
      for (const other of ["text", "number", "boolean", "list", "object"] as const) {
        expect(hasType(value, other)).toBe(type === other);
      }
      expect(hasType(value, "any")).toBe(true);
    }
    expect(hasType(null, "object")).toBe(false);
  });
});
