import { isJsonObject, type JsonValue } from "../../json.ts";
import { readField } from "./fieldPath.ts";

/** One locale for everybody: the same rows come in the same order on every machine. */
const collator = new Intl.Collator("en", { numeric: true });

/** Stable; the fields count in their order; items without a field come last in both directions. */
export function sortRows(
  rows: readonly JsonValue[],
  fields: readonly string[],
  direction: "ascending" | "descending",
): JsonValue[] {
  const sign = direction === "descending" ? -1 : 1;
  const keyed = rows.map((row) => ({ row, keys: fields.map((field) => sortKey(readField(row, field))) }));
  keyed.sort((left, right) => {
    for (const [index, leftKey] of left.keys.entries()) {
      const rightKey = right.keys[index];
      if (!rightKey) continue;
      const missing = Number(leftKey.rank === ranks.missing) - Number(rightKey.rank === ranks.missing);
      const order = missing || sign * compareKeys(leftKey, rightKey);
      if (order !== 0) return order;
    }
    return 0;
  });
  return keyed.map(({ row }) => row);
}

/** Below zero when `left` comes first: numbers (and text that is a number), then text, false before true, then everything else. */
export function compareValues(left: JsonValue, right: JsonValue): number {
  return compareKeys(sortKey(left), sortKey(right));
}

/** A number, or text that is one; undefined for everything else, empty text included. */
export function toNumber(value: JsonValue | undefined): number | undefined {
  if (typeof value === "number") return value;
  if (typeof value !== "string" || !/^\s*[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,3})?\s*$/.test(value))
    return undefined;
  const number = Number(value);
  return Number.isFinite(number) ? number : undefined;
}

/** Null, missing or empty text: what a table shows as an empty cell. */
export function isEmpty(value: JsonValue | undefined): value is null | undefined | "" {
  return value === undefined || value === null || (typeof value === "string" && value.trim() === "");
}

const ranks = { number: 0, text: 1, boolean: 2, other: 3, missing: 4 } as const;
interface SortKey {
  readonly rank: number;
  readonly number: number;
  readonly text: string;
}

function sortKey(value: JsonValue | undefined): SortKey {
  if (isEmpty(value)) return { rank: ranks.missing, number: 0, text: "" };
  const number = toNumber(value);
  if (number !== undefined) return { rank: ranks.number, number, text: "" };
  if (typeof value === "string") return { rank: ranks.text, number: 0, text: value };
  if (typeof value === "boolean") return { rank: ranks.boolean, number: Number(value), text: "" };
  return { rank: ranks.other, number: 0, text: canonical(value) };
}

function compareKeys(left: SortKey, right: SortKey): number {
  return left.rank - right.rank || left.number - right.number || collator.compare(left.text, right.text);
}

/** The same text for equal values, whatever the order of their keys. */
export function canonical(value: JsonValue): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (!isJsonObject(value)) return JSON.stringify(value);
  const keys = Object.keys(value).sort();
  return `{${keys.map((key) => `${JSON.stringify(key)}:${canonical(value[key] ?? null)}`).join(",")}}`;
}
