import { z } from "zod";
import { isJsonObject, type JsonValue, jsonValue } from "../json.ts";

/** The key that makes an object a mark in stored and shown values: a reference, or a person's own object with this key, wrapped. */
export const payloadKey = "$payload";

/** SHA-256 in hex of a value's JSON as it is stored. */
export const payloadHash = z.string().regex(/^[0-9a-f]{64}$/, "64 hexadecimal digits");

/**
 * Stands where a value is that is kept beside the log. In a list, `items` says that it stands for so many members one after the other.
 */
export const payloadReference = z.strictObject({
  [payloadKey]: payloadHash,
  /** Of the value's JSON in UTF-8. */
  bytes: z.int(),
  kind: z.enum(["text", "list", "object"]),
  /** How it begins. */
  preview: z.string(),
  items: z.int().optional(),
});
export type PayloadReference = z.infer<typeof payloadReference>;

/** A large value of an execution, whole. */
export const payload = z.strictObject({ value: jsonValue });

/** Of stored and shown values only: in a value that an agent is given, such an object is a person's own. */
export const isReference = (value: unknown): value is PayloadReference =>
  isJsonObject(value) && typeof value[payloadKey] === "string";

/** A person's own object that has the key of a mark. */
export const isWrapped = (value: unknown): value is { readonly value: { readonly [key: string]: JsonValue } } =>
  isJsonObject(value) && value[payloadKey] === null && isJsonObject(value.value);

/** How many members a list stands for that may hold references. */
export const listLength = (items: readonly JsonValue[]): number =>
  items.reduce<number>((sum, item) => sum + (isReference(item) ? (item.items ?? 1) : 1), 0);
