import { executors } from "#src/agents/executors.ts";
import { type AgentKind, catalogue } from "#src/agents/registry.ts";
import type { LoopDeps, StepPorts } from "#src/engine/deps.ts";
import { executionId, joinId } from "#src/ids.ts";
import type { JsonObject, JsonValue } from "#src/json.ts";
import { type NodeSketch, sketch } from "#tests/support/engine/graphs.ts";
import { type Rig, someone } from "#tests/support/engine/rig.ts";
import type { Recording } from "./recording.ts";

/** Models and linters that always say the same. */
const ports: StepPorts = {
  models: {
    async *stream({ prompt }) {
      yield { type: "text", text: "You said: " };
      yield { type: "text", text: prompt };
      yield { type: "end", reason: "stop", model: "still", inputTokens: 7, outputTokens: 5 };
    },
  },
  codeAnalysis: {
    analyze: async ({ code }) => ({
      findings: [
        {
          line: 1,
          column: 1,
          rule: "no-eval",
          severity: "error",
          category: "security",
          message: "eval runs what it is given.",
          recommendation: "Do without it.",
        },
      ],
      metrics: {
        lines: 1,
        codeLines: 1,
        commentLines: 0,
        blankLines: 0,
        functions: 0,
        maxComplexity: code.length > 0 ? 1 : 0,
      },
    }),
  },
  workflows: { start: async () => executionId.parse(joinId("execution", "0".repeat(26))) },
};
const deps: Partial<LoopDeps> = { catalogue, executors, contextFor: () => ports };

const agent = (kind: AgentKind, config: JsonObject = {}, rest: NodeSketch = {}): NodeSketch => ({
  agent: kind,
  config,
  ...rest,
});
const shown = { in: agent("input"), out: agent("output") };

/** in -> step -> out, with the one kind in between. */
const between = (step: NodeSketch, [input, output]: readonly [string, string]) =>
  sketch({ ...shown, step }, [`in.value -> step.${input}`, `step.${output} -> out.value`]);

const answered =
  (value: JsonValue) =>
  async (rig: Rig): Promise<void> => {
    await rig.run("one");
    await rig.answer({ stepKey: "step", attempt: 1, value, by: someone });
    await rig.run("two");
  };

type Of = Omit<Recording, "deps">;
const people = [
  { name: "Ada", age: 36 },
  { name: "Bo", age: 12 },
];

/** One for each kind of the registry, with its own definition and executor; what they reach the world by is still. */
const byKind: Readonly<Record<AgentKind, Of>> = {
  input: {
    graph: sketch({ in: agent("input", { fields: [{ name: "n", type: "number", required: false, default: 4 }] }) }),
    input: {},
  },
  output: {
    graph: sketch({ in: agent("input"), out: agent("output", { value: "Hello {{ steps.in.value.name }}" }) }, [
      "in.value -> out.value",
    ]),
    input: { name: "Ada" },
  },
  condition: { graph: between(agent("condition", { expression: "value > 1" }), ["value", "true"]), input: 2 },
  switch: {
    graph: between(
      agent("switch", {
        cases: [
          { name: "big", when: "value > 9" },
          { name: "small", when: "value > 0" },
        ],
      }),
      ["value", "small"],
    ),
    input: 2,
  },
  merge: {
    graph: sketch(
      { ...shown, a: agent("dataProcessor", { operation: "transform", transformation: "1" }), m: agent("merge") },
      ["in.value -> a.data", "in.value -> m.value", "a.data -> m.value", "m.items -> out.value"],
    ),
    input: [2],
  },
  forEach: {
    graph: sketch(
      {
        ...shown,
        each: agent("forEach", { items: "items.people" }),
        w: agent("dataProcessor", { operation: "transform", transformation: "data.name" }, { parent: "each" as never }),
      },
      ["in.value -> each.items", "each.item -> w.data", "w.data -> each.result", "each.results -> out.value"],
    ),
    input: { people },
  },
  loop: {
    graph: sketch(
      {
        ...shown,
        loop: agent("loop", { until: "result >= 3" }),
        w: agent("dataProcessor", { operation: "transform", transformation: "data + 1" }, { parent: "loop" as never }),
      },
      ["in.value -> loop.value", "loop.value -> w.data", "w.data -> loop.result", "loop.result -> out.value"],
    ),
    input: 1,
  },
  workflow: {
    graph: between(agent("workflow", { workflowId: "wf_1" }), ["value", "output"]),
    input: { text: "Hi" },
    script: answered({ status: "succeeded", output: { text: "Hi back" } }),
  },
  wait: {
    graph: between(agent("wait", { mode: "for", duration: "1 h" }), ["value", "value"]),
    input: "later",
    script: async (rig) => {
      await rig.run("one");
      await rig.clock.advance(3_700_000);
      await rig.run("two");
    },
  },
  approval: {
    graph: between(agent("approval", { title: "Pay?", fields: [{ name: "amount", type: "number", required: true }] }), [
      "value",
      "approved",
    ]),
    input: { to: "Bo" },
    script: answered({ decision: "approved", values: { amount: 3 } }),
  },
  signal: {
    graph: between(agent("signal", { name: "paid", deadline: "2 d" }), ["value", "value"]),
    input: 1,
    script: answered({ receipt: 17 }),
  },
  stop: {
    graph: sketch({ in: agent("input"), end: agent("stop", { message: "No lines in {{ steps.in.value }}." }) }, [
      "in.value -> end.value",
    ]),
    input: "order 7",
  },
  llm: {
    graph: between(agent("llm", { provider: "offline", prompt: "Say {{ steps.in.value.text }}" }), ["context", "text"]),
    input: { text: "Hi" },
  },
  codeAnalyzer: {
    graph: between(agent("codeAnalyzer", { language: "javascript" }), ["code", "findings"]),
    input: "eval(x)",
  },
  dataProcessor: {
    graph: between(agent("dataProcessor", { operation: "filter", condition: "age > 18" }), ["data", "data"]),
    input: people,
  },
};

export const kindRecordings: Readonly<Record<string, Recording>> = Object.fromEntries(
  Object.entries(byKind).map(([kind, recording]) => [`kind_${kind}`, { ...recording, deps }]),
);
