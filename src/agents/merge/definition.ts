import { z } from "zod";
import type { JsonObject } from "../../json.ts";
import { defineAgent, type FieldMeta, type Join } from "../agent.ts";

export const mergeModes = ["all", "first", "any"] as const;

export const mergeConfig = z.strictObject({
  mode: z
    .enum(mergeModes)
    .default("all")
    .meta({
      title: "Wait for",
      description: "all: every branch that is taken. first: the one that is there first. any: as many as you say.",
      editor: "select",
      template: false,
    } satisfies FieldMeta),
  count: z
    .int()
    .min(1)
    .max(1_000)
    .default(2)
    .meta({
      title: "How many",
      description: "It goes on when so many branches have arrived, or when no more can.",
      editor: "number",
      template: false,
      showWhen: { field: "mode", in: ["any"] },
    } satisfies FieldMeta),
});

export const mergeDefinition = defineAgent({
  kind: "merge",
  label: "Merge",
  description: "Brings branches together: all of them, the first, or any n.",
  category: "flow",
  local: true,
  icon: "merge",
  inputs: [
    {
      name: "value",
      label: "Value",
      type: "any",
      description: "One connection for each branch.",
      required: true,
      multiple: true,
    },
  ],
  outputs: [
    { name: "items", label: "Items", type: "list", description: "What arrived, in the order of the connections." },
    { name: "first", label: "First", type: "any", description: "The first of them." },
  ],
  config: mergeConfig,
  defaults: { mode: "all" },
  retries: false,
  join: joinOf,
  summary: summarizeMerge,
});

/** A count that is no count waits for one: the settings' own diagnostic keeps such a workflow from running. */
function joinOf(config: JsonObject): Join {
  if (config.mode === "first") return { kind: "any", count: 1 };
  if (config.mode !== "any") return { kind: "all" };
  return { kind: "any", count: mergeConfig.shape.count.safeParse(config.count).data ?? 1 };
}

function summarizeMerge(config: JsonObject): string {
  const join = joinOf(config);
  if (join.kind === "all") return "Waits for every branch";
  return config.mode === "first" ? "Goes on with the first branch" : `Goes on with any ${join.count} branches`;
}
