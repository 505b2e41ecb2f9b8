import type { JsonObject, JsonValue } from "#src/json.ts";
import type { AnswerField } from "#src/schemas/interrupt.ts";

/** What stands in the form: text for everything but switches. */
export type AnswerDraft = Readonly<Record<string, string | boolean>>;

export const emptyDraft = (fields: readonly AnswerField[]): AnswerDraft =>
  Object.fromEntries(fields.map(({ name, type }) => [name, type === "boolean" ? false : ""]));

/** What the text means by its field's type. Text that is no number stays text, and the check says so. */
export function valuesOf(fields: readonly AnswerField[], draft: AnswerDraft): JsonObject {
  const values: Record<string, JsonValue> = {};
  for (const { name, type } of fields) {
    const given = draft[name];
    if (given === undefined || given === "") continue;
    if (type === "number" && typeof given === "string") {
      const number = Number(given.trim().replace(",", "."));
      values[name] = given.trim() !== "" && Number.isFinite(number) ? number : given;
    } else values[name] = given;
  }
  return values;
}
