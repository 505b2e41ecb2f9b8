import { AppError } from "../errors.ts";
import { isJsonObject, type JsonObject, type JsonValue } from "../json.ts";
import { isReference, isWrapped, type PayloadReference, payloadKey } from "../schemas/payload.ts";
import type { StoredBody } from "./upcast.ts";

/**
 * Values that are too large for an event are kept beside the log, once for each execution, and events hold references to them. In
 * a **packed** value an object with the key `$payload` is always a mark: a reference, or a person's own object with that key,
 * wrapped as `{ "$payload": null, "value": ... }`. So nobody's data is ever taken for a reference. Packing depends on nothing but the
 * value: the same value gives the same references wherever it stands.
 */

/** The longest JSON, in UTF-16 units, of what stays in an event. */
export const maxInline = 65_536;
/** How deep a large value is taken apart, and the most members it may have for that: beyond them it is kept as one. */
const maxDepth = 4;
const mostMembers = 1_000;
const previewLength = 100;
/** About that; what is not longer gains nothing from being kept elsewhere. */
const longestReference = 1_000;
/** As a key, or a text that is exactly this, is written: nothing else in JSON looks like it. */
const markInText = JSON.stringify(payloadKey);

export interface Payload {
  readonly hash: string;
  /** The packed value's JSON. */
  readonly text: string;
}

export interface Packer {
  /** SHA-256 of the text's UTF-8, in hex. */
  readonly hash: (text: string) => string;
  /** Length of the text in UTF-8. */
  readonly bytesOf: (text: string) => number;
}

export interface Packed<Value> {
  readonly value: Value;
  /** Everything that the value refers to, at any depth. */
  readonly payloads: readonly Payload[];
}

/** Whether JSON can be stored as it is: it is short and has nothing that looks like a mark. All that a small event costs. */
export const isPlainText = (text: string): boolean => text.length <= maxInline && !text.includes(markInText);

export function packValue(value: JsonValue, packer: Packer): Packed<JsonValue> {
  const found = new Map<string, Payload>();
  return { value: pack(value, { packer, found, depth: 0 }), payloads: [...found.values()] };
}

/** What an event tells; other fields than those that carry values keep their shape. */
export function packBody(body: StoredBody, packer: Packer): Packed<StoredBody> {
  const found = new Map<string, Payload>();
  const packing: Packing = { packer, found, depth: 0 };
  const fields = Object.entries(body).map(([field, given]) => [field, packField(field, given as JsonValue, packing)]);
  return { value: Object.fromEntries(fields) as StoredBody, payloads: [...found.values()] };
}

/**
 * A packed body as the log has it: it lists all that it refers to, and its version is negative, so that a release which knows
 * nothing of payloads puts the history aside instead of taking references for values.
 */
export const packedBody = ({ value, payloads }: Packed<StoredBody>): StoredBody => ({
  ...value,
  v: -(value.v ?? 1),
  payloads: payloads.map(({ hash }) => hash),
});

/** Everything that a stored body refers to; null of one that is stored as it is. */
export const payloadsOf = ({ payloads }: StoredBody): readonly string[] | null =>
  Array.isArray(payloads) ? payloads : null;

/** A stored body as clients get it: large values are references. */
export function shownBody(stored: StoredBody): StoredBody {
  if (payloadsOf(stored) === null) return stored;
  const { payloads: _payloads, v: version = -1, ...shown } = stored;
  return (version === -1 ? shown : { ...shown, v: -version }) as StoredBody;
}

/** A stored body with its values whole; one that lacks some of them as it is stored, and so unreadable. */
export function wholeBody(stored: StoredBody, find: FindPayload): StoredBody {
  const hashes = payloadsOf(stored);
  if (hashes === null || hashes.some((hash) => find(hash) === undefined)) return stored;
  const fields = Object.entries(shownBody(stored)).map(([field, value]) => [
    field,
    unpackValue(value as JsonValue, find),
  ]);
  return Object.fromEntries(fields) as StoredBody;
}

interface Packing {
  readonly packer: Packer;
  readonly found: Map<string, Payload>;
  readonly depth: number;
}

function packField(field: string, value: JsonValue, packing: Packing): JsonValue {
  if (value === undefined) return value;
  switch (field) {
    case "input":
    case "output":
      return pack(value, packing);
    case "inputs":
    case "outputs":
    case "metadata":
      return isJsonObject(value) ? packMembers(value, packing) : value;
    case "iteration":
      return packPart(value, "items", (items) => (Array.isArray(items) ? packList(items, packing) : items));
    case "answer":
      return packPart(value, "value", (given) => pack(given, packing));
    default:
      return wrapped(value);
  }
}

function packPart(value: JsonValue, part: string, change: (inner: JsonValue) => JsonValue): JsonValue {
  if (!isJsonObject(value)) return value;
  const inner = value[part];
  return inner === undefined ? value : { ...value, [part]: change(inner) };
}

function pack(value: JsonValue, packing: Packing): JsonValue {
  const text = JSON.stringify(value);
  if (text.length <= maxInline) return text.includes(markInText) ? wrapped(value) : value;
  const rest = takenApart(value, packing) ?? (text.includes(markInText) ? wrapped(value) : value);
  const restText = rest === value ? text : JSON.stringify(rest);
  if (restText.length <= maxInline) return rest;
  return kept(value, { text, restText }, packing);
}

/** With its large members kept for themselves; null when it is a text, or too deep or too long for that. */
function takenApart(value: JsonValue, packing: Packing): JsonValue | null {
  if (packing.depth >= maxDepth) return null;
  const inner = { ...packing, depth: packing.depth + 1 };
  if (Array.isArray(value)) return value.length > mostMembers ? null : value.map((item) => pack(item, inner));
  if (!isJsonObject(value)) return null;
  const entries = Object.entries(value);
  if (entries.length > mostMembers) return null;
  return wrapOwn(Object.fromEntries(entries.map(([key, item]) => [key, pack(item, inner)])));
}

function kept(
  value: JsonValue,
  { text, restText }: { readonly text: string; readonly restText: string },
  { packer, found }: Packing,
): JsonObject {
  const hash = packer.hash(restText);
  found.set(hash, { hash, text: restText });
  const kind = typeof value === "string" ? "text" : Array.isArray(value) ? "list" : "object";
  const begins = (typeof value === "string" ? value : text).slice(0, previewLength);
  const last = begins.charCodeAt(begins.length - 1);
  const isCutInHalf = last >= 0xd800 && last <= 0xdbff;
  return { [payloadKey]: hash, bytes: packer.bytesOf(text), kind, preview: isCutInHalf ? begins.slice(0, -1) : begins };
}

function packMembers(record: JsonObject, packing: Packing): JsonObject {
  const members = Object.entries(record).map(([name, given]) => {
    const value = pack(given, packing);
    return { name, given, value, text: JSON.stringify(value) };
  });
  const packed = new Map<string, JsonValue>(members.map(({ name, value }) => [name, value]));
  let size = members.reduce((sum, { name, text }) => sum + JSON.stringify(name).length + text.length + 2, 2);
  for (const { name, given, text } of members.sort((one, other) => other.text.length - one.text.length)) {
    if (size <= maxInline || text.length <= longestReference) break;
    const reference = kept(given, { text: JSON.stringify(given), restText: text }, packing);
    packed.set(name, reference);
    size += JSON.stringify(reference).length - text.length;
  }
  return wrapOwn(Object.fromEntries(packed));
}

/** A list that has to stay one: what is still too long becomes a single member that stands for all. */
function packList(items: readonly JsonValue[], packing: Packing): readonly JsonValue[] {
  const whole = pack(items, packing);
  if (Array.isArray(whole)) return whole;
  return isJsonObject(whole) ? [{ ...whole, items: items.length }] : [whole];
}

/** With every object wrapped that has the key of a mark, at any depth. */
function wrapped(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map(wrapped);
  if (!isJsonObject(value)) return value;
  return wrapOwn(Object.fromEntries(Object.entries(value).map(([key, item]) => [key, wrapped(item)])));
}

const wrapOwn = (value: JsonObject): JsonObject =>
  Object.hasOwn(value, payloadKey) ? { [payloadKey]: null, value } : value;

/** The packed value of a hash; undefined when it is not known. */
export type FindPayload = (hash: string) => JsonValue | undefined;

/** What was packed, whole. Errors: internal when something that it refers to is not there. */
export const unpackValue = (packed: JsonValue, find: FindPayload): JsonValue =>
  withoutMarks(packed, (reference) => unpackValue(known(reference, find), find));

/** A packed value without marks: people's own objects unwrapped, and each reference replaced by what it stands for. */
export function withoutMarks(packed: JsonValue, standsFor: (reference: PayloadReference) => JsonValue): JsonValue {
  if (Array.isArray(packed)) {
    return packed.flatMap((item: JsonValue): readonly JsonValue[] => {
      const value = withoutMarks(item, standsFor);
      return isReference(item) && item.items !== undefined && Array.isArray(value) ? value : [value];
    });
  }
  if (!isJsonObject(packed)) return packed;
  if (isReference(packed)) return standsFor(packed);
  const members = Object.entries(isWrapped(packed) ? packed.value : packed);
  return Object.fromEntries(members.map(([key, item]) => [key, withoutMarks(item, standsFor)]));
}

function known({ [payloadKey]: hash }: PayloadReference, find: FindPayload): JsonValue {
  const value = find(hash);
  if (value === undefined) throw new AppError("internal", "A large value of this run is missing in the store.");
  return value;
}

/** Hashes that a packed value names itself, without those that their values name. */
export function referencesIn(packed: JsonValue): PayloadReference[] {
  if (Array.isArray(packed)) return packed.flatMap(referencesIn);
  if (!isJsonObject(packed)) return [];
  if (isReference(packed)) return [packed];
  return Object.values(isWrapped(packed) ? packed.value : packed).flatMap(referencesIn);
}
