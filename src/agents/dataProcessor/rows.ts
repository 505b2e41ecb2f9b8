import { AppError } from "../../errors.ts";
import { isJsonObject, type JsonValue } from "../../json.ts";
import { parseCsv } from "./csv.ts";
import { readField } from "./fieldPath.ts";

export const rowLimits = { rows: 100_000, characters: 10_000_000, columns: 500 } as const;

export interface Reading {
  readonly format: "auto" | "json" | "csv";
  readonly readNumbers: boolean;
  /** Port that the value came by, for messages. */
  readonly port: string;
}

/** What arrived, read: text becomes JSON or CSV rows, any other value stays. Throws input_invalid, at the line where it can. */
export function readArrived(value: JsonValue, reading: Reading): { value: JsonValue; format: "json" | "csv" } {
  if (typeof value !== "string") return { value, format: "json" };
  if (value.length > rowLimits.characters)
    throw new AppError(
      "input_invalid",
      `The text at port ${reading.port} has ${count(value.length)} characters; at most ${count(rowLimits.characters)} are read.`,
    );
  if (value.trim() === "") throw new AppError("input_invalid", `The text at port ${reading.port} is empty.`);
  const format = reading.format === "auto" ? guessFormat(value) : reading.format;
  return { format, value: format === "json" ? parseJson(value, reading.port) : parseCsv(value, reading) };
}

/** The list to work on: the value itself or, with `path`, the one inside it. */
export function listIn(value: JsonValue, path: string | undefined, port: string): readonly JsonValue[] {
  const wanted = path?.trim() ?? "";
  const found = wanted === "" ? value : readField(value, wanted);
  const place = wanted === "" ? `Port ${port}` : `“${wanted}” at port ${port}`;
  if (found === undefined)
    throw new AppError("input_invalid", `There is no “${wanted}” in what arrived at port ${port}.`);
  if (!isList(found)) {
    const lists = isJsonObject(found) ? Object.keys(found).filter((key) => Array.isArray(found[key])) : [];
    const hint = lists.length > 0 ? ` Name the list inside it: ${lists.slice(0, 5).join(", ")}.` : "";
    throw new AppError("input_invalid", `${place} has ${nameType(found)} where a list is needed.${hint}`);
  }
  return checkRowCount(found, `${place} has`);
}

export function checkRowCount<Rows extends readonly JsonValue[]>(rows: Rows, subject: string): Rows {
  if (rows.length <= rowLimits.rows) return rows;
  throw new AppError(
    "input_invalid",
    `${subject} ${count(rows.length)} rows; at most ${count(rowLimits.rows)} are processed.`,
  );
}

/** Keys of all rows that are objects, in order of first appearance. */
export function columnsOf(rows: readonly JsonValue[], limit = Number.POSITIVE_INFINITY): string[] {
  const columns = new Set<string>();
  for (const row of rows) {
    if (!isJsonObject(row)) continue;
    for (const key of Object.keys(row)) columns.add(key);
    if (columns.size >= limit) return [...columns].slice(0, limit);
  }
  return [...columns];
}

export const isList = (value: JsonValue): value is readonly JsonValue[] => Array.isArray(value);

function guessFormat(text: string): "json" | "csv" {
  if (/^\s*[[{]/.test(text)) return "json";
  return /^\s*(?:"(?:[^"\\]|\\.)*"|-?[\d.eE+-]+|true|false|null)\s*$/.test(text) ? "json" : "csv";
}

function parseJson(text: string, port: string): JsonValue {
  try {
    return JSON.parse(text.startsWith("\uFEFF") ? text.slice(1) : text) as JsonValue;
  } catch (cause) {
    const why = cause instanceof Error ? cause.message.replace(/^JSON Parse error: /, "") : "not JSON";
    throw new AppError(
      "input_invalid",
      `The text at port ${port} begins like JSON but is not: ${why}. If it is CSV, set “Text is” to csv.`,
      { cause },
    );
  }
}

function nameType(value: JsonValue): string {
  if (value === null) return "null";
  if (typeof value === "object") return "an object";
  return typeof value === "string" ? "text" : `a ${typeof value}`;
}

const count = (value: number): string => value.toLocaleString("en-US");
