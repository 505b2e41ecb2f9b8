import type { AgentContext } from "#src/agents/agent.ts";
import { AppError } from "#src/errors.ts";
import type { JsonValue } from "#src/json.ts";
import type { StepKey } from "#src/schemas/executionEvent.ts";
import type { NodeId } from "#src/schemas/graph.ts";
import type { Work } from "#tests/support/engine/agents.ts";
import { type NodeSketch, sketch } from "#tests/support/engine/graphs.ts";
import { type Rig, someone } from "#tests/support/engine/rig.ts";
import { forEver, untilAborted } from "#tests/support/engine/works.ts";
import type { Recording } from "./recording.ts";

const inside = (parent: string, node: NodeSketch = {}): NodeSketch => ({ ...node, parent: parent as NodeId });
const each = (config: Record<string, JsonValue> = {}): NodeSketch => ({ agent: "forEach", config });
const refused = () => new AppError("model_rejected", "No");

/** in -> outer [ inner [ work ] ] -> out: lists of lists. */
const nested = (outer: Record<string, JsonValue>, inner: Record<string, JsonValue>) =>
  sketch(
    {
      in: "input",
      outer: each(outer),
      inner: inside("outer", each(inner)),
      w: inside("inner"),
      out: "output",
    },
    [
      "in.value -> outer.items",
      "outer.item -> inner.items",
      "inner.item -> w.in",
      "w -> inner.result",
      "inner.results -> outer.result",
      "outer.results -> out.value",
    ],
  );
const twoByTwo = [
  [1, 2],
  [3, 4],
];
/** Every odd place of the inner list fails. */
const oddFails: Work = (_inputs, context) => {
  if (context.stepKey.endsWith("/1")) throw refused();
  return { out: context.stepKey };
};

const looped = (until: string, atLimit: string) =>
  sketch(
    {
      in: "input",
      loop: { agent: "loop", config: { until, maxIterations: 3, atLimit } },
      w: inside("loop"),
      out: "output",
    },
    ["in.value -> loop.value", "loop.value -> w.in", "w -> loop.result", "loop.result -> out.value"],
  );
const longer: Work = (inputs) => ({ out: `${String((inputs.in as JsonValue[])[0])}+` });

const failing: Work = (_inputs, context) => {
  if (context.stepKey === "a") throw refused();
  return { out: context.stepKey };
};

const race = (mode: string) =>
  sketch({ a: "work", b: "work", c: "work", m: { agent: "merge", config: { mode, count: 2 } }, after: "work" }, [
    "a -> m.value",
    "b -> m.value",
    "c -> m.value",
    "m.items -> after",
  ]);

const spending: Work = (_inputs, context: AgentContext) => {
  context.reportUsage({ model: "m", inputTokens: 60, outputTokens: 40, dollars: 0.5 });
  return { out: 1 };
};

const slowly = { maxAttempts: 3, initialDelayMs: 60_000, factor: 1, maxDelayMs: 60_000, jitter: 0 };
const awayAtFirst: Work = (inputs, context) => {
  if (context.stepKey !== "a" || context.attempt > 1) return { out: context.stepKey };
  spending(inputs, context, {});
  throw new AppError("model_unavailable", "Away");
};

const asking = (config: Record<string, JsonValue> = {}) =>
  sketch({ ask: { agent: "ask", config }, after: "work", beside: "work" }, ["ask.out -> after"]);

const eachOfThree = sketch({ in: "input", each: each({ parallel: 2 }), w: inside("each"), out: "output" }, [
  "in.value -> each.items",
  "each.item -> w.in",
  "w -> each.result",
  "each.results -> out.value",
]);

async function answerAfterAnHour(rig: Rig) {
  await rig.run("one");
  await rig.clock.advance(3_600_000);
  await rig.answer({ stepKey: "ask", attempt: 1, value: "yes", by: someone });
  await rig.run("two");
}

/** Control flow beyond branches: containers, failures that are taken, joins, budgets, waits, and what cuts in on them. */
export const flowRecordings: Record<string, Recording> = {
  nestedEach: { graph: nested({ parallel: 2 }, { parallel: 2 }), input: twoByTwo },
  nestedEachContained: {
    graph: nested({ parallel: 1 }, { parallel: 2, onItemError: "continue" }),
    input: twoByTwo,
    work: oddFails,
  },
  nestedEachOuterContained: {
    graph: nested({ parallel: 2, onItemError: "continue" }, { parallel: 1 }),
    input: twoByTwo,
    work: oddFails,
  },
  nestedEachFailed: { graph: nested({ parallel: 1 }, { parallel: 1 }), input: twoByTwo, work: oddFails },
  eachOfNothing: { graph: eachOfThree, input: [] },
  eachRetried: {
    graph: eachOfThree,
    input: [1, 2, 3],
    work: (_inputs, context) => {
      if (context.stepKey === "w/1" && context.attempt < 2) throw new AppError("model_unavailable", "Away");
      return { out: context.stepKey };
    },
  },
  loopUntil: { graph: looped('result = "a++"', "fail"), input: "a", work: longer },
  loopLimitFails: { graph: looped("false", "fail"), input: "a", work: longer },
  loopLimitFinishes: { graph: looped("false", "finish"), input: "a", work: longer },
  errorPort: {
    graph: sketch({ a: { onError: "port" }, mend: "work", goOn: "work" }, ["a.error -> mend", "a.out -> goOn"]),
    work: failing,
  },
  defaultValue: {
    graph: sketch({ a: { onError: "default", defaultOutputs: { out: "none" } }, b: "work" }, ["a -> b"]),
    work: failing,
  },
  mergeFirst: { graph: race("first") },
  mergeAny: { graph: race("any") },
  budgetRaised: {
    graph: sketch({ a: "work", b: "work", c: "work" }, ["a -> b", "b -> c"], { budget: { tokens: 150 } }),
    work: spending,
    script: async (rig) => {
      await rig.run("one");
      await rig.clock.advance(3_600_000);
      await rig.raise({ tokens: 1_000 });
      await rig.run("two");
    },
  },
  timeBudgetRaised: {
    graph: sketch({ a: { retry: slowly }, b: "work" }, ["a -> b"], { budget: { timeMs: 30_000 } }),
    work: awayAtFirst,
    script: async (rig) => {
      await rig.run("one");
      await rig.clock.advance(3_600_000);
      await rig.raise({ timeMs: 600_000 });
      await rig.run("two");
    },
  },
  stepBudgetRaised: {
    graph: sketch({ a: { budget: { tokens: 100, dollars: 5 } }, b: "work", beside: "work" }, ["a -> b"]),
    work: awayAtFirst,
    script: async (rig) => {
      await rig.run("one");
      const { workspaceId, id } = rig.execution;
      const budget = { stepKey: "a" as StepKey, budget: { tokens: 1_000 } };
      await rig.store.giveBudget(workspaceId, id, { budget, by: someone });
      await rig.run("two");
    },
  },
  waitAnswered: { graph: asking(), script: answerAfterAnHour },
  waitAnsweredBadly: {
    graph: asking(),
    script: async (rig) => {
      await rig.run("one");
      await rig.answer({ stepKey: "ask", attempt: 1, value: "no", by: someone });
      await rig.run("two");
    },
  },
  waitDue: {
    graph: asking({ inMs: 3_600_000 }),
    script: async (rig) => {
      await rig.run("one");
      await rig.clock.advance(3_700_000);
      await rig.run("two");
    },
  },
  waitDueWhileRunning: { graph: asking({ inMs: 1_000 }) },
  waitCancelled: {
    graph: asking(),
    script: async (rig) => {
      await rig.run("one");
      await rig.store.requestCancel(rig.execution.workspaceId, rig.execution.id, someone);
      await rig.run("two");
    },
  },
  waitInEach: {
    graph: sketch({ in: "input", each: each(), ask: inside("each", { agent: "ask" }) }, [
      "in.value -> each.items",
      "ask.out -> each.result",
    ]),
    input: [1, 2],
    script: async (rig) => {
      await rig.run("one");
      await rig.answer({ stepKey: "ask/1", attempt: 1, value: "b", by: someone });
      await rig.run("two");
      await rig.answer({ stepKey: "ask/0", attempt: 1, value: "a", by: someone });
      await rig.run("three");
    },
  },
  cancelInEach: {
    graph: eachOfThree,
    input: [1, 2, 3],
    work: (_inputs, context) => (context.stepKey === "w/0" ? { out: 0 } : forEver()),
    script: async (rig) => {
      const { end } = await rig.begin();
      await rig.clock.advance(1_000);
      rig.cancel();
      await rig.clock.drive(end);
    },
  },
  recoveryInEach: {
    graph: eachOfThree,
    input: [1, 2, 3],
    work: (_inputs, context) =>
      context.stepKey === "w/1" && context.attempt === 1 ? forEver() : { out: context.stepKey },
    script: async (rig) => {
      await rig.begin("one");
      await rig.clock.advance(40_000);
      await rig.run("two");
    },
  },
  timeLimitInEach: {
    graph: sketch(
      { in: "input", each: each({ parallel: 2 }), w: inside("each") },
      ["in.value -> each.items", "each.item -> w.in", "w -> each.result"],
      { timeoutMs: 5_000 },
    ),
    input: [1, 2, 3],
    work: (_inputs, context) => (context.stepKey === "w/1" ? untilAborted(context.signal) : { out: context.stepKey }),
  },
};
