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
  icon: "split",
  docs: `
Evaluates an expression and passes what arrived on through one of its two ports. The other port closes: steps that depend
only on it are skipped.

**Input** \`value\`: anything. **Outputs** \`true\` and \`false\`: the same value, on the port taken.

**Example.** \`value.score >= 80\`, \`$count(value.findings[severity = "error"]) = 0\`, \`$contains(value, /refund/i)\`.

False are \`false\`, \`null\`, \`0\`, empty text, an empty object, and a list without anything true in it. When the answer
hangs on a name that is not there, the step fails and tells the name; ask with \`$exists(value.name)\` where it may be missing.

**Limits.** 500 ms; regular expressions without look-around and back-references.
`.trim(),
  inputs: [{ name: "value", label: "Value", type: "any", description: "What is looked at and passed on." }],
  outputs: [
    { name: "true", label: "True", type: "any", description: "The value, when the expression is true." },
    { name: "false", label: "False", type: "any", description: "The value, when it is not." },
  ],
  config: conditionConfig,
  defaults: { expression: "$exists(value)" },
  summary: (config: JsonObject) =>
    typeof config.expression === "string" && config.expression.trim() !== ""
      ? config.expression.trim().replace(/\s+/g, " ").slice(0, 80)
      : "No expression yet",
});
