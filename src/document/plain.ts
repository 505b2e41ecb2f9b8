import * as Y from "yjs";
import type { JsonObject, JsonValue } from "../json.ts";

/** Deeper values come from nobody's form; they would only exhaust the stack. */
const maxDepth = 64;

/** Called with the dotted path of every part that had to be left out or changed. */
export type OnRepair = (path: string) => void;

/**
 * Anything found in a document as plain JSON: shared types are read out, and what JSON cannot say (NaN, bytes, undefined,
 * `__proto__`, endless nesting) is left out and reported. Never throws.
 */
export function toPlain(value: unknown, onRepair: OnRepair, path = "", depth = 0): JsonValue | undefined {
  if (value === null || typeof value === "boolean") return value;
  if (typeof value === "string") return plainText(value, onRepair, path);
  if (typeof value === "number") return finite(value, onRepair, path);
  if (value instanceof Y.Text) return plainText(value.toString(), onRepair, path);
  if (depth >= maxDepth || typeof value !== "object") return repaired(onRepair, path);
  if (value instanceof Y.Array) return plainList(value.toArray(), onRepair, path, depth);
  if (value instanceof Y.Map) return plainObject(sorted(value), onRepair, path, depth);
  if (Array.isArray(value)) return plainList(value, onRepair, path, depth);
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) return repaired(onRepair, path);
  return plainObject(Object.entries(value), onRepair, path, depth);
}

/** A text without what JavaScript holds and no database keeps: U+0000 and halves of surrogate pairs. */
export function plainText(text: string, onRepair: OnRepair, path: string): string {
  const kept = text.replaceAll("\u0000", "\ufffd").replace(/\p{Cs}/gu, "\ufffd");
  if (kept !== text) onRepair(path);
  return kept;
}

function finite(value: number, onRepair: OnRepair, path: string): number | undefined {
  if (Number.isFinite(value)) return value;
  onRepair(path);
  return undefined;
}

function repaired(onRepair: OnRepair, path: string): undefined {
  onRepair(path);
  return undefined;
}

function plainList(items: readonly unknown[], onRepair: OnRepair, path: string, depth: number): JsonValue {
  // A list keeps its length: what cannot be read becomes null.
  return items.map((item, index) => toPlain(item, onRepair, join(path, String(index)), depth + 1) ?? null);
}

function plainObject(entries: [string, unknown][], onRepair: OnRepair, path: string, depth: number): JsonObject {
  const result: Record<string, JsonValue> = {};
  for (const [key, value] of entries) {
    if (key === "__proto__") {
      onRepair(join(path, key));
      continue;
    }
    const plain = toPlain(value, onRepair, join(path, key), depth + 1);
    if (plain !== undefined) result[plainText(key, onRepair, path)] = plain;
  }
  return result;
}

/** A shared map iterates in the order its parts arrived, which differs between clients; a plain object does not. */
function sorted(map: Y.Map<unknown>): [string, unknown][] {
  return [...map.entries()].sort(([a], [b]) => (a < b ? -1 : 1));
}

const join = (path: string, key: string): string => (path === "" ? key : `${path}.${key}`);
