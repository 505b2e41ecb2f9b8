import { z } from "zod";
import type { JsonObject } from "../../json.ts";
import { defineAgent, type FieldMeta } from "../agent.ts";

/** More would be a history of its own size; split the list, or work on it with a Data Processor. */
export const maxItems = 100_000;

export const forEachConfig = z.strictObject({
  items: z
    .string()
    .default("")
    .meta({
      title: "Items",
      description: "JSONata that gives the list, e.g. items.rows. Leave it empty for what arrives.",
      editor: "jsonata",
      placeholder: "items",
    } satisfies FieldMeta),
  parallel: z
    .int()
    .min(1, "At least one at a time")
    .max(1_000)
    .default(10)
    .meta({
      title: "Side by side",
      description: "How many items run at once; 1 is one after the other.",
      editor: "number",
    } satisfies FieldMeta),
  onItemError: z
    .enum(["fail", "continue"])
    .default("fail")
    .meta({
      title: "When an item fails",
      description: "fail: the step fails. continue: the item gives null and an entry in errors, the others go on.",
      editor: "select",
    } satisfies FieldMeta),
});

export const forEachDefinition = defineAgent({
  kind: "forEach",
  label: "For each",
  description: "Runs the nodes in its frame once for each item of a list.",
  category: "flow",
  local: true,
  icon: "repeat",
  inputs: [{ name: "items", label: "Items", type: "any", description: "The list, or what it is taken from." }],
  outputs: [
    { name: "results", label: "Results", type: "list", description: "Each item's result, in the items' order." },
    { name: "errors", label: "Errors", type: "list", description: "Index, code and message of each item that failed." },
  ],
  body: {
    outputs: [
      { name: "item", label: "Item", type: "any", description: "The item of this iteration." },
      { name: "index", label: "Index", type: "number", description: "Its place in the list, from 0." },
    ],
    inputs: [{ name: "result", label: "Result", type: "any", description: "What the item comes to.", multiple: true }],
    takesFailures: (config) => config.onItemError === "continue",
  },
  config: forEachConfig,
  defaults: { items: "", parallel: 10, onItemError: "fail" },
  retries: false,
  summary: (config: JsonObject) =>
    config.parallel === 1 ? "One item after the other" : `Up to ${String(config.parallel ?? 10)} items side by side`,
});
