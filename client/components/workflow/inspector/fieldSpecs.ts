import { z } from "zod";
import type { AgentDefinition, FieldMeta } from "#src/agents/agent.ts";
import { isJsonObject, type JsonObject, type JsonValue } from "#src/json.ts";

/** One setting, as the inspector draws it: what the agent's schema says about it and its FieldMeta. */
export interface FieldSpec {
  readonly name: string;
  readonly title: string;
  readonly description: string | undefined;
  readonly editor: NonNullable<FieldMeta["editor"]> | "list";
  readonly language: string | undefined;
  readonly placeholder: string | undefined;
  readonly suggestions: readonly string[];
  readonly showWhen: FieldMeta["showWhen"];
  /** Whether `{{ }}` is evaluated in it. */
  readonly template: boolean;
  readonly required: boolean;
  readonly fallback: JsonValue | undefined;
  /** Of a select. */
  readonly options: readonly string[];
  /** Of a number. */
  readonly limits: { readonly min: number | undefined; readonly max: number | undefined; readonly integer: boolean };
  /** Of a list: the settings of one item. */
  readonly items: readonly FieldSpec[];
}

const known = new WeakMap<AgentDefinition, readonly FieldSpec[]>();

/** The settings of an agent in the order of its schema. */
export function fieldSpecs(definition: AgentDefinition): readonly FieldSpec[] {
  const before = known.get(definition);
  if (before !== undefined) return before;
  const schema = z.toJSONSchema(definition.config, { io: "input", unrepresentable: "any" }) as unknown as JsonObject;
  const specs = specsOf(schema);
  known.set(definition, specs);
  return specs;
}

/** Whether a field shows, given the settings beside it. A sibling that is not set counts with its default. */
export function isShown(spec: FieldSpec, config: JsonObject, specs: readonly FieldSpec[]): boolean {
  if (spec.showWhen === undefined) return true;
  const { field, in: values } = spec.showWhen;
  const value = config[field] ?? specs.find((each) => each.name === field)?.fallback ?? null;
  return values.includes(value);
}

function specsOf(schema: JsonObject): FieldSpec[] {
  const properties = isJsonObject(schema.properties) ? schema.properties : {};
  const required = Array.isArray(schema.required) ? schema.required : [];
  return Object.entries(properties).flatMap(([name, property]) =>
    isJsonObject(property) ? [specOf(name, property, required.includes(name))] : [],
  );
}

function specOf(name: string, property: JsonObject, required: boolean): FieldSpec {
  const items = property.type === "array" && isJsonObject(property.items) ? specsOf(property.items) : [];
  const editor = items.length > 0 ? "list" : editorOf(property);
  return {
    name,
    title: text(property.title) ?? name,
    description: text(property.description),
    editor,
    language: text(property.language),
    placeholder: text(property.placeholder),
    suggestions: texts(property.suggestions),
    showWhen: property.showWhen as FieldMeta["showWhen"],
    template: property.template !== false && !untemplated.includes(editor),
    required,
    fallback: property.default,
    options: texts(property.enum),
    limits: { min: number(property.minimum), max: number(property.maximum), integer: property.type === "integer" },
    items,
  };
}

const untemplated: readonly FieldSpec["editor"][] = ["jsonata", "code", "list", "people", "workflow"];

const editors = [
  "line",
  "text",
  "prompt",
  "code",
  "json",
  "jsonata",
  "select",
  "number",
  "switch",
  "people",
  "workflow",
] as const;

function editorOf(property: JsonObject): (typeof editors)[number] {
  const named = editors.find((editor) => editor === property.editor);
  if (named !== undefined) return named;
  if (Array.isArray(property.enum)) return "select";
  if (property.type === "boolean") return "switch";
  if (property.type === "number" || property.type === "integer") return "number";
  return property.type === "string" ? "line" : "json";
}

const text = (value: JsonValue | undefined) => (typeof value === "string" ? value : undefined);
const number = (value: JsonValue | undefined) => (typeof value === "number" ? value : undefined);
const texts = (value: JsonValue | undefined): string[] =>
  Array.isArray(value) ? value.filter((each): each is string => typeof each === "string") : [];
