import type { Execute } from "../agent.ts";
import { isTrue } from "../truth.ts";
import type { loopConfig } from "./definition.ts";

export const executeLoop: Execute<typeof loopConfig> = async (config, inputs) => ({
  outputs: {},
  iterate: {
    mode: "loop",
    items: [inputs.value ?? null],
    parallel: 1,
    limit: config.maxIterations,
    onItemError: "fail",
    atLimit: config.atLimit,
  },
});

/** Throws expression_failed and expression_limit. */
export const executeLoopCheck: Execute<typeof loopConfig> = async (config, inputs, context) => {
  const { result = null, index = 0 } = inputs;
  return { outputs: { done: isTrue(await context.evaluate(config.until, { result, index })) } };
};
