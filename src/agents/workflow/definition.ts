import { z } from "zod";
import { AppError } from "../../errors.ts";
import { isJsonObject, type JsonObject, jsonValue } from "../../json.ts";
import type { StepOutputs } from "../../schemas/executionEvent.ts";
import { portName } from "../../schemas/graph.ts";
import type { Answer } from "../../schemas/interrupt.ts";
import { defineAgent, type FieldMeta } from "../agent.ts";

const givenField = z.strictObject({
  name: portName.meta({
    title: "Name",
    description: "As the other workflow's Input step names it.",
    editor: "line",
    template: false,
    placeholder: "code",
  } satisfies FieldMeta),
  value: jsonValue.optional().meta({
    title: "Value",
    description: "A lone {{ }} gives its value as it is: a number stays a number, a list a list.",
    editor: "line",
    placeholder: "{{ inputs.value }}",
    template: true,
  } satisfies FieldMeta),
});

export const workflowConfig = z.strictObject({
  workflowId: z
    .string()
    .min(1, "Choose a workflow")
    .max(100)
    .meta({
      title: "Workflow",
      description: "Runs as it stands when this step begins.",
      editor: "workflow",
      template: false,
    } satisfies FieldMeta),
  fields: z
    .array(givenField)
    .max(100)
    .refine((fields) => new Set(fields.map(({ name }) => name)).size === fields.length, "Two fields have the same name")
    .default([])
    .meta({
      title: "Input fields",
      description: "What it gets. Without fields: what arrives at this step.",
    } satisfies FieldMeta),
});

export const workflowDefinition = defineAgent({
  kind: "workflow",
  label: "Sub-workflow",
  description: "Runs another workflow and goes on with its output.",
  category: "flow",
  icon: "workflow",
  inputs: [{ name: "value", label: "Value", type: "any", description: "Its input, unless the settings say another." }],
  outputs: [{ name: "output", label: "Output", type: "any", description: "What the other workflow gave." }],
  config: workflowConfig,
  defaults: { workflowId: "" },
  // Of starting it. How long it then takes is its own matter, unless the node says how long.
  defaultTimeoutMs: 60_000,
  limits: "wait",
  resume: (_interrupt, answer) => outputsOf(answer),
  summary: summarizeWorkflow,
});

/** Throws agent_failed for an execution that did not succeed, step_timeout for one that did not end in time. */
function outputsOf(answer: Answer): StepOutputs {
  if (answer.kind === "due")
    throw new AppError(
      "step_timeout",
      "The other workflow had not ended within this step's time limit; it is stopped.",
    );
  const value = answer.kind === "given" && isJsonObject(answer.value) ? answer.value : {};
  const { status, output, error } = value;
  if (status === "succeeded") return { output: output ?? null };
  const reason = isJsonObject(error) && typeof error.message === "string" ? error.message : "It was cancelled.";
  const code = isJsonObject(error) && typeof error.code === "string" ? error.code : "cancelled";
  throw new AppError("agent_failed", `The other workflow did not succeed: ${reason}`, { detail: { cause: code } });
}

function summarizeWorkflow({ workflowId, fields }: JsonObject): string {
  if (typeof workflowId !== "string" || workflowId === "") return "No workflow chosen yet";
  const given = Array.isArray(fields) ? fields : [];
  const names = given.flatMap((field) => (isJsonObject(field) && typeof field.name === "string" ? [field.name] : []));
  return names.length === 0 ? "With what arrives" : `With ${names.join(", ")}`.slice(0, 80);
}
