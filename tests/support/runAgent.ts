import type { AgentContext, Execute } from "#src/agents/agent.ts";
import type { ChatChunk, ChatRequest } from "#src/agents/chatModels.ts";
import { executors } from "#src/agents/executors.ts";
import { registry } from "#src/agents/registry.ts";
import { noWorkflowCalls, type WorkflowCalls } from "#src/agents/workflowCalls.ts";
import { AppError } from "#src/errors.ts";
import { evaluateExpression } from "#src/expressions/evaluate.ts";
import type { JsonObject, JsonValue } from "#src/json.ts";
import type { StepOutputs, Usage } from "#src/schemas/executionEvent.ts";

export interface AgentRun {
  readonly config: JsonObject;
  readonly inputs?: StepOutputs;
  readonly executionInput?: JsonValue;
  /** What the model streams. */
  readonly chunks?: readonly ChatChunk[];
  /** In place of `chunks`, where it depends on what is asked. */
  readonly stream?: (request: ChatRequest) => AsyncIterable<ChatChunk>;
  readonly workflows?: WorkflowCalls;
}

/** What time it is for an agent that is run here. */
export const agentNow = Date.parse("2026-06-01T12:00:00Z");

const scope = { steps: { a: { limit: 10 } }, inputs: {}, execution: { id: "exe", input: null } };

/** Runs an agent as the engine does: config through its schema, real expressions, a model that streams what it is told. */
export async function runAgent(
  kind: keyof typeof registry,
  { config, inputs = {}, executionInput = null, chunks = [], stream, workflows = noWorkflowCalls }: AgentRun,
) {
  const seen = { text: "", log: [] as string[], requests: [] as ChatRequest[], reported: [] as Usage[] };
  const context: AgentContext = {
    executionId: "exe",
    stepKey: "node",
    attempt: 1,
    idempotencyKey: "exe:node:",
    executionInput,
    signal: new AbortController().signal,
    emitText: (text) => {
      seen.text += text;
    },
    log: (line) => seen.log.push(line),
    reportUsage: (usage) => seen.reported.push(usage),
    now: () => agentNow,
    timeLimitMs: null,
    breathe: async () => {},
    evaluate: (expression, more) => evaluateExpression(expression, { ...scope, ...more }),
    models: {
      async *stream(request) {
        seen.requests.push(request);
        yield* stream?.(request) ?? chunks;
      },
    },
    workflows,
    codeAnalysis: { analyze: () => Promise.reject(new AppError("internal", "not here")) },
  };
  const execute: Execute = executors[kind];
  const result = await execute(registry[kind].config.parse(config), inputs, context);
  return { ...result, ...seen };
}

export async function errorOf(promise: Promise<unknown>): Promise<AppError> {
  const error: unknown = await promise.catch((thrown: unknown) => thrown);
  if (error instanceof AppError) return error;
  throw new Error(`no AppError but ${JSON.stringify(error)}`);
}
