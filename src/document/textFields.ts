import { z } from "zod";
import type { AgentDefinition, FieldMeta } from "../agents/agent.ts";

/** Editors whose text several people write in at once: the field is a Y.Text and merges letter by letter. */
const sharedEditors: ReadonlySet<string> = new Set(["text", "prompt", "code", "json", "jsonata"]);

const known = new WeakMap<AgentDefinition, ReadonlyMap<string, FieldMeta>>();

/** Each top-level config field of an agent with the FieldMeta put on it, looking through optional and default. */
export function configFields(definition: AgentDefinition): ReadonlyMap<string, FieldMeta> {
  const found = known.get(definition);
  if (found) return found;
  const fields = new Map<string, FieldMeta>();
  collect(definition.config, fields);
  known.set(definition, fields);
  return fields;
}

/** Whether a config field is kept as shared text. A field of an unknown agent never is. */
export function isTextField(definition: AgentDefinition | undefined, field: string): boolean {
  const editor = definition && configFields(definition).get(field)?.editor;
  return editor !== undefined && sharedEditors.has(editor);
}

function collect(schema: unknown, fields: Map<string, FieldMeta>): void {
  const core = innermost(schema);
  if (core instanceof z.ZodObject) {
    for (const [name, field] of Object.entries(core.shape)) if (!fields.has(name)) fields.set(name, metaOf(field));
  } else if (core instanceof z.ZodUnion) {
    for (const option of core.options) collect(option, fields);
  }
}

function metaOf(schema: unknown): FieldMeta {
  const own = schema instanceof z.ZodType ? (schema.meta() as FieldMeta | undefined) : undefined;
  const inner = unwrapped(schema);
  return inner === undefined ? { ...own } : { ...metaOf(inner), ...own };
}

function innermost(schema: unknown): unknown {
  const inner = unwrapped(schema);
  return inner === undefined ? schema : innermost(inner);
}

function unwrapped(schema: unknown): unknown {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodNullable || schema instanceof z.ZodReadonly)
    return schema.unwrap();
  if (schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault || schema instanceof z.ZodCatch)
    return schema.unwrap();
  return schema instanceof z.ZodPipe ? schema.in : undefined;
}
