import { expect, test } from "bun:test";
import fc from "fast-check";
import { parseCsv } from "#src/agents/dataProcessor/csv.ts";
import { dedupeRows, groupRows } from "#src/agents/dataProcessor/grouping.ts";
import { compareValues, sortRows } from "#src/agents/dataProcessor/order.ts";
import type { JsonObject, JsonValue } from "#src/json.ts";

const cell = fc.oneof(
  fc.constantFrom<JsonValue>(null, "", "a", "b", "item 9", "item 10", "10", "9", 9, 10, -1, 0.5, true, false),
  fc.string(),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.array(fc.integer(), { maxLength: 2 }),
);
const rows = fc
  .array(fc.record({ a: cell, b: cell }, { requiredKeys: [] }), { maxLength: 30 })
  .map((list) => list.map((row, place): JsonObject => ({ ...row, place })));
const direction = fc.constantFrom("ascending" as const, "descending" as const);

test("sorting is a permutation", () => {
  fc.assert(
    fc.property(rows, direction, (list, way) => {
      const places = (sorted: readonly JsonValue[]) => sorted.map((row) => (row as { place: number }).place);
      expect(places(sortRows(list, ["a"], way)).toSorted((x, y) => x - y)).toEqual(places(list));
    }),
  );
});

test("sorting is stable and a second time changes nothing", () => {
  fc.assert(
    fc.property(rows, direction, (list, way) => {
      const once = sortRows(list, ["a"], way);
      expect(sortRows(once, ["a"], way)).toEqual(once);
      for (const [index, row] of once.entries()) {
        const next = once[index + 1] as JsonObject | undefined;
        const { a = null, place } = row as JsonObject;
        if (next && compareValues(a, next.a ?? null) === 0) expect(Number(next.place)).toBeGreaterThan(Number(place));
      }
    }),
  );
});

test("the order of values is antisymmetric and transitive", () => {
  fc.assert(
    fc.property(cell, cell, cell, (x, y, z) => {
      expect(Math.sign(compareValues(x, y)) + Math.sign(compareValues(y, x))).toBe(0);
      if (compareValues(x, y) <= 0 && compareValues(y, z) <= 0) expect(compareValues(x, z)).toBeLessThanOrEqual(0);
    }),
  );
});

const breathe = async () => {};

test("removing duplicates twice is removing them once, and loses no distinct item", async () => {
  await fc.assert(
    fc.asyncProperty(rows, fc.constantFrom<string[]>([], ["a"], ["a", "b"]), async (list, fields) => {
      const plain = list.map(({ place: _, ...row }) => row);
      const once = await dedupeRows(plain, fields, breathe);
      expect(await dedupeRows(once, fields, breathe)).toEqual(once);
      const groups = await groupRows(plain, ["a", "b"], breathe);
      expect(groups.length).toBe((await dedupeRows(plain, ["a", "b"], breathe)).length);
    }),
  );
});

test("every item is in exactly one group", async () => {
  await fc.assert(
    fc.asyncProperty(rows, async (list) => {
      const grouped = (await groupRows(list, ["a"], breathe)).flatMap(({ items }) => items as { place: number }[]);
      expect(grouped.map(({ place }) => place).toSorted((x, y) => x - y)).toEqual(list.map((_, index) => index));
    }),
  );
});

// From two columns on: in a single one an empty cell is an empty line, and those are passed over.
test("what is written as CSV is read back, whatever the cells have in them", () => {
  const text = fc.oneof(fc.string(), fc.constantFrom('"', "a,b", "x\ny", "p\r\nq", ";;;", "\t", " ", "007", "1"));
  const quote = (value: string) => `"${value.replaceAll('"', '""')}"`;
  const table = fc
    .integer({ min: 2, max: 4 })
    .chain((width) => fc.array(fc.array(text, { minLength: width, maxLength: width }), { minLength: 1, maxLength: 8 }));
  fc.assert(
    fc.property(table, fc.constantFrom(",", ";", "\t", "|"), (cells, separator) => {
      const columns = (cells[0] ?? []).map((_, index) => `c${index}`);
      const body = cells.map((row) => row.map(quote).join(separator));
      const csv = [columns.join(separator), ...body].join("\r\n");
      const expected = cells.map((row) => Object.fromEntries(row.map((value, index) => [`c${index}`, value])));
      expect(parseCsv(csv, { readNumbers: false })).toEqual(expected);
    }),
  );
});
