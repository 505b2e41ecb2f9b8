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
  local: true,
  icon: "log-out",
  inputs: [
    { name: "value", label: "Value", type: "any", description: "Becomes the result of the run.", multiple: true },
  ],
  outputs: [{ name: "value", label: "Value", type: "any", description: "The result." }],
  config: outputConfig,
  defaults: {},
  retries: false,
  summary: summarizeOutput,
});

function summarizeOutput(config: JsonObject): string {
  const { value } = config;
  if (typeof value === "string" && value.trim() !== "")
    return `Gives ${value.trim().replace(/\s+/g, " ").slice(0, 80)}`;
  return "Gives what arrives";
}
