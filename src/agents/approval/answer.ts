import { z } from "zod";
import { AppError, assertNever } from "../../errors.ts";
import { isJsonObject, type JsonObject, type JsonValue, jsonObject } from "../../json.ts";
import type { AnswerField } from "../../schemas/interrupt.ts";

export const decision = z.enum(["approved", "rejected"]);
export type Decision = z.infer<typeof decision>;

/** What a person says to an approval: how it was decided, and what the form has. */
export const approvalAnswer = z.strictObject({ decision, values: jsonObject });
export type ApprovalAnswer = z.infer<typeof approvalAnswer>;

/** Throws bad_request. */
export function decisionOf(value: JsonValue): ApprovalAnswer {
  const parsed = approvalAnswer.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new AppError("bad_request", "An approval is answered with a decision and the form's values.");
}

export interface AnswerProblem {
  /** Name of the form's field; empty when the answer as a whole is at fault. */
  readonly field: string;
  readonly message: string;
}

const longestText = 20_000;

/** What is wrong with a field's value; null when nothing is. */
function problemOf(field: AnswerField, value: JsonValue): string | null {
  switch (field.type) {
    case "text":
      if (typeof value !== "string") return "must be text";
      return value.length > longestText ? `must be at most ${longestText} characters` : null;
    case "number":
      return typeof value === "number" ? null : "must be a number";
    case "boolean":
      return typeof value === "boolean" ? null : "must be true or false";
    case "choice": {
      const choices = field.choices ?? [];
      return typeof value === "string" && choices.includes(value) ? null : `must be one of ${choices.join(", ")}`;
    }
    default:
      return assertNever(field.type);
  }
}

const isEmpty = (value: JsonValue | undefined): boolean =>
  value === undefined || value === null || (typeof value === "string" && value.trim() === "");

/**
 * A person's values held against the form: every problem told, empty fields left out. Pure; the form and the server share it.
 * Who rejects need not fill in what is required for going on.
 */
export function checkForm(
  fields: readonly AnswerField[],
  given: JsonValue,
  how: Decision,
): { readonly values: JsonObject; readonly problems: readonly AnswerProblem[] } {
  if (!isJsonObject(given))
    return { values: {}, problems: [{ field: "", message: "The form's values are an object." }] };
  const problems: AnswerProblem[] = [];
  const values: Record<string, JsonValue> = {};
  for (const field of fields) {
    const { name, label } = field;
    const value = Object.hasOwn(given, name) ? given[name] : undefined;
    const words = label === "" ? name : label;
    if (value === undefined || isEmpty(value)) {
      if (field.required && how === "approved") problems.push({ field: name, message: `“${words}” is missing.` });
      continue;
    }
    const problem = problemOf(field, value);
    if (problem === null) values[name] = value;
    else problems.push({ field: name, message: `“${words}” ${problem}.` });
  }
  const known = new Set(fields.map(({ name }) => name));
  const unknown = Object.keys(given).find((name) => !known.has(name));
  if (unknown !== undefined) problems.push({ field: unknown, message: `The form has no field “${unknown}”.` });
  return { values, problems };
}
