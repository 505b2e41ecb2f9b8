import { z } from "zod";
import type { JsonObject } from "../../json.ts";
import { defineAgent, type FieldMeta } from "../agent.ts";

export const signalConfig = z.strictObject({
  name: z
    .string()
    .min(1, "Say what the call is named")
    .max(500)
    .meta({
      title: "Name",
      description: "Whoever calls says this name; up to 120 characters.",
      editor: "line",
      placeholder: "paid",
    } satisfies FieldMeta),
  deadline: z
    .string()
    .max(200)
    .default("")
    .meta({
      title: "Deadline",
      description: "How long to wait, like 30 m or 2 d. Empty: for as long as it takes.",
      editor: "line",
      placeholder: "None",
    } satisfies FieldMeta),
});

export const signalDefinition = defineAgent({
  kind: "signal",
  label: "Wait for a call",
  description: "Goes on when another system calls.",
  category: "flow",
  icon: "radio-tower",
  inputs: [{ name: "value", label: "Value", type: "any", description: "Passed on when nobody calls in time." }],
  outputs: [
    { name: "value", label: "Called", type: "any", description: "What the caller sent." },
    { name: "expired", label: "Expired", type: "any", description: "What arrived, when nobody called in time." },
  ],
  config: signalConfig,
  defaults: { name: "continue" },
  retries: false,
  resume: (_interrupt, answer, inputs) =>
    answer.kind === "given" ? { value: answer.value } : { expired: inputs.value ?? null },
  summary: summarizeSignal,
});

function summarizeSignal({ name, deadline }: JsonObject): string {
  if (typeof name !== "string" || name.trim() === "") return "No name yet";
  const limit = typeof deadline === "string" && deadline.trim() !== "" ? `, at most ${deadline.trim()}` : "";
  return `Until “${name.trim()}” is called${limit}`.slice(0, 80);
}
