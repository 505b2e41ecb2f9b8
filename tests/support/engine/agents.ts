import { z } from "zod";
import { type AgentContext, type AgentDefinition, defineAgent, type Execute } from "#src/agents/agent.ts";
import { type Catalogue, catalogueOf } from "#src/agents/catalogue.ts";
import { forEachDefinition } from "#src/agents/forEach/definition.ts";
import { executeForEach } from "#src/agents/forEach/execute.ts";
import { loopCheckDefinition, loopDefinition } from "#src/agents/loop/definition.ts";
import { executeLoop, executeLoopCheck } from "#src/agents/loop/execute.ts";
import { mergeDefinition } from "#src/agents/merge/definition.ts";
import { executeMerge } from "#src/agents/merge/execute.ts";
import { AppError } from "#src/errors.ts";
import type { PortDefinition } from "#src/schemas/agent.ts";
import type { StepOutputs } from "#src/schemas/executionEvent.ts";

const port = (name: string, extra: Partial<PortDefinition> = {}): PortDefinition => ({
  name,
  label: name,
  type: "any",
  description: "",
  ...extra,
});

function agent<Config extends z.ZodType>(
  kind: string,
  parts: {
    readonly config: Config;
    readonly inputs?: readonly PortDefinition[];
    readonly outputs?: readonly PortDefinition[];
    readonly defaults: z.input<Config>;
    readonly local?: true;
  },
): AgentDefinition<Config> {
  return defineAgent<Config>({
    kind,
    label: kind,
    description: "",
    category: "flow",
    icon: "box",
    inputs: [],
    outputs: [],
    summary: () => "",
    ...parts,
  });
}

const anything = z.looseObject({});
const none = z.strictObject({});

export const inputAgent = agent("input", { config: none, defaults: {}, local: true, outputs: [port("value")] });
export const outputAgent = agent("output", {
  local: true,
  config: none,
  defaults: {},
  inputs: [port("value", { required: true })],
  outputs: [port("value")],
});
/** Takes any number of connections; what it does is the test's choice. */
export const workAgent = agent("work", {
  config: anything,
  defaults: {},
  inputs: [port("in", { multiple: true })],
  outputs: [port("out")],
});
export const conditionAgent = agent("condition", {
  local: true,
  config: none,
  defaults: {},
  inputs: [port("value", { required: true })],
  outputs: [port("true"), port("false")],
});
export const typedAgent = agent("typed", {
  config: z.strictObject({
    prompt: z.string().min(1).meta({ editor: "prompt" }),
    level: z.enum(["low", "high"]).default("low"),
    count: z.number().min(0).default(1),
    script: z.string().default("").meta({ editor: "jsonata" }),
    code: z.string().default("").meta({ editor: "code" }),
    rules: z.array(z.strictObject({ when: z.string(), give: z.string() })).default([]),
  }),
  defaults: { prompt: "" },
  inputs: [port("text", { type: "text" }), port("amount", { type: "number" })],
  outputs: [port("text", { type: "text" }), port("amount", { type: "number" }), port("list", { type: "list" })],
});

/** Waits for an answer; with `inMs` until then. */
export const askAgent: AgentDefinition = {
  ...agent("ask", { config: anything, defaults: {}, inputs: [port("in")], outputs: [port("out")] }),
  resume(_interrupt, answer) {
    if (answer.kind === "due") return { out: "too late" };
    if (answer.value === "no") throw new AppError("stopped", "The answer was no.");
    return { out: answer.value };
  },
};

export const testCatalogue: Catalogue = catalogueOf([
  inputAgent,
  outputAgent,
  workAgent,
  conditionAgent,
  typedAgent,
  askAgent,
  forEachDefinition,
  loopDefinition,
  mergeDefinition,
] as readonly AgentDefinition[]);

export type Work = (
  inputs: StepOutputs,
  context: AgentContext,
  config: Readonly<Record<string, unknown>>,
) => Promise<StepOutputs> | StepOutputs;

/** Executors for the test agents; `work` and `typed` do what the test says. */
export function testExecutors(work: Work = (_inputs, context) => ({ out: context.stepKey })): Record<string, Execute> {
  const doWork: Execute = async (config, inputs, context) => ({
    outputs: await work(inputs, context, config as Readonly<Record<string, unknown>>),
  });
  return {
    input: async (_config, _inputs, context) => ({ outputs: { value: context.executionInput } }),
    output: async (_config, inputs) => ({ outputs: { value: inputs.value ?? null } }),
    condition: async (_config, inputs) => ({ outputs: inputs.value === true ? { true: true } : { false: false } }),
    work: doWork,
    typed: doWork,
    ask: async (config, _inputs, context) => {
      const { inMs } = config as { readonly inMs?: number };
      const dueAt = inMs === undefined ? null : context.now() + inMs;
      return { outputs: {}, wait: { kind: "signal", name: "go", dueAt } };
    },
    forEach: executeForEach as unknown as Execute,
    loop: executeLoop as unknown as Execute,
    [loopCheckDefinition.kind]: executeLoopCheck as unknown as Execute,
    merge: executeMerge as unknown as Execute,
  };
}
