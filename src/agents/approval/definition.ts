import { z } from "zod";
import type { JsonObject } from "../../json.ts";
import type { StepOutputs } from "../../schemas/executionEvent.ts";
import { type Answer, answerField } from "../../schemas/interrupt.ts";
import { defineAgent, type FieldMeta } from "../agent.ts";
import { decisionOf } from "./answer.ts";

const formField = z.strictObject({
  name: answerField.shape.name.meta({
    title: "Name",
    description: "How later steps read it.",
    editor: "line",
    template: false,
    placeholder: "amount",
  } satisfies FieldMeta),
  label: answerField.shape.label
    .default("")
    .meta({ title: "Label", description: "What the person reads.", editor: "line" } satisfies FieldMeta),
  type: answerField.shape.type
    .default("text")
    .meta({ title: "Type", editor: "select", template: false } satisfies FieldMeta),
  choices: z
    .string()
    .max(5_000)
    .default("")
    .meta({
      title: "Choices",
      description: "Separated by commas.",
      editor: "line",
      placeholder: "small, medium, large",
      showWhen: { field: "type", in: ["choice"] },
    } satisfies FieldMeta),
  required: z
    .boolean()
    .default(false)
    .meta({
      title: "Required",
      description: "Nobody can approve without it.",
      editor: "switch",
      template: false,
    } satisfies FieldMeta),
});

export const approvalConfig = z.strictObject({
  title: z
    .string()
    .min(1, "Say what is to be decided")
    .meta({
      title: "Title",
      description: "What is to be decided, in a line.",
      editor: "line",
      placeholder: "Pay {{ steps.input.value.amount }} to {{ steps.input.value.to }}?",
    } satisfies FieldMeta),
  body: z
    .string()
    .default("")
    .meta({
      title: "Text",
      description: "What the person needs to know, in Markdown.",
      editor: "prompt",
      language: "markdown",
      placeholder: "{{ steps.llm.text }}",
    } satisfies FieldMeta),
  fields: z
    .array(formField)
    .max(50)
    .refine((fields) => new Set(fields.map(({ name }) => name)).size === fields.length, "Two fields have the same name")
    .default([])
    .meta({ title: "Fields", description: "What the person fills in." } satisfies FieldMeta),
  role: z
    .enum(["operator", "editor", "owner"])
    .default("operator")
    .meta({
      title: "Who may answer",
      description: "Everybody with this role or a higher one, unless people are named.",
      editor: "select",
      template: false,
    } satisfies FieldMeta),
  people: z
    .array(z.string().max(60))
    .max(100)
    .default([])
    .meta({
      title: "Only these people",
      description: "Nobody else can answer then, whatever their role.",
      editor: "people",
      template: false,
    } satisfies FieldMeta),
  deadline: z
    .string()
    .max(200)
    .default("")
    .meta({
      title: "Deadline",
      description: "How long there is to answer, like 4 h or 3 d. Empty: as long as it takes.",
      editor: "line",
      placeholder: "None",
    } satisfies FieldMeta),
});

const outcome = (name: string, label: string, description: string) => ({
  name,
  label,
  type: "object" as const,
  description,
});

export const approvalDefinition = defineAgent({
  kind: "approval",
  label: "Approval",
  description: "Asks a person, and goes on with the answer.",
  category: "flow",
  icon: "stamp",
  inputs: [{ name: "value", label: "Value", type: "any", description: "What it is about; passed on with the answer." }],
  outputs: [
    outcome("approved", "Approved", "Who approved, and the form's values."),
    outcome("rejected", "Rejected", "Who rejected, and the form's values."),
    outcome("expired", "Expired", "What arrived, when nobody answered before the deadline."),
  ],
  config: approvalConfig,
  defaults: { title: "Go on?", body: "" },
  retries: false,
  resume: (_interrupt, answer, inputs) => outputsOf(answer, inputs),
  summary: summarizeApproval,
});

/** Throws bad_request for an answer that is none, which the service does not let through. */
function outputsOf(answer: Answer, { value = null }: StepOutputs): StepOutputs {
  if (answer.kind === "due") return { expired: { decision: "expired", value } };
  const { decision, values } = decisionOf(answer.value);
  return { [decision]: { decision, by: answer.by.name, values, value } };
}

function summarizeApproval({ title, deadline }: JsonObject): string {
  const words = typeof title === "string" ? title.trim().replace(/\s+/g, " ") : "";
  if (words === "") return "No title yet";
  const limit = typeof deadline === "string" && deadline.trim() !== "" ? `, within ${deadline.trim()}` : "";
  return `${words.slice(0, 60)}${limit}`.slice(0, 80);
}
