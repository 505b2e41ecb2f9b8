import { z } from "zod";
import { isJsonObject, type JsonObject, jsonValue } from "../../json.ts";
import { portName } from "../../schemas/graph.ts";
import { defineAgent, type FieldMeta } from "../agent.ts";

/** `paragraph` is text of several lines. */
export const inputFieldTypes = ["text", "paragraph", "number", "boolean", "list", "object", "any"] as const;

export const inputField = z.strictObject({
  name: portName.meta({ title: "Name", editor: "line", placeholder: "code" } satisfies FieldMeta),
  type: z
    .enum(inputFieldTypes)
    .default("text")
    .meta({ title: "Type", editor: "select" } satisfies FieldMeta),
  required: z
    .boolean()
    .default(true)
    .meta({ title: "Required", editor: "switch" } satisfies FieldMeta),
  default: jsonValue
    .optional()
    .meta({ title: "Default", description: "Taken when the field is left out.", editor: "json" } satisfies FieldMeta),
  description: z
    .string()
    .max(500)
    .default("")
    .meta({ title: "Description", description: "Shown beside the field.", editor: "line" } satisfies FieldMeta),
});
export type InputField = z.infer<typeof inputField>;

export const inputConfig = z.strictObject({
  fields: z
    .array(inputField)
    .max(100)
    .refine((fields) => new Set(fields.map(({ name }) => name)).size === fields.length, "Two fields have the same name")
    .default([])
    .meta({
      title: "Fields",
      description: "What a run asks for. Without fields, any input is taken as it is.",
      template: false,
    } satisfies FieldMeta),
});

export const inputDefinition = defineAgent({
  kind: "input",
  label: "Input",
  description: "Where a run begins: declares what it needs and checks what it gets.",
  category: "triggers",
  local: true,
  icon: "log-in",
  inputs: [],
  outputs: [{ name: "value", label: "Value", type: "any", description: "The run's input, an object with the fields." }],
  config: inputConfig,
  defaults: { fields: [{ name: "text", type: "paragraph", required: true, description: "" }] },
  retries: false,
  summary: summarizeInput,
});

function summarizeInput(config: JsonObject): string {
  const fields = Array.isArray(config.fields) ? config.fields : [];
  const names = fields.flatMap((field) => (isJsonObject(field) && typeof field.name === "string" ? [field.name] : []));
  if (names.length === 0) return "Takes any input";
  return names.length <= 4
    ? `Asks for ${names.join(", ")}`
    : `Asks for ${names.slice(0, 3).join(", ")} and ${names.length - 3} more`;
}
