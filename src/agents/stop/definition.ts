import { z } from "zod";
import type { JsonObject } from "../../json.ts";
import { defineAgent, type FieldMeta } from "../agent.ts";

export const longestMessage = 2_000;

export const stopConfig = z.strictObject({
  message: z
    .string()
    .min(1, "Say why the run stops")
    .meta({
      title: "Message",
      description: "Why the run stops, for whoever reads it. {{ steps.… }} puts in what other steps gave.",
      editor: "text",
      placeholder: "The order {{ steps.input.value.id }} has no lines.",
    } satisfies FieldMeta),
});

export const stopDefinition = defineAgent({
  kind: "stop",
  label: "Stop and error",
  description: "Ends the run as failed, with a message of your own.",
  category: "flow",
  local: true,
  icon: "octagon-x",
  inputs: [{ name: "value", label: "Value", type: "any", description: "Whatever leads here." }],
  outputs: [],
  config: stopConfig,
  defaults: { message: "Stopped by the workflow." },
  retries: false,
  summary: summarizeStop,
});

function summarizeStop(config: JsonObject): string {
  const message = typeof config.message === "string" ? config.message.trim().replace(/\s+/g, " ") : "";
  return message === "" ? "No message yet" : message.slice(0, 80);
}
