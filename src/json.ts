import { z } from "zod";

/** A value that survives a round trip through JSON. Everything that crosses a port, an edge or the wire is one. */
export type JsonValue = string | number | boolean | null | readonly JsonValue[] | JsonObject;
export type JsonObject = { readonly [key: string]: JsonValue };

export const jsonValue: z.ZodType<JsonValue> = z.json() as z.ZodType<JsonValue>;
export const jsonObject: z.ZodType<JsonObject> = z.record(z.string(), jsonValue);

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Deep equality of JSON values; the order of an object's keys does not matter, an undefined property is an absent one. */
export function equalJson(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (Array.isArray(a) && Array.isArray(b))
    return a.length === b.length && a.every((item, at) => equalJson(item, b[at]));
  if (!isJsonObject(a) || !isJsonObject(b)) return false;
  const mine = keysOf(a);
  return mine.length === keysOf(b).length && mine.every((key) => Object.hasOwn(b, key) && equalJson(a[key], b[key]));
}

const keysOf = (value: JsonObject): string[] => Object.keys(value).filter((key) => value[key] !== undefined);
