import { AppError } from "../../errors.ts";
import type { JsonObject, JsonValue } from "../../json.ts";
import type { Calculation } from "./calculations.ts";
import { readField } from "./fieldPath.ts";
import { type Breathe, inTurns } from "./inTurns.ts";
import { canonical, compareValues, isEmpty, toNumber } from "./order.ts";
import { uniqueName } from "./uniqueName.ts";

interface Group {
  readonly values: readonly JsonValue[];
  readonly items: JsonValue[];
  /** Place of each item in the list, from 1, for messages. */
  readonly places: number[];
}

/** One row for each group, in order of first appearance: the fields, `count`, `items`. A missing field counts as null. */
export async function groupRows(
  rows: readonly JsonValue[],
  fields: readonly string[],
  breathe: Breathe,
): Promise<JsonObject[]> {
  const taken = new Set<string>();
  const names = fields.map((field) => uniqueName(field, taken));
  const countName = uniqueName("count", taken);
  const itemsName = uniqueName("items", taken);
  return (await collect(rows, fields, breathe)).map(({ values, items }) =>
    Object.fromEntries([
      ...names.map((name, index): [string, JsonValue] => [name, values[index] ?? null]),
      [countName, items.length],
      [itemsName, items],
    ]),
  );
}

/** One row for each group: the fields and the calculations. Without fields everything is one group, even nothing. */
export async function aggregateRows(
  rows: readonly JsonValue[],
  { fields, calculations }: { readonly fields: readonly string[]; readonly calculations: readonly Calculation[] },
  breathe: Breathe,
): Promise<JsonObject[]> {
  const taken = new Set<string>();
  const names = fields.map((field) => uniqueName(field, taken));
  const results = calculations.map(({ as }) => uniqueName(as, taken));
  const groups =
    rows.length === 0 && fields.length === 0
      ? [{ values: [], items: [], places: [] }]
      : await collect(rows, fields, breathe);
  const aggregated: JsonObject[] = [];
  await inTurns(groups, breathe, (group) => {
    const row = Object.fromEntries([
      ...names.map((name, index): [string, JsonValue] => [name, group.values[index] ?? null]),
      ...calculations.map((calculation, index): [string, JsonValue] => [
        results[index] ?? calculation.as,
        calculate(group, calculation),
      ]),
    ]);
    aggregated.push(row);
  });
  return aggregated;
}

/** The first of each; without fields whole items are compared, whatever the order of their keys. */
export async function dedupeRows(
  rows: readonly JsonValue[],
  fields: readonly string[],
  breathe: Breathe,
): Promise<JsonValue[]> {
  const seen = new Set<string>();
  const kept: JsonValue[] = [];
  await inTurns(rows, breathe, (row) => {
    const key = canonical(fields.length === 0 ? row : fields.map((field) => readField(row, field) ?? null));
    if (seen.has(key)) return;
    seen.add(key);
    kept.push(row);
  });
  return kept;
}

async function collect(rows: readonly JsonValue[], fields: readonly string[], breathe: Breathe): Promise<Group[]> {
  const groups = new Map<string, Group>();
  await inTurns(rows, breathe, (row, index) => {
    const values = fields.map((field) => readField(row, field) ?? null);
    const key = canonical(values);
    const group = groups.get(key) ?? { values, items: [], places: [] };
    groups.set(key, group);
    group.items.push(row);
    group.places.push(index + 1);
  });
  return [...groups.values()];
}

/** Empty cells are passed over; null when nothing is left (0 for a sum or a count). */
function calculate(group: Group, calculation: Calculation): JsonValue {
  const { name, field } = calculation;
  if (field === "") return group.items.length;
  const values: JsonValue[] = [];
  const places: number[] = [];
  for (const [index, item] of group.items.entries()) {
    const value = readField(item, field);
    if (isEmpty(value)) continue;
    values.push(value);
    places.push(group.places[index] ?? 0);
  }
  if (name === "count") return values.length;
  if (name === "min")
    return values.reduce<JsonValue>(
      (best, value) => (best === null || compareValues(value, best) < 0 ? value : best),
      null,
    );
  if (name === "max")
    return values.reduce<JsonValue>(
      (best, value) => (best === null || compareValues(value, best) > 0 ? value : best),
      null,
    );
  const total = sum(values, places, calculation);
  if (name === "sum") return total;
  return values.length === 0 ? null : total / values.length;
}

function sum(values: readonly JsonValue[], places: readonly number[], { name, field }: Calculation): number {
  let total = 0;
  for (const [index, value] of values.entries()) {
    const number = toNumber(value);
    if (number === undefined)
      throw new AppError(
        "input_invalid",
        `${name}(${field}): item ${places[index]} has ${JSON.stringify(value).slice(0, 80)}, which is not a number.`,
        { detail: { item: places[index] ?? 0, field } },
      );
    total += number;
  }
  if (Number.isFinite(total)) return total;
  throw new AppError("input_invalid", `${name}(${field}) is larger than a number can be.`);
}
