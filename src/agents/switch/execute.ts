import { AppError } from "../../errors.ts";
import type { Execute } from "../agent.ts";
import { isTrue } from "../truth.ts";
import { otherwise, type switchConfig } from "./definition.ts";

/** Throws expression_failed and expression_limit, with the case's name in front. */
export const executeSwitch: Execute<typeof switchConfig> = async (config, inputs, context) => {
  const { value = null } = inputs;
  for (const { name, when } of config.cases) {
    const answer = await context.evaluate(when, { value }).catch((error: unknown) => {
      if (!(error instanceof AppError)) throw error;
      throw new AppError(error.code, `Case “${name}”: ${error.message}`, { cause: error, detail: { case: name } });
    });
    if (!isTrue(answer)) continue;
    context.log(`“${name}” is true.`);
    return { outputs: { [name]: value } };
  }
  context.log("No case is true.");
  return { outputs: { [otherwise]: value } };
};
