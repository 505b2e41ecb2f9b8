import { z } from "zod";
import { type JsonObject, jsonValue } from "../../json.ts";
import { defineAgent, type FieldMeta } from "../agent.ts";
import { inputField } from "../input/definition.ts";

export const outputConfig = z.strictObject({
  value: jsonValue.optional().meta({
    title: "Value",
    description: "What the run gives. Empty: what arrives at the node.",
    editor: "text",
    placeholder: "{{ steps.llm.text }}",
  } satisfies FieldMeta),
  fields: z
    .array(inputField.pick({ name: true, type: true, required: true, description: true }))
    .max(100)
    .default([])
    .meta({
      title: "Fields",
      description: "What the result must have. Without fields, anything is a result.",
      template: false,
    } satisfies FieldMeta),
});

export const outputDefinition = defineAgent({
  kind: "output",
  label: "Output",
  description: "What a run gives back.",
  category: "flow",
  icon: "log-out",
  docs: `
What a run gives back, in the API and at the top of its page.

**Input** \`value\`: one or more connections. One value is the result as it is; several are a list, in the order of the edges.
With **Value** set, that is the result instead: \`{{ steps.llm.text }}\`, or text around several \`{{ }}\`.

**Fields** say what the result must have. A result that lacks a required field or has another type there ends the run with
\`output_invalid\` and the name of the field.

Several Output nodes give an object by their keys.
`.trim(),
  inputs: [
    { name: "value", label: "Value", type: "any", description: "Becomes the result of the run.", multiple: true },
  ],
  outputs: [{ name: "value", label: "Value", type: "any", description: "The result." }],
  config: outputConfig,
  defaults: {},
  summary: summarizeOutput,
});

function summarizeOutput(config: JsonObject): string {
  const { value } = config;
  if (typeof value === "string" && value.trim() !== "")
    return `Gives ${value.trim().replace(/\s+/g, " ").slice(0, 80)}`;
  return "Gives what arrives";
}
