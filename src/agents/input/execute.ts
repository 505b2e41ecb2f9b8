import { AppError } from "../../errors.ts";
import type { Execute } from "../agent.ts";
import type { inputConfig } from "./definition.ts";
import { checkInput } from "./form.ts";

/** Puts the execution's input out, checked. Throws input_invalid with the fields at fault. */
export const executeInput: Execute<typeof inputConfig> = async (config, _inputs, context) => {
  const { value, problems, ignored } = checkInput(config.fields, context.executionInput);
  if (ignored.length > 0) context.log(`Left out, because no field names it: ${ignored.slice(0, 20).join(", ")}`);
  const [first] = problems;
  if (first !== undefined)
    throw new AppError("input_invalid", problems.map(({ message }) => message).join(" "), {
      detail: { field: first.field, problems: problems.map(({ field, message }) => ({ field, message })) },
    });
  return { outputs: { value } };
};
