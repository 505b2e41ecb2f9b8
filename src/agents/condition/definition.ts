import { z } from "zod";
import type { JsonObject } from "../../json.ts";
import { defineAgent, type FieldMeta } from "../agent.ts";

export const conditionConfig = z.strictObject({
  expression: z
    .string()
    .min(1, "Say when the answer is true")
    .meta({
      title: "True when",
      description: "JSONata. value is what arrives; steps, inputs and execution are there too.",
      editor: "jsonata",
      placeholder: "value.score >= 80",
    } satisfies FieldMeta),
});

export const conditionDefinition = defineAgent({
  kind: "condition",
  label: "Condition",
  description: "Sends what arrives one of two ways.",
  category: "flow",
  local: true,
  icon: "split",
  inputs: [{ name: "value", label: "Value", type: "any", description: "What is looked at and passed on." }],
  outputs: [
    { name: "true", label: "True", type: "any", description: "The value, when the expression is true." },
    { name: "false", label: "False", type: "any", description: "The value, when it is not." },
  ],
  config: conditionConfig,
  defaults: { expression: "$exists(value)" },
  retries: false,
  summary: (config: JsonObject) =>
    typeof config.expression === "string" && config.expression.trim() !== ""
      ? config.expression.trim().replace(/\s+/g, " ").slice(0, 80)
      : "No expression yet",
});
