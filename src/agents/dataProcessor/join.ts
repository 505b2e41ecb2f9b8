import { AppError } from "../../errors.ts";
import { isJsonObject, type JsonObject, type JsonValue } from "../../json.ts";
import { readField } from "./fieldPath.ts";
import { type Breathe, inTurns } from "./inTurns.ts";
import { isEmpty } from "./order.ts";
import { columnsOf, rowLimits } from "./rows.ts";
import { uniqueName } from "./uniqueName.ts";

export interface JoinOptions {
  readonly pairs: readonly { readonly left: string; readonly right: string }[];
  readonly kind: "inner" | "left";
  readonly breathe: Breathe;
}

/**
 * Each left item with the fields of every right item whose keys are the same; 42 and "42" are, empty keys never match.
 * A right field that the left side has too is called `other_<name>`, unless it is a key of the same name.
 */
export async function joinRows(
  left: readonly JsonValue[],
  right: readonly JsonValue[],
  options: JoinOptions,
): Promise<JsonObject[]> {
  const leftRows = objects(left, "data");
  const rightRows = objects(right, "other");
  const names = nameRightColumns(leftRows, rightRows, options);
  const matches = await index(rightRows, options);
  const joined: JsonObject[] = [];
  await inTurns(leftRows, options.breathe, (row) => {
    const key = joinKey(options.pairs.map((pair) => readField(row, pair.left)));
    const found = (key === undefined ? undefined : matches.get(key)) ?? [];
    if (found.length === 0 && options.kind === "left") joined.push(row);
    for (const match of found) joined.push(Object.fromEntries([...Object.entries(row), ...rename(match, names)]));
    if (joined.length > rowLimits.rows)
      throw new AppError(
        "input_invalid",
        `The join makes more than ${rowLimits.rows.toLocaleString("en-US")} rows: its keys match many times. Join on more fields or dedupe first.`,
      );
  });
  return joined;
}

function objects(rows: readonly JsonValue[], port: string): JsonObject[] {
  return rows.map((row, place) => {
    if (isJsonObject(row)) return row;
    throw new AppError(
      "input_invalid",
      `Item ${place + 1} at port ${port} is not an object with fields: it cannot be joined.`,
    );
  });
}

async function index(rows: readonly JsonObject[], { pairs, breathe }: JoinOptions): Promise<Map<string, JsonObject[]>> {
  const matches = new Map<string, JsonObject[]>();
  await inTurns(rows, breathe, (row) => {
    const key = joinKey(pairs.map((pair) => readField(row, pair.right)));
    if (key === undefined) return;
    const found = matches.get(key);
    if (found) found.push(row);
    else matches.set(key, [row]);
  });
  return matches;
}

function joinKey(values: readonly (JsonValue | undefined)[]): string | undefined {
  if (values.some(isEmpty)) return undefined;
  return JSON.stringify(values.map((value) => (typeof value === "object" ? value : String(value).trim())));
}

/** The same names for every row, so that the result is a table. Null leaves a field out. */
function nameRightColumns(
  left: readonly JsonObject[],
  right: readonly JsonObject[],
  { pairs }: JoinOptions,
): Map<string, string | null> {
  const leftColumns = new Set(columnsOf(left));
  const taken = new Set(leftColumns);
  return new Map(
    columnsOf(right).map((column) => {
      if (pairs.some((pair) => pair.left === column && pair.right === column)) return [column, null];
      return [column, uniqueName(leftColumns.has(column) ? `other_${column}` : column, taken)];
    }),
  );
}

function rename(row: JsonObject, names: ReadonlyMap<string, string | null>): [string, JsonValue][] {
  return Object.entries(row).flatMap(([column, value]): [string, JsonValue][] => {
    const name = names.get(column);
    return name ? [[name, value]] : [];
  });
}
