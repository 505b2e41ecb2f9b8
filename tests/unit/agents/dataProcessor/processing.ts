import type { AgentContext } from "#src/agents/agent.ts";
import { dataProcessorConfig } from "#src/agents/dataProcessor/definition.ts";
import { executeDataProcessor } from "#src/agents/dataProcessor/execute.ts";
import { noWorkflowCalls } from "#src/agents/workflowCalls.ts";
import { AppError } from "#src/errors.ts";
import { evaluateExpression } from "#src/expressions/evaluate.ts";
import type { JsonObject, JsonValue } from "#src/json.ts";

export interface Arrived {
  readonly data: JsonValue;
  readonly other?: JsonValue;
  /** What other steps put out. */
  readonly steps?: JsonObject;
  readonly signal?: AbortSignal;
}

/** Runs the agent as the engine does: config by its schema, expressions by the real evaluator. */
export async function run(config: JsonObject, arrived: Arrived) {
  const { steps = {}, signal = new AbortController().signal, ...inputs } = arrived;
  const context: AgentContext = {
    executionId: "exe_test",
    stepKey: "process",
    attempt: 1,
    idempotencyKey: "exe_test:process:",
    executionInput: null,
    signal,
    emitText: () => {},
    log: () => {},
    reportUsage: () => {},
    now: () => 0,
    timeLimitMs: null,
    breathe: async () => {},
    evaluate: (expression, scope) => evaluateExpression(expression, { steps, inputs, execution: {}, ...scope }),
    models: {
      stream: () => {
        throw new AppError("internal", "not for this agent");
      },
    },
    workflows: noWorkflowCalls,
    codeAnalysis: { analyze: () => Promise.reject(new AppError("internal", "not for this agent")) },
  };
  const { outputs } = await executeDataProcessor(dataProcessorConfig.parse(config), inputs, context);
  return { data: outputs.data, metadata: outputs.metadata as JsonObject };
}

/** The AppError that a run ends with. */
export async function failure(config: JsonObject, arrived: Arrived): Promise<AppError> {
  try {
    await run(config, arrived);
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
  throw new Error("expected an AppError");
}

export const orders = `id,customer,country,amount
1,Ada,DE,120.5
2,"Grace, Hopper",US,80
3,Ada,DE,30
4,Linus,FI,
`;
