import { AppError } from "../../errors.ts";
import type { JsonValue } from "../../json.ts";
import type { StepOutputs } from "../../schemas/executionEvent.ts";
import type { Execute } from "../agent.ts";
import { checkValue } from "../input/form.ts";
import type { outputConfig } from "./definition.ts";

function arrived(inputs: StepOutputs): JsonValue {
  const { value = null } = inputs;
  // The port takes several edges, so it carries a list; a single edge means the value itself.
  return Array.isArray(value) && value.length <= 1 ? (value[0] ?? null) : value;
}

/** Throws output_invalid with the fields at fault. */
export const executeOutput: Execute<typeof outputConfig> = async (config, inputs) => {
  const isSet = config.value !== undefined && config.value !== "";
  const value = isSet ? (config.value ?? null) : arrived(inputs);
  const { problems } = checkValue(config.fields, value);
  const [first] = problems;
  if (first !== undefined)
    throw new AppError("output_invalid", problems.map(({ message }) => message).join(" "), {
      detail: { field: first.field, problems: problems.map(({ field, message }) => ({ field, message })) },
    });
  return { outputs: { value } };
};
