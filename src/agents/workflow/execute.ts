import type { Execute } from "../agent.ts";
import type { workflowConfig } from "./definition.ts";

/** Starts the other workflow and waits for its end. Throws what `WorkflowCalls.start` does. */
export const executeWorkflow: Execute<typeof workflowConfig> = async (config, inputs, context) => {
  const isSet = config.input !== undefined && config.input !== "";
  const input = isSet ? (config.input ?? null) : (inputs.value ?? null);
  const { workflowId } = config;
  const executionId = await context.workflows.start({ workflowId, input, stepKey: context.stepKey });
  context.log(`Started run ${executionId}.`);
  return { outputs: {}, wait: { kind: "execution", executionId, dueAt: null } };
};
