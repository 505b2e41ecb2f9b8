import { checkInput, type inputForm } from "#src/agents/input/form.ts";
import { AppError } from "#src/errors.ts";
import type { JsonValue } from "#src/json.ts";

/**
 * What an execution begins with: the input as it was given, null for none; the Input step fills its defaults in.
 * Errors: input_invalid with each field at fault, before anything is stored.
 */
export function readInput(form: ReturnType<typeof inputForm>, input: JsonValue | undefined): JsonValue {
  const given = input ?? null;
  const { problems } = checkInput(form, given);
  if (problems.length === 0) return given;
  throw new AppError("input_invalid", problems.map((problem) => problem.message).join(" "), {
    detail: { problems: problems.map(({ field, message }) => ({ field, message })) },
  });
}
