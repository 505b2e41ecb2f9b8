/// <reference path="./papaparse.d.ts" />
import Papa from "papaparse";
import { AppError } from "../../errors.ts";
import type { JsonObject, JsonValue } from "../../json.ts";
import { uniqueName } from "./uniqueName.ts";

const delimiters = [",", ";", "\t", "|"] as const;
const maxColumns = 1_000;
/** What JavaScript prints back as it was, nearly: no leading zeros, no plus sign, no more digits than a number holds. */
const plainNumber = /^-?(?:0|[1-9]\d{0,14})(?:\.\d{1,15})?(?:[eE][+-]?\d{1,2})?$/;

/**
 * Rows of a CSV text with a header row, keys in the header's order. An unnamed column is called `column_<n>`, a repeated name gets a number.
 * Throws input_invalid with the line (from 1) of a row that does not fit the header or a quote that does not close.
 */
export function parseCsv(text: string, options: { readonly readNumbers: boolean }): JsonObject[] {
  const body = text.startsWith("\uFEFF") ? text.slice(1) : text;
  const delimiter = detectDelimiter(body);
  const { data, errors } = Papa.parse(body, { delimiter, skipEmptyLines: true });
  const [problem] = errors;
  if (problem) throw quoteError(body, problem.index ?? 0);
  const [header, ...cells] = data;
  if (!header) throw new AppError("input_invalid", "The CSV text is empty: it needs a header row.");
  const columns = nameColumns(header);
  const ragged = cells.findIndex((row) => row.length !== columns.length);
  if (ragged >= 0)
    throw raggedError(body, {
      delimiter,
      row: ragged + 1,
      found: cells[ragged]?.length ?? 0,
      expected: columns.length,
    });
  const numeric = columns.map((_, index) => options.readNumbers && isNumberColumn(cells, index));
  return cells.map((row) => toRow(row, columns, numeric));
}

/** The separator that the header has most often, outside quotes; a comma when it has none. */
export function detectDelimiter(text: string): string {
  const counts = new Map<string, number>(delimiters.map((delimiter) => [delimiter, 0]));
  let quoted = false;
  for (const character of text) {
    if (character === '"') quoted = !quoted;
    else if (!quoted && (character === "\n" || character === "\r")) break;
    else if (!quoted && counts.has(character)) counts.set(character, (counts.get(character) ?? 0) + 1);
  }
  return delimiters.reduce((best, each) => ((counts.get(each) ?? 0) > (counts.get(best) ?? 0) ? each : best));
}

function nameColumns(header: readonly string[]): string[] {
  if (header.length > maxColumns)
    throw new AppError("input_invalid", `The CSV text has ${header.length} columns; at most ${maxColumns} are read.`);
  const taken = new Set<string>();
  return header.map((cell, index) => {
    const name = cell.trim();
    // A key of this name would be dropped or obeyed by code further down, never kept.
    if (name === "__proto__")
      throw new AppError("input_invalid", `CSV column ${index + 1} may not be called __proto__.`);
    return uniqueName(name === "" ? `column_${index + 1}` : name, taken);
  });
}

/** Column by column, so that one column never mixes numbers and text. */
function isNumberColumn(cells: readonly string[][], index: number): boolean {
  let some = false;
  for (const row of cells) {
    const cell = row[index]?.trim() ?? "";
    if (cell === "") continue;
    if (!plainNumber.test(cell)) return false;
    some = true;
  }
  return some;
}

function toRow(cells: readonly string[], columns: readonly string[], numeric: readonly boolean[]): JsonObject {
  const row: Record<string, JsonValue> = {};
  for (const [index, column] of columns.entries()) {
    const cell = cells[index] ?? "";
    if (!numeric[index]) row[column] = cell;
    // An empty cell is left out: JSONata compares a missing value without complaint, but not null.
    else if (cell.trim() !== "") row[column] = Number(cell);
  }
  return row;
}

function quoteError(text: string, index: number): AppError {
  const line = lineAt(text, index);
  return new AppError(
    "input_invalid",
    `The CSV text has a quoted cell on line ${line} that is not closed properly: quotes inside a cell are doubled ("").`,
    { detail: { line } },
  );
}

function raggedError(
  text: string,
  at: { readonly delimiter: string; readonly row: number; readonly found: number; readonly expected: number },
): AppError {
  const ends: number[] = [];
  Papa.parse(text, { delimiter: at.delimiter, skipEmptyLines: true, step: ({ meta }) => void ends.push(meta.cursor) });
  const start = ends[at.row - 1] ?? 0;
  const blank = /^[\r\n]*/.exec(text.slice(start))?.[0].length ?? 0;
  const line = lineAt(text, start + blank);
  return new AppError(
    "input_invalid",
    `CSV line ${line} has ${at.found} ${at.found === 1 ? "cell" : "cells"}, but the header has ${at.expected}.`,
    { detail: { line, found: at.found, expected: at.expected } },
  );
}

function lineAt(text: string, index: number): number {
  return text.slice(0, index).split(/\r\n|\r|\n/).length;
}
