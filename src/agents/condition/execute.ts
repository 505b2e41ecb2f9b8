import type { Execute } from "../agent.ts";
import { isTrue } from "../truth.ts";
import type { conditionConfig } from "./definition.ts";

/** Throws expression_failed and expression_limit. */
export const executeCondition: Execute<typeof conditionConfig> = async (config, inputs, context) => {
  const { value = null } = inputs;
  const taken = isTrue(await context.evaluate(config.expression, { value })) ? "true" : "false";
  context.log(`The answer is ${taken}.`);
  return { outputs: { [taken]: value } };
};
