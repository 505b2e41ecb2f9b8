import { AppError } from "../../errors.ts";
import type { AnswerField } from "../../schemas/interrupt.ts";
import type { Execute } from "../agent.ts";
import { deadlineOf } from "../moments.ts";
import type { approvalConfig } from "./definition.ts";

const longestTitle = 500;
const longestBody = 50_000;
const longestWord = 200;

type FormField = (typeof approvalConfig)["_output"]["fields"][number];

function fieldOf(field: FormField): AnswerField {
  const { name, label, type, required } = field;
  if (type !== "choice") return { name, label: label.slice(0, longestWord), type, required };
  const choices = [...new Set(field.choices.split(",").map((choice) => choice.trim()))].filter(
    (choice) => choice !== "",
  );
  if (choices.length === 0) throw invalid(`The field “${name}” has no choices.`, "fields");
  if (choices.length > 100 || choices.some((choice) => choice.length > longestWord))
    throw invalid(
      `The field “${name}” has more than 100 choices, or one of more than ${longestWord} characters.`,
      "fields",
    );
  return { name, label: label.slice(0, longestWord), type, required, choices };
}

/** Throws config_invalid for a deadline that is none, a text that is too long, a choice without choices. */
export const executeApproval: Execute<typeof approvalConfig> = async (config, _inputs, context) => {
  const { body, role, people } = config;
  if (body.length > longestBody) throw invalid(`The text has more than ${longestBody} characters.`, "body");
  const title = config.title.trim().replace(/\s+/g, " ").slice(0, longestTitle);
  const dueAt = deadlineOf(config.deadline, { setting: "deadline", now: context.now() });
  context.log(people.length === 0 ? `Asks everybody who is ${role} or more.` : `Asks ${people.length} people.`);
  return {
    outputs: {},
    wait: {
      kind: "approval",
      title,
      body,
      fields: config.fields.map(fieldOf),
      who: { role, profileIds: people },
      dueAt,
    },
  };
};

const invalid = (message: string, field: string) => new AppError("config_invalid", message, { detail: { field } });
