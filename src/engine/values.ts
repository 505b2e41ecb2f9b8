import { AppError, type ErrorCode } from "../errors.ts";
import { isJsonObject, type JsonObject, type JsonValue } from "../json.ts";

/** Size of the JSON of all outputs of a step together, and of the text that one attempt streams, in UTF-16 units. */
export const maxOutputSize = 8_000_000;
const maxDepth = 200;

/**
 * What an agent gave, as a value that any store keeps as it is: NUL and halves of surrogate pairs, which databases refuse,
 * become U+FFFD. Throws `output_invalid` for what is not JSON, `output_too_large`.
 */
export function storable(value: unknown, name: string): JsonValue {
  const measure: Measure = { size: 0, hasBadText: false };
  visit(value, { name, depth: 0, measure });
  return measure.hasBadText ? mend(value as JsonValue) : (value as JsonValue);
}

interface Measure {
  size: number;
  hasBadText: boolean;
}
interface Visit {
  readonly name: string;
  readonly depth: number;
  readonly measure: Measure;
}

function visit(value: unknown, at: Visit): void {
  const { measure } = at;
  if (at.depth > maxDepth) refuse("output_invalid", `“${at.name}” is nested deeper than ${maxDepth} levels.`);
  if (typeof value === "string") {
    measure.size += value.length + 2;
    if (suspect.test(value)) measure.hasBadText = true;
  } else if (typeof value === "number") {
    if (!Number.isFinite(value)) refuse("output_invalid", `“${at.name}” has ${value}, which JSON cannot hold.`);
    measure.size += 8;
  } else if (typeof value === "boolean" || value === null) measure.size += 5;
  else if (Array.isArray(value)) {
    for (const item of value as unknown[]) visit(item, { ...at, depth: at.depth + 1 });
    measure.size += value.length + 2;
  } else if (isPlain(value)) {
    for (const [key, item] of Object.entries(value)) {
      measure.size += key.length + 4;
      if (suspect.test(key)) measure.hasBadText = true;
      visit(item, { ...at, depth: at.depth + 1 });
    }
  } else refuse("output_invalid", `“${at.name}” has ${describe(value)}, which is not JSON.`);
  if (measure.size > maxOutputSize) {
    refuse("output_too_large", `“${at.name}” is larger than ${maxOutputSize / 1_000_000} MB.`);
  }
}

/** About the length of its JSON; it looks no further than a little over `most`. */
export function roughSize(value: unknown, most: number): number {
  if (typeof value === "string") return value.length;
  if (typeof value !== "object" || value === null) return 8;
  let size = 0;
  for (const member of Array.isArray(value) ? (value as unknown[]) : Object.values(value)) {
    // With its key and what stands around it.
    size += 8 + roughSize(member, most - size);
    if (size > most) break;
  }
  return size;
}

function refuse(code: ErrorCode, message: string): never {
  throw new AppError(code, message);
}

/** Also an object of another realm: its prototype is one without a prototype. */
function isPlain(value: unknown): value is object {
  if (typeof value !== "object" || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

function describe(value: unknown): string {
  if (typeof value !== "object" || value === null) return typeof value;
  return `a ${value.constructor?.name ?? "strange object"}`;
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: NUL is what is looked for
const suspect = /[\u0000\ud800-\udfff]/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: NUL is what is looked for
const bad = /\u0000|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

/** The text with U+FFFD in place of what databases refuse. */
export function storableText(text: string): string {
  return suspect.test(text) ? text.replace(bad, "\ufffd") : text;
}

function mend(value: JsonValue): JsonValue {
  if (typeof value === "string") return storableText(value);
  if (Array.isArray(value)) return value.map(mend);
  if (!isJsonObject(value)) return value;
  const mended: Record<string, JsonValue> = {};
  for (const [key, item] of Object.entries(value)) mended[storableText(key)] = mend(item);
  return mended satisfies JsonObject;
}
