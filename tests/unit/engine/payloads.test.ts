import { describe, expect, test } from "bun:test";
import { createHash } from "node:crypto";
import fc from "fast-check";
import {
  isPlainText,
  maxInline,
  type Packed,
  type Packer,
  packBody,
  packedBody,
  packValue,
  shownBody,
  unpackValue,
  wholeBody,
} from "#src/engine/payloads.ts";
import type { StoredBody } from "#src/engine/upcast.ts";
import type { JsonObject, JsonValue } from "#src/json.ts";
import { isReference, listLength, payloadReference } from "#src/schemas/payload.ts";

const packer: Packer = {
  hash: (text) => createHash("sha256").update(text).digest("hex"),
  bytesOf: (text) => Buffer.byteLength(text),
};
const large = (letter: string) => letter.repeat(maxInline);
const finder = ({ payloads }: Packed<unknown>) => {
  const values = new Map(payloads.map(({ hash, text }) => [hash, JSON.parse(text) as JsonValue]));
  return (hash: string) => values.get(hash);
};
const packed = (value: JsonValue) => packValue(value, packer);
/** As the outputs of a step. */
const packedRecord = (outputs: JsonObject): Packed<JsonObject> => {
  const { value, payloads } = packBody({ type: "step_succeeded", outputs } as unknown as StoredBody, packer);
  return { value: (value as unknown as { readonly outputs: JsonObject }).outputs, payloads };
};
const again = (value: JsonValue) => {
  const it = packed(value);
  return unpackValue(it.value, finder(it));
};

/** JSON with what is hard about it: marks of a person's own, large texts and lists, odd keys, repeated values. */
const anyJson = fc.letrec<{ value: JsonValue }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 5, depthSize: "small" },
    fc.constantFrom<JsonValue>(null, true, -0, 1.5, "", "$payload", "\u0000\ud800", large("x"), large("y"), "🎉"),
    fc.array(tie("value"), { maxLength: 4 }),
    fc.dictionary(fc.constantFrom("a", "$payload", "value", "bytes", "items", "__proto__", "0"), tie("value"), {
      maxKeys: 4,
    }),
    fc.integer({ min: 0, max: 3_000 }).map((length) => Array.from({ length }, (_, at) => `item ${at} of some length`)),
  ),
})).value;

describe("large values", () => {
  test("come back as they were, whatever they are, and everything that is left is short", () => {
    fc.assert(
      fc.property(anyJson, (value) => {
        const it = packed(value);
        expect(JSON.stringify(unpackValue(it.value, finder(it)))).toBe(JSON.stringify(value));
        expect(JSON.stringify(it.value).length).toBeLessThanOrEqual(maxInline);
      }),
      { numRuns: 150 },
    );
  });

  test("come back from records by port, too, which stay short however many ports there are", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string({ maxLength: 5 }), anyJson, { maxKeys: 4 }), (record) => {
        const it = packedRecord(record);
        expect(JSON.stringify(unpackValue(it.value, finder(it)))).toBe(JSON.stringify(record));
      }),
      { numRuns: 100 },
    );
    const record = Object.fromEntries(Array.from({ length: 40 }, (_, at) => [`p${at}`, `${at}`.repeat(10_000)]));
    const it = packedRecord(record);
    expect(JSON.stringify(it.value).length).toBeLessThanOrEqual(maxInline);
    expect(unpackValue(it.value, finder(it))).toEqual(record);
  });

  test("are left alone when they are small", () => {
    for (const value of [null, 1, "text", { a: [1, { b: "x".repeat(60_000) }] }]) {
      expect(isPlainText(JSON.stringify(value))).toBe(true);
      expect(packed(value)).toEqual({ value, payloads: [] });
    }
    expect(isPlainText(JSON.stringify(large("x")))).toBe(false);
  });

  test("are references that say how large they are, what they are and how they begin", () => {
    const { value } = packed({
      text: `ä"${large("x")}`,
      list: Array(30_000).fill("Größe"),
      map: { a: large("y"), b: 1 },
    });
    const { text, list, map } = value as Record<string, JsonObject>;
    expect(payloadReference.parse(text)).toMatchObject({ kind: "text", bytes: maxInline + 6 });
    expect(text?.preview).toMatch(/^ä"x+$/);
    expect(payloadReference.parse(list)).toMatchObject({ kind: "list", bytes: 30_000 * 10 + 1 });
    // What is large in it is kept for itself, so the rest can be looked at.
    expect(map).toMatchObject({ a: { kind: "text" }, b: 1 });
    expect(String((packed(`${"x".repeat(99)}🎉${large("x")}`).value as JsonObject).preview)).toBe("x".repeat(99));
  });

  test("are kept once wherever they stand", () => {
    const value = large("x");
    const places: JsonObject = { out: value, list: [value, value, { deep: { deeper: value } }], small: 1 };
    const it = packedRecord(places);
    expect(it.payloads).toHaveLength(1);
    expect(packed([value]).payloads).toEqual(it.payloads);
    expect(packed({ step: { out: value } }).payloads).toEqual(it.payloads);
  });

  test("are kept whole where they have thousands of members or lie deep", () => {
    const many = Array.from({ length: 2_000 }, (_, at) => `${at} ${"x".repeat(50)}`);
    expect(isReference(packed(many).value)).toBe(true);
    const deep = { a: { b: { c: { d: { e: { f: [large("x"), 1] } } } } } };
    expect(packed(deep).payloads).toHaveLength(1);
    expect(again(deep)).toEqual(deep);
  });
});

describe("somebody's own object with the key of a reference", () => {
  const forged = { $payload: "a".repeat(64), bytes: 3, kind: "text", preview: "abc" };
  test("is wrapped, so that it is never taken for one", () => {
    for (const value of [
      forged,
      [forged],
      { a: { b: forged } },
      { ...forged, more: large("x") },
      { $payload: null, value: forged },
    ]) {
      expect(isPlainText(JSON.stringify(value))).toBe(false);
      expect(again(value as JsonValue)).toEqual(value as JsonValue);
    }
    expect(packed(forged).value).toEqual({ $payload: null, value: forged });
  });
  test("is no reason to wrap a text that only speaks of it", () => {
    expect(isPlainText(JSON.stringify({ text: '{"$payload": 1}', price: "$payload1" }))).toBe(true);
  });
});

describe("an event's body", () => {
  const x = large("x");
  const bodies: StoredBody[] = [
    { type: "execution_created", input: { a: x }, trigger: { kind: "manual" } },
    { type: "execution_succeeded", output: { step: { out: x } } },
    { type: "step_started", stepKey: "a", attempt: 1, inputs: { in: [x] } },
    { type: "step_succeeded", stepKey: "a", attempt: 1, outputs: { out: x }, metadata: { raw: x } },
    {
      type: "step_failed",
      stepKey: "a",
      attempt: 1,
      outputs: { out: x },
      error: { code: "x", detail: { $payload: "y" } },
    },
    {
      type: "step_resumed",
      stepKey: "a",
      attempt: 1,
      answer: { kind: "given", value: { output: x }, by: { name: "Ada" } },
    },
    { type: "step_iterating", stepKey: "a", attempt: 1, v: 3, iteration: { mode: "each", items: [x, 1, x], limit: 3 } },
  ];
  for (const body of bodies) {
    test(`of ${body.type} is short as it is stored and shown, and comes back whole`, () => {
      const it = packBody(body, packer);
      const stored = packedBody(it);
      expect(JSON.stringify(stored).length).toBeLessThan(2_000);
      expect(wholeBody(stored, finder(it))).toEqual(body);
      expect(shownBody(stored)).toEqual(it.value);
      // What it is, and who did it, is said as before.
      expect(Object.keys(shownBody(stored)).sort()).toEqual(Object.keys(body).sort());
    });
  }
  test("stays as it is stored when something that it needs is missing: it cannot be read then", () => {
    const stored = packedBody(packBody({ type: "execution_succeeded", output: x }, packer));
    expect(wholeBody(stored, () => undefined)).toEqual(stored);
    expect(stored.v).toBe(-1);
  });
  test("has a list of items that stays a list, with one member for thousands", () => {
    const items = Array.from({ length: 5_000 }, (_, at) => ({ at, text: "some text" }));
    const it = packBody({ type: "step_iterating", iteration: { items } } as never, packer);
    const shown = (it.value.iteration as unknown as { items: JsonValue[] }).items;
    expect(shown).toHaveLength(1);
    expect(listLength(shown)).toBe(5_000);
    expect(wholeBody(packedBody(it), finder(it)).iteration).toEqual({ items });
    // The same payload as the list that went into the step.
    expect(it.payloads).toEqual(packed(items).payloads);
  });
});
