import { z } from "zod";
import { isJsonObject, type JsonObject, type JsonValue } from "../json.ts";
import type { FieldMeta } from "./agent.ts";

/**
 * What the strings of a config field are: a `template` has its `{{ }}` evaluated before execute, an `expression` is
 * JSONata that the agent evaluates itself, a `literal` is taken as it is.
 */
export type FieldMode = "template" | "expression" | "literal";

/** The modes of a config, as a tree. Where `fields` and `items` say nothing, `mode` holds for every string below. */
export interface TemplatedFields {
  readonly mode: FieldMode;
  /** The field holds text: a template that gives something else there becomes text. */
  readonly text?: true;
  /** By name, for an object of known fields (options of a union are merged). */
  readonly fields?: Readonly<Record<string, TemplatedFields>>;
  /** For the elements of a list and the values of a record. */
  readonly items?: TemplatedFields;
}

/** A string inside a config. `path` has object keys and list indexes. */
export interface ConfigText {
  readonly path: readonly (string | number)[];
  readonly mode: FieldMode;
  readonly text: string;
}

const known = new WeakMap<z.ZodType, TemplatedFields>();

/** Reads the modes off a config schema (FieldMeta by `.meta()`; the outermost meta of a field wins). Never throws. */
export function templatedFields(schema: z.ZodType): TemplatedFields {
  const before = known.get(schema);
  if (before !== undefined) return before;
  const fields = read(schema, { mode: "template", decided: false, depth: 0 });
  known.set(schema, fields);
  return fields;
}

/** Every string of a config that is a template or an expression by its field's mode, in document order. */
export function configTexts(config: JsonObject, fields: TemplatedFields): ConfigText[] {
  return textsIn(config, fields, []);
}

function textsIn(value: JsonValue, fields: TemplatedFields, path: ConfigText["path"]): ConfigText[] {
  if (typeof value === "string") return fields.mode === "literal" ? [] : [{ path, mode: fields.mode, text: value }];
  if (Array.isArray(value)) {
    return value.flatMap((item, index) => textsIn(item, fields.items ?? fields, [...path, index]));
  }
  if (!isJsonObject(value)) return [];
  return Object.entries(value).flatMap(([name, item]) => textsIn(item, below(fields, name), [...path, name]));
}

/** The modes of what is under `name`. */
export function below(fields: TemplatedFields, name: string): TemplatedFields {
  if (fields.fields !== undefined && Object.hasOwn(fields.fields, name)) return fields.fields[name] ?? fields;
  return fields.items ?? (fields.fields === undefined ? fields : { mode: fields.mode });
}

function modeOf(meta: FieldMeta | undefined): FieldMode | undefined {
  if (meta?.template === false) return meta.editor === "jsonata" ? "expression" : "literal";
  if (meta?.template === true) return "template";
  if (meta?.editor === "jsonata") return "expression";
  if (meta?.editor === "code") return "literal";
  return undefined;
}

/** Parts of a zod definition that hold other schemas. */
interface Inner {
  readonly innerType?: z.ZodType;
  readonly shape?: Readonly<Record<string, z.ZodType>>;
  readonly element?: z.ZodType;
  readonly valueType?: z.ZodType;
  readonly options?: readonly z.ZodType[];
  readonly in?: z.ZodType;
  readonly left?: z.ZodType;
  readonly right?: z.ZodType;
}

/** Deeper than any form a person can fill in; a recursive schema (`z.lazy`) has no inner part here and ends by itself. */
const deepest = 20;

/** What a schema has from the one around it. */
interface Surrounding {
  readonly mode: FieldMode;
  /** The same field said it further out: what its inner schemas say does not count. */
  readonly decided: boolean;
  readonly depth: number;
}

function read(schema: z.ZodType, { mode: inherited, decided, depth }: Surrounding): TemplatedFields {
  const own = decided ? undefined : modeOf(z.globalRegistry.get(schema) as FieldMeta | undefined);
  const mode = own ?? inherited;
  const sameField: Surrounding = { mode, decided: decided || own !== undefined, depth: depth + 1 };
  const part: Surrounding = { mode, decided: false, depth: depth + 1 };
  const inner = schema.def as unknown as Inner;
  if (depth > deepest) return { mode };
  if (inner.innerType !== undefined) return read(inner.innerType, sameField);
  if (inner.in !== undefined) return read(inner.in, sameField);
  if (schema.def.type === "string") return { mode, text: true };
  if (inner.shape !== undefined) {
    const fields: Record<string, TemplatedFields> = {};
    for (const [name, field] of Object.entries(inner.shape)) fields[name] = read(field, part);
    return { mode, fields };
  }
  if (inner.element !== undefined) return { mode, items: read(inner.element, part) };
  if (inner.valueType !== undefined) return { mode, items: read(inner.valueType, part) };
  const options = inner.options ?? (inner.left && inner.right ? [inner.left, inner.right] : undefined);
  if (options === undefined) return { mode };
  return options.map((option) => read(option, sameField)).reduce(merge, { mode });
}

/** Of two options the more careful mode wins: an expression is never evaluated as a template, a literal never at all. */
function merge(one: TemplatedFields, other: TemplatedFields): TemplatedFields {
  const rank: readonly FieldMode[] = ["template", "literal", "expression"];
  const mode = rank[Math.max(rank.indexOf(one.mode), rank.indexOf(other.mode))] ?? "template";
  const fields: Record<string, TemplatedFields> = { ...one.fields };
  for (const [name, field] of Object.entries(other.fields ?? {})) {
    const mine = fields[name];
    fields[name] = mine === undefined ? field : merge(mine, field);
  }
  const items = one.items && other.items ? merge(one.items, other.items) : (one.items ?? other.items);
  const hasFields = one.fields !== undefined || other.fields !== undefined;
  const isText = one.text === true && other.text === true;
  return {
    mode,
    ...(isText ? { text: true as const } : {}),
    ...(hasFields ? { fields } : {}),
    ...(items === undefined ? {} : { items }),
  };
}
