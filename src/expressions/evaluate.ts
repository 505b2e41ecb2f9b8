import { AppError } from "../errors.ts";
import { isJsonObject, type JsonObject, type JsonValue } from "../json.ts";
import { defaultLimits, type ExpressionLimits } from "./limits.ts";
import { outcomeOf } from "./run.ts";
import { hasTemplate, splitTemplate } from "./template.ts";

function refuseMissing(missing: readonly string[]): void {
  if (missing.length === 0) return;
  const names = [...new Set(missing)];
  throw new AppError("expression_failed", `Nothing is there under ${names.map((name) => `\`${name}\``).join(", ")}.`, {
    detail: { missing: names },
  });
}

/**
 * Evaluates JSONata over a scope (`steps`, `inputs`, `execution`, and what the caller adds). An empty result is null.
 * Throws expression_failed (syntax, types, names that are missing: all of them, in `detail.missing`) and expression_limit.
 */
export async function evaluateExpression(
  source: string,
  scope: JsonObject,
  limits: Partial<ExpressionLimits> = {},
): Promise<JsonValue> {
  const { value, missing } = await outcomeOf(source, scope, { ...defaultLimits, ...limits });
  refuseMissing(missing);
  return value ?? null;
}

function toText(value: JsonValue): string {
  if (typeof value === "string") return value;
  return value === null ? "" : JSON.stringify(value);
}

/**
 * Evaluates the `{{ }}` of a text. A text that is one whole `{{ }}` gives the value itself; otherwise values become
 * text: null is empty, objects and lists are JSON. What comes in is never evaluated again. Errors as in
 * `evaluateExpression`; missing names are collected over the whole text.
 */
export async function evaluateTemplate(
  text: string,
  scope: JsonObject,
  limits: Partial<ExpressionLimits> = {},
): Promise<JsonValue> {
  if (!hasTemplate(text)) return text;
  const all = { ...defaultLimits, ...limits };
  const template = splitTemplate(text.trim().startsWith("{{") ? text.trim() : text);
  const [only] = template.parts;
  if (template.parts.length === 1 && only?.kind === "expression") return evaluateExpression(only.source, scope, all);
  if (template.unclosedAt !== undefined)
    throw new AppError("expression_failed", "A {{ is never closed by }}.", {
      detail: { position: template.unclosedAt },
    });
  return evaluateParts(text, scope, all);
}

async function evaluateParts(text: string, scope: JsonObject, limits: ExpressionLimits): Promise<string> {
  const missing: string[] = [];
  let result = "";
  for (const part of splitTemplate(text).parts) {
    if (part.kind === "text") {
      result += part.text;
      continue;
    }
    const outcome = await outcomeOf(part.source, scope, limits);
    missing.push(...outcome.missing);
    result += toText(outcome.value ?? null);
    if (result.length > limits.valueSize)
      throw new AppError("expression_limit", `The text is longer than ${limits.valueSize} characters.`);
  }
  refuseMissing(missing);
  return result;
}

/** What the strings of a config are, as a tree. Where `fields` and `items` say nothing, `mode` holds for all below. */
export interface FieldModes {
  readonly mode: "template" | "expression" | "literal";
  /** The field holds text: a value of another kind becomes text as inside a longer template. */
  readonly text?: true;
  readonly fields?: Readonly<Record<string, FieldModes>>;
  readonly items?: FieldModes;
}

function below(modes: FieldModes, name: string): FieldModes {
  if (modes.fields !== undefined && Object.hasOwn(modes.fields, name)) return modes.fields[name] ?? modes;
  return modes.items ?? (modes.fields === undefined ? modes : { mode: modes.mode });
}

interface Evaluation {
  readonly scope: JsonObject;
  readonly limits: Partial<ExpressionLimits>;
  /** What went wrong so far, each with its field: a person mends them all at once. */
  readonly failures: { readonly field: string; readonly error: AppError }[];
}

/** A place in a config. `path` is dotted. */
interface Field {
  readonly path: string;
  readonly modes: FieldModes;
}

const inner = ({ path }: Field, name: string | number, modes: FieldModes): Field => ({
  path: path === "" ? String(name) : `${path}.${name}`,
  modes,
});

async function evaluateField(value: JsonValue, field: Field, on: Evaluation): Promise<JsonValue> {
  const { modes } = field;
  if (typeof value === "string") {
    if (modes.mode !== "template" || !hasTemplate(value)) return value;
    try {
      const evaluated = await evaluateTemplate(value, on.scope, on.limits);
      return modes.text ? toText(evaluated) : evaluated;
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      on.failures.push({ field: field.path, error });
      return null;
    }
  }
  if (Array.isArray(value)) {
    const items: JsonValue[] = [];
    for (const [index, item] of value.entries())
      items.push(await evaluateField(item, inner(field, index, modes.items ?? modes), on));
    return items;
  }
  if (!isJsonObject(value)) return value;
  const members: [string, JsonValue][] = [];
  for (const [name, item] of Object.entries(value))
    members.push([name, await evaluateField(item, inner(field, name, below(modes, name)), on)]);
  return Object.fromEntries(members);
}

/** The settings of a step before it runs, and what each of them is. */
export interface UnevaluatedConfig {
  readonly config: JsonObject;
  readonly fields: FieldModes;
}

/**
 * A config with its templates evaluated; expressions and literals stay. Throws one AppError for all fields:
 * `detail.fields` has the message of each, `detail.missing` every missing name.
 */
export async function evaluateConfig(
  { config, fields }: UnevaluatedConfig,
  scope: JsonObject,
  limits: Partial<ExpressionLimits> = {},
): Promise<JsonObject> {
  const on: Evaluation = { scope, limits, failures: [] };
  const evaluated = await evaluateField(config, { path: "", modes: fields }, on);
  const [first] = on.failures;
  if (first === undefined) return isJsonObject(evaluated) ? evaluated : {};
  const missing = on.failures.flatMap(({ error }) => error.detail?.missing ?? []);
  throw new AppError(first.error.code, on.failures.map(({ field, error }) => `${field}: ${error.message}`).join(" "), {
    cause: first.error,
    detail: {
      fields: Object.fromEntries(on.failures.map(({ field, error }) => [field, error.message])),
      ...(missing.length === 0 ? {} : { missing: [...new Set(missing)] as JsonValue[] }),
    },
  });
}
