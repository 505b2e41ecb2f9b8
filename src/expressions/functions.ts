import jsonata from "jsonata";
import { AppError } from "../errors.ts";
import { maxPicture, maxRegexSubject } from "./limits.ts";
import { isFunction, type Meter } from "./meter.ts";
import { builtInNames, refusedNames } from "./names.ts";
import { sort } from "./sort.ts";

/** A built-in as JSONata keeps it. `this` is its focus: environment and input. */
interface BuiltIn {
  readonly _jsonata_function: true;
  readonly implementation: (this: unknown, ...args: unknown[]) => unknown;
  readonly signature?: unknown;
}

let loading: Promise<ReadonlyMap<string, BuiltIn>> | undefined;

/** The built-ins, taken once from JSONata itself: a variable that names one evaluates to it. */
function builtIns(): Promise<ReadonlyMap<string, BuiltIn>> {
  loading ??= Promise.all(
    builtInNames.map(async (name): Promise<[string, BuiltIn]> => [name, await jsonata(`$${name}`).evaluate({})]),
  ).then((entries) => new Map(entries));
  return loading;
}

const refused = (message: string): AppError => new AppError("expression_limit", message);

function checkPicture(picture: unknown): void {
  if (typeof picture !== "string") return;
  if (picture.length > maxPicture) throw refused(`A format has at most ${maxPicture} characters.`);
  if (/,[^\]]*\d{4}/.test(picture)) throw refused("A width in a format has at most three digits.");
}

/**
 * JSONata turns the picture of `$toMillis` into a backtracking regular expression. One reading of the text must be
 * possible: parts stand apart by a mark that no part can hold, and numbers are not written in words.
 */
function checkParsingPicture(text: unknown, picture: unknown): void {
  if (typeof picture !== "string") return;
  checkPicture(picture);
  if (typeof text === "string" && text.length > maxPicture) throw refused("A date has at most 256 characters.");
  const between = picture.split(/\[[^\]]*\]/).slice(1, -1);
  const apart = between.filter((mark) => !/[^A-Za-z0-9,\- ]/.test(mark));
  const dashes = between.length - apart.length + apart.filter((mark) => /[,\- ]|^T$/.test(mark)).length;
  const words = /\[[A-Za-z][^\]]*[wW]/.test(picture);
  if (words || dashes < between.length || between.filter((mark) => mark === "T").length > 1)
    throw refused("This format of a date is not supported: put a mark such as - or : between its parts.");
}

function jsonLength(value: unknown): number {
  return typeof value === "string" ? value.length : 8;
}

function joined(items: unknown, separator: unknown): number {
  if (!Array.isArray(items)) return jsonLength(items);
  return items.reduce<number>((sum, item) => sum + jsonLength(item) + jsonLength(separator ?? ""), 0);
}

/** Equal values have equal texts: members in the order of their names. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join()}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value) ?? "";
  const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${members.map(([key, member]) => `${JSON.stringify(key)}:${canonical(member)}`).join()}}`;
}

function distinct(items: unknown): unknown {
  if (!Array.isArray(items) || items.length <= 1) return items;
  const seen = new Map<unknown, unknown>();
  for (const item of items) {
    const key = isFunction(item) ? item : canonical(item);
    if (!seen.has(key)) seen.set(key, item);
  }
  const kept = [...seen.values()];
  return "sequence" in items ? Object.assign(kept, { sequence: true }) : kept;
}

/** Each member as an object of its own, in one pass: JSONata's own copies what it has so far for every item. */
function spread(value: unknown): unknown {
  if (typeof value !== "object" || value === null || isFunction(value)) return value;
  const parts = (Array.isArray(value) ? value : [value]).flatMap((item: unknown) => {
    if (Array.isArray(item)) return spread(item);
    if (typeof item !== "object" || item === null || isFunction(item)) return item === undefined ? [] : [item];
    return Object.entries(item).map(([name, member]) => ({ [name]: member }));
  });
  return Object.assign(parts, { sequence: true });
}

/** Largest or smallest, without passing each item as an argument. */
const extreme = (pick: (a: number, b: number) => number) => (items: unknown) =>
  Array.isArray(items) && items.length > 0 ? items.reduce(pick) : undefined;

/** What is checked before a built-in begins, where its work or its result is not bounded by its arguments' size. */
function checksBefore(meter: Meter): Readonly<Record<string, (args: readonly unknown[]) => void>> {
  return {
    pad: ([text, width]) => meter.admit(jsonLength(text) + Math.abs(Number(width) || 0)),
    join: ([items, separator]) => meter.admit(joined(items, separator)),
    // Indented text: a new line and its indentation for every member, at most twice the depth.
    string: ([value, pretty]) => {
      if (pretty === true && typeof value === "object" && value !== null) meter.admit(canonical(value).length * 4);
    },
    split: ([text]) => meter.charge(jsonLength(text)),
    formatNumber: ([, picture]) => checkPicture(picture),
    formatInteger: ([, picture]) => checkPicture(picture),
    parseInteger: ([text, picture]) => {
      checkPicture(picture);
      if (jsonLength(text) > maxPicture) throw refused("A number has at most 256 characters.");
    },
    fromMillis: ([, picture]) => checkPicture(picture),
    toMillis: ([text, picture]) => checkParsingPicture(text, picture),
    trim: ([text]) => meter.admit(jsonLength(text) > maxRegexSubject * 10 ? Number.POSITIVE_INFINITY : 0),
    lookup: ([, key]) => {
      if (typeof key === "string" && refusedNames.has(key))
        throw new AppError("expression_failed", `\`${key}\` cannot be used in an expression.`);
    },
  };
}

/** Where JSONata's own way takes the square of the time, or passes each item as an argument. */
const replacements: Readonly<Record<string, BuiltIn["implementation"]>> = {
  distinct,
  sort,
  spread,
  max: extreme((a, b) => Math.max(a, b)),
  min: extreme((a, b) => Math.min(a, b)),
};

function metered(name: string, builtIn: BuiltIn, meter: Meter): BuiltIn {
  const before = checksBefore(meter)[name];
  const original = replacements[name] ?? builtIn.implementation;
  const after = (result: unknown): unknown => {
    if (typeof result === "string") {
      meter.admit(result.length);
      meter.charge(result.length);
    } else if (Array.isArray(result)) meter.charge(result.length);
    if (name === "clone") meter.markChanging(result);
    return result;
  };
  const implementation = function (this: unknown, ...args: unknown[]): unknown {
    meter.tick();
    before?.(args);
    const result = original.apply(this, args);
    return result instanceof Promise ? result.then(after) : after(result);
  };
  // JSONata reads a built-in's parameters from its text (partial application) and its arity from its length.
  Object.defineProperty(implementation, "toString", { value: () => builtIn.implementation.toString() });
  Object.defineProperty(implementation, "length", { value: builtIn.implementation.length });
  return { ...builtIn, implementation };
}

function fromClock(meter: Meter, fromMillis: BuiltIn): Record<string, BuiltIn> {
  return {
    millis: { _jsonata_function: true, implementation: () => Math.floor(meter.now()) },
    now: {
      _jsonata_function: true,
      implementation(picture?: unknown, zone?: unknown) {
        return fromMillis.implementation.call(this, Math.floor(meter.now()), picture, zone);
      },
    },
  };
}

/**
 * Variables for one evaluation that hide JSONata's built-ins behind the meter and take the time from its clock; only
 * those that the expression names. `$eval` is gone whether named or not.
 */
export async function meteredBuiltIns(meter: Meter, used: ReadonlySet<string>): Promise<Record<string, unknown>> {
  const bindings: Record<string, unknown> = { eval: undefined };
  if (used.size === 0) return bindings;
  const all = await builtIns();
  for (const name of used) {
    const builtIn = all.get(name);
    if (builtIn !== undefined) bindings[name] = metered(name, builtIn, meter);
  }
  const fromMillis = all.get("fromMillis");
  if (fromMillis !== undefined && (used.has("now") || used.has("millis")))
    Object.assign(bindings, fromClock(meter, metered("fromMillis", fromMillis, meter)));
  return bindings;
}
