import { z } from "zod";
import type { JsonObject } from "../../json.ts";
import { defineAgent, type FieldMeta } from "../agent.ts";

export const loopConfig = z.strictObject({
  until: z
    .string()
    .min(1, "Say when it is done")
    .meta({
      title: "Done when",
      description:
        "JSONata, asked after each iteration. result is what the iteration came to, index its number from 0.",
      editor: "jsonata",
      placeholder: "result.score >= 8",
    } satisfies FieldMeta),
  maxIterations: z
    .int()
    .min(1, "At least one")
    .max(10_000)
    .default(10)
    .meta({ title: "At most", description: "Iterations.", editor: "number" } satisfies FieldMeta),
  atLimit: z
    .enum(["fail", "finish"])
    .default("fail")
    .meta({
      title: "At the limit",
      description: "fail: the step fails. finish: the last result goes on.",
      editor: "select",
    } satisfies FieldMeta),
});

/** The question after each iteration: a step of its own, so that its answer is in the log. */
export const loopCheckDefinition = defineAgent({
  kind: "loopCheck",
  label: "Done?",
  description: "Asks whether a loop is done.",
  category: "flow",
  local: true,
  icon: "circle-help",
  inputs: [
    { name: "result", label: "Result", type: "any", description: "What the iteration came to." },
    { name: "index", label: "Index", type: "number", description: "The iteration's number, from 0." },
  ],
  outputs: [{ name: "done", label: "Done", type: "boolean", description: "Whether no further iteration follows." }],
  config: loopConfig,
  defaults: { until: "true" },
  retries: false,
  summary: () => "",
});

export const loopDefinition = defineAgent({
  kind: "loop",
  label: "Loop",
  description: "Runs the nodes in its frame again and again, until the result is good.",
  category: "flow",
  local: true,
  icon: "refresh-cw",
  inputs: [{ name: "value", label: "Value", type: "any", description: "What the first iteration begins with." }],
  outputs: [
    { name: "result", label: "Result", type: "any", description: "What the last iteration came to." },
    { name: "iterations", label: "Iterations", type: "number", description: "How many there were." },
  ],
  body: {
    outputs: [
      { name: "value", label: "Value", type: "any", description: "What it began with, then each last result." },
      { name: "index", label: "Index", type: "number", description: "The iteration's number, from 0." },
    ],
    inputs: [{ name: "result", label: "Result", type: "any", description: "What goes on.", multiple: true }],
    takesFailures: () => false,
    check: loopCheckDefinition,
  },
  config: loopConfig,
  defaults: { until: "", maxIterations: 10, atLimit: "fail" },
  retries: false,
  summary: (config: JsonObject) =>
    typeof config.until === "string" && config.until.trim() !== ""
      ? `Until ${config.until.trim().replace(/\s+/g, " ").slice(0, 70)}`
      : "No end yet",
});
