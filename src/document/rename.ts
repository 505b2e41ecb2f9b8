import type { AgentDefinition } from "../agents/agent.ts";
import { below, type TemplatedFields, templatedFields } from "../agents/fieldMeta.ts";
import { renameKey, renameKeyInExpression } from "../expressions/rewrite.ts";
import { isJsonObject, type JsonValue } from "../json.ts";

/** Changes the key in one string of a config. */
export interface Rename {
  readonly from: string;
  readonly to: string;
}

/** How the strings of a field are read. A field of an agent that is not in the catalogue counts as a template. */
export function modesOf(definition: AgentDefinition | undefined, field?: string): TemplatedFields {
  if (!definition) return { mode: "template" };
  const modes = templatedFields(definition.config);
  return field === undefined ? modes : below(modes, field);
}

/** A value with every reference to a renamed key rewritten: in templates, in expressions, never in literals. */
export function renameIn(value: JsonValue, modes: TemplatedFields, renames: readonly Rename[]): JsonValue {
  if (typeof value === "string") return renameInText(value, modes, renames);
  if (Array.isArray(value))
    return (value as readonly JsonValue[]).map((item) => renameIn(item, modes.items ?? modes, renames));
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [name, renameIn(item, below(modes, name), renames)]),
  );
}

export function renameInText(text: string, { mode }: TemplatedFields, renames: readonly Rename[]): string {
  if (mode === "literal" || !text.includes("steps")) return text;
  const rename = mode === "expression" ? renameKeyInExpression : renameKey;
  return renames.reduce((now, { from, to }) => rename(now, from, to), text);
}
