import type { JsonValue } from "../../json.ts";
import type { Execute } from "../agent.ts";
import type { workflowConfig } from "./definition.ts";

/** Starts the other workflow and waits for its end. Throws what `WorkflowCalls.start` does. */
export const executeWorkflow: Execute<typeof workflowConfig> = async (config, inputs, context) => {
  const { workflowId, fields } = config;
  const input: JsonValue =
    fields.length === 0
      ? (inputs.value ?? null)
      : Object.fromEntries(fields.map(({ name, value }) => [name, value ?? null]));
  const executionId = await context.workflows.start({ workflowId, input, stepKey: context.stepKey });
  context.log(`Started run ${executionId}.`);
  const dueAt = context.timeLimitMs === null ? null : context.now() + context.timeLimitMs;
  return { outputs: {}, wait: { kind: "execution", executionId, dueAt } };
};
