import type { AgentContext, AgentResult } from "../agents/agent.ts";
import { hasType, typeName } from "../agents/portTypes.ts";
import { AppError } from "../errors.ts";
import { evaluateConfig, evaluateExpression } from "../expressions/evaluate.ts";
import type { ExpressionLimits, Thread } from "../expressions/limits.ts";
import type { PlannedNode } from "../graph/plan.ts";
import type { JsonObject, JsonValue } from "../json.ts";
import { type Iteration, type Usage, usage as usageSchema } from "../schemas/executionEvent.ts";
import { interrupt as interruptSchema } from "../schemas/interrupt.ts";
import type { AttemptRequest } from "./attempt.ts";
import type { LoopDeps } from "./deps.ts";
import type { Signal } from "./signal.ts";
import type { Channel } from "./streams.ts";
import { threadOf } from "./turns.ts";
import { storable } from "./values.ts";

export interface StepSurroundings {
  readonly deps: Pick<LoopDeps, "clock" | "executors">;
  readonly push: (channel: Channel, text: string) => void;
  readonly signal: Signal;
  readonly reportUsage: (usage: Usage) => void;
}

/** Config, inputs, the agent's effect, outputs: one attempt of one step, checked on both sides. Throws what went wrong. */
export async function performStep(request: AttemptRequest, around: StepSurroundings): Promise<AgentResult> {
  const { node, inputs } = request;
  const { clock, executors } = around.deps;
  const execute = Object.hasOwn(executors, node.definition.kind) ? executors[node.definition.kind] : undefined;
  if (execute === undefined) {
    throw new AppError("agent_failed", `This server cannot run the agent “${node.definition.kind}”.`);
  }
  checkInputs(node, inputs);
  let own: Thread | null = null;
  const thread = () => {
    own ??= threadOf(clock, { owner: request.executionId, signal: around.signal });
    return own;
  };
  const config = node.ready === null ? await configOf(node, scopeOf(request), { thread: thread() }) : node.ready.config;
  const result = await execute(config, inputs, contextOf(request, around, thread));
  return checkResult(node, result);
}

/** What templates and expressions can read. */
function scopeOf(request: AttemptRequest): JsonObject {
  const iteration = request.iteration();
  return {
    steps: request.steps(),
    inputs: request.inputs,
    execution: { id: request.executionId, input: request.executionInput },
    ...(iteration === null ? {} : { iteration }),
  };
}

async function configOf(node: PlannedNode, scope: JsonObject, limits: Partial<ExpressionLimits>): Promise<unknown> {
  const config = await evaluateConfig(node, scope, limits);
  const parsed = node.definition.config.safeParse(config);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const field = issue?.path.map(String).join(".") ?? "";
  throw new AppError("config_invalid", `Setting “${field}” of “${node.name}”: ${issue?.message ?? "not valid"}.`, {
    detail: { field },
  });
}

function checkInputs(node: PlannedNode, inputs: JsonObject): void {
  for (const [name, value] of Object.entries(inputs)) {
    const port = node.inputs.get(name);
    if (port === undefined || port.type === "any") continue;
    const values: readonly JsonValue[] = port.multiple === true && Array.isArray(value) ? value : [value];
    const wrong = values.find((one) => !hasType(one, port.type));
    if (wrong === undefined) continue;
    const message = `“${port.label}” of “${node.name}” takes ${port.type}; what arrived is ${typeName(wrong)}.`;
    throw new AppError("input_invalid", message, { detail: { port: name } });
  }
}

function contextOf(request: AttemptRequest, around: StepSurroundings, thread: () => Thread): AgentContext {
  const { node, stepKey, executionId, attempt } = request;
  return {
    executionId,
    stepKey,
    attempt,
    idempotencyKey: `${executionId}:${node.id}:${stepKey.slice(node.id.length + 1) || "0"}`,
    executionInput: request.executionInput,
    signal: around.signal,
    now: around.deps.clock.now,
    timeLimitMs: node.ownTimeoutMs,
    emitText: (text) => around.push("text", text),
    log: (line) => around.push("log", `${line}\n`),
    reportUsage: around.reportUsage,
    evaluate: (expression, scope) =>
      evaluateExpression(expression, { ...scopeOf(request), ...scope }, { thread: thread() }),
    async breathe() {
      thread().tick();
      await thread().pause();
    },
    ...request.ports,
  };
}

const iterationOf = (iterate: Iteration, name: string): Iteration => ({
  ...iterate,
  items: storable(iterate.items, name) as JsonValue[],
});

/** Only ports that the agent has, only JSON of the port's type, not more than may be kept. */
function checkResult(node: PlannedNode, result: AgentResult): AgentResult {
  const given: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(result.outputs)) if (value !== undefined) given[name] = value;
  const outputs = storable(given, node.name) as JsonObject;
  for (const [name, value] of Object.entries(outputs)) {
    const port = node.outputs.get(name);
    if (port === undefined) {
      throw new AppError("output_invalid", `“${node.name}” gave an output “${name}”, which its agent does not have.`);
    }
    if (hasType(value, port.type)) continue;
    const message = `“${port.label}” of “${node.name}” must be ${port.type}; the agent gave ${typeName(value)}.`;
    throw new AppError("output_invalid", message, { detail: { port: name } });
  }
  return {
    outputs,
    ...(result.wait === undefined ? {} : { wait: interruptSchema.parse(result.wait) }),
    ...(result.iterate === undefined ? {} : { iterate: iterationOf(result.iterate, node.name) }),
    ...(result.usage === undefined ? {} : { usage: usageSchema.parse(result.usage) satisfies Usage }),
    ...(result.metadata === undefined ? {} : { metadata: storable(result.metadata, node.name) as JsonObject }),
  };
}
