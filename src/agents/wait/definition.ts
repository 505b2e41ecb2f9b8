import { z } from "zod";
import type { JsonObject } from "../../json.ts";
import { defineAgent, type FieldMeta } from "../agent.ts";

export const waitConfig = z.strictObject({
  mode: z
    .enum(["for", "until"])
    .default("for")
    .meta({ title: "Wait", editor: "select", template: false } satisfies FieldMeta),
  duration: z
    .string()
    .max(200)
    .default("1 h")
    .meta({
      title: "How long",
      description: "30 s, 5 m, 1 h 30 m, 2 d, 1 week. A bare number is seconds.",
      editor: "line",
      placeholder: "1 h",
      showWhen: { field: "mode", in: ["for"] },
    } satisfies FieldMeta),
  until: z
    .string()
    .max(200)
    .default("")
    .meta({
      title: "Until",
      description: "A date and time, in UTC unless it has an offset.",
      editor: "line",
      placeholder: "2026-12-24T18:00:00+01:00",
      showWhen: { field: "mode", in: ["until"] },
    } satisfies FieldMeta),
});

export const waitDefinition = defineAgent({
  kind: "wait",
  label: "Wait",
  description: "Goes on after a while, or at a moment.",
  category: "flow",
  icon: "hourglass",
  inputs: [{ name: "value", label: "Value", type: "any", description: "Passed on when the wait is over." }],
  outputs: [{ name: "value", label: "Value", type: "any", description: "What arrived." }],
  config: waitConfig,
  defaults: { mode: "for", duration: "1 h" },
  retries: false,
  resume: (_interrupt, _answer, inputs) => ({ value: inputs.value ?? null }),
  summary: summarizeWait,
});

function summarizeWait({ mode, duration, until }: JsonObject): string {
  const moment = typeof until === "string" ? until.trim() : "";
  if (mode === "until") return moment === "" ? "No moment yet" : `Until ${moment}`.slice(0, 80);
  const length = typeof duration === "string" ? duration.trim() : "1 h";
  return length === "" ? "No length of time yet" : `For ${length}`.slice(0, 80);
}
