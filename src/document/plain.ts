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
export function toPlain(value: unknown, onRepair: OnRepair): JsonValue | undefined {
  return plainAt({ path: "", depth: 0 }, value, onRepair);
}

/** Where a value is in what is read. */
interface Place {
  readonly path: string;
  readonly depth: number;
}

function plainAt(place: Place, value: unknown, onRepair: OnRepair): JsonValue | undefined {
  const { path, depth } = place;
  if (value === null || typeof value === "boolean") return value;
  if (typeof value === "string") return plainText(value, onRepair, path);
  if (typeof value === "number") return finite(value, onRepair, path);
  if (value instanceof Y.Text) return plainText(value.toString(), onRepair, path);
  if (depth >= maxDepth || typeof value !== "object") return repaired(onRepair, path);
  if (value instanceof Y.Array) return plainList(place, value.toArray(), onRepair);
  if (value instanceof Y.Map) return plainObject(place, sorted(value), onRepair);
  if (Array.isArray(value)) return plainList(place, value, onRepair);
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) return repaired(onRepair, path);
  return plainObject(place, Object.entries(value), onRepair);
}

/** A text without what JavaScript holds and no database keeps: U+0000 and halves of surrogate pairs. */
function plainText(text: string, onRepair: OnRepair, path: string): string {
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

function plainList(place: Place, items: readonly unknown[], onRepair: OnRepair): JsonValue {
  // A list keeps its length: what cannot be read becomes null.
  return items.map((item, index) => plainAt(within(place, String(index)), item, onRepair) ?? null);
}

function plainObject(place: Place, entries: [string, unknown][], onRepair: OnRepair): JsonObject {
  const result: Record<string, JsonValue> = {};
  for (const [key, value] of entries) {
    const inner = within(place, key);
    if (key === "__proto__") {
      onRepair(inner.path);
      continue;
    }
    const plain = plainAt(inner, value, onRepair);
    if (plain !== undefined) result[plainText(key, onRepair, place.path)] = plain;
  }
  return result;
}

/** A shared map iterates in the order its parts arrived, which differs between clients; a plain object does not. */
function sorted(map: Y.Map<unknown>): [string, unknown][] {
  return [...map.entries()].sort(([a], [b]) => (a < b ? -1 : 1));
}

const within = ({ path, depth }: Place, key: string): Place => ({
  path: path === "" ? key : `${path}.${key}`,
  depth: depth + 1,
});
