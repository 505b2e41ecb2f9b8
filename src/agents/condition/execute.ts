import type { JsonValue } from "../../json.ts";
import type { Execute } from "../agent.ts";
import type { conditionConfig } from "./definition.ts";

/** JSONata's idea of truth (`$boolean`), which people meet inside their expressions too. */
function isTrue(value: JsonValue): boolean {
  if (Array.isArray(value)) return value.some(isTrue);
  if (typeof value === "object" && value !== null) return Object.keys(value).length > 0;
  return Boolean(value);
}

/** Throws expression_failed and expression_limit. */
export const executeCondition: Execute<typeof conditionConfig> = async (config, inputs, context) => {
  const { value = null } = inputs;
  const taken = isTrue(await context.evaluate(config.expression, { value })) ? "true" : "false";
  context.log(`The answer is ${taken}.`);
  return { outputs: { [taken]: value } };
};
