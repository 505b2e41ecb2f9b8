import { afterAll, describe, expect, test } from "bun:test";
import { reduceAll } from "#src/engine/reduce.ts";
import type { JsonValue } from "#src/json.ts";
import { isFinalExecution } from "#src/schemas/execution.ts";
import { defaultRetryPolicy } from "#src/schemas/retryPolicy.ts";
import { openTestServer, type TestClient } from "#tests/support/testServer.ts";

const server = await openTestServer();
const owner = await server.owner();
afterAll(() => server[Symbol.asyncDispose]());

type WorkflowInput = Parameters<TestClient["trpc"]["workflows"]["create"]["mutate"]>[0];
interface Sketch {
  readonly nodes: Readonly<Record<string, { agent: string; config?: object; [field: string]: unknown }>>;
  /** `a.port -> b.port` */
  readonly edges: readonly string[];
}

/** Runs a workflow of real agents to its end. */
async function run({ nodes, edges }: Sketch, input: JsonValue = null) {
  const graph = {
    nodes: Object.entries(nodes).map(([id, node], index) => ({
      id,
      key: id,
      name: id,
      position: { x: index * 300, y: 0 },
      config: {},
      ...node,
    })),
    edges: edges.map((edge, index) => {
      const [source, sourcePort, target, targetPort] = edge.split(/ -> |\./);
      return { id: `e${index}`, source, sourcePort, target, targetPort };
    }),
  };
  const { id } = await owner.trpc.workflows.create.mutate({ name: "Flow", graph } as unknown as WorkflowInput);
  const { executionId } = await owner.trpc.workflows.execute.mutate({ id, input });
  while (!isFinalExecution((await owner.trpc.executions.get.query({ id: executionId })).status)) await Bun.sleep(5);
  return reduceAll((await owner.trpc.executions.events.query({ id: executionId, limit: 1_000 })).items);
}
const statuses = (state: Awaited<ReturnType<typeof run>>) =>
  Object.fromEntries(Object.entries(state.steps).map(([key, step]) => [key, step.status]));

describe("switch, merge and stop in a workflow", () => {
  const sorting: Sketch = {
    nodes: {
      input: { agent: "input", config: { fields: [] } },
      kind: {
        agent: "switch",
        config: {
          cases: [
            { name: "refund", when: 'value.kind = "refund"' },
            { name: "large", when: "value.amount > 100" },
          ],
        },
      },
      left: { agent: "condition", config: { expression: "true" } },
      right: { agent: "condition", config: { expression: "true" } },
      both: { agent: "merge", config: { mode: "all" } },
      stop: {
        agent: "stop",
        config: { message: "Neither: {{ inputs.value.kind }}." },
        retry: { ...defaultRetryPolicy, maxAttempts: 5 },
      },
    },
    edges: [
      "input.value -> kind.value",
      "kind.refund -> left.value",
      "kind.large -> right.value",
      "kind.otherwise -> stop.value",
      "left.true -> both.value",
      "right.true -> both.value",
    ],
  };

  test("a merge of all waits only for branches that were taken", async () => {
    const state = await run(sorting, { kind: "sale", amount: 500 });
    expect(statuses(state)).toMatchObject({ left: "skipped", right: "succeeded", both: "succeeded", stop: "skipped" });
    expect(state.steps.both?.outputs).toEqual({
      items: [{ kind: "sale", amount: 500 }],
      first: { kind: "sale", amount: 500 },
    });
  });

  test("a stop fails the execution once, with its own words and code, whatever its retry policy", async () => {
    const state = await run(sorting, { kind: "gift", amount: 1 });
    expect(state.status).toBe("failed");
    expect(state.error).toMatchObject({ code: "stopped", message: "Neither: gift.", stepKey: "stop" });
    expect(state.steps.stop?.attempt).toBe(1);
  });

  test("a merge of the first does not wait for the slower branch", async () => {
    const state = await run({
      nodes: {
        slow: { agent: "llm", config: { prompt: "Say: a long answer of many words about nothing, at some length." } },
        fast: { agent: "input", config: { fields: [] } },
        first: { agent: "merge", config: { mode: "first" } },
      },
      edges: ["slow.text -> first.value", "fast.value -> first.value"],
    });
    expect(state.status).toBe("succeeded");
    expect(state.steps.first?.outputs).toEqual({ items: [null], first: null });
    expect(Number(state.steps.first?.endedAt)).toBeLessThan(Number(state.steps.slow?.endedAt));
  });
});

describe("a step whose model is not set up", () => {
  const asking = (more: object, edges: readonly string[] = []): Sketch => ({
    nodes: {
      ask: { agent: "llm", config: { provider: "openai", model: "gpt-5.4-mini", prompt: "Hello." }, ...more },
      out: { agent: "output" },
    },
    edges,
  });

  test("fails the execution, at once", async () => {
    const state = await run(asking({}, ["ask.text -> out.value"]));
    expect(state.error).toMatchObject({ code: "model_not_configured" });
    expect(state.steps.ask?.attempt).toBe(1);
  });

  test("goes on through its error port with code and message", async () => {
    const state = await run(asking({ onError: "port" }, ["ask.error -> out.value"]));
    expect(state.status).toBe("succeeded");
    expect(state.output).toMatchObject({ code: "model_not_configured" });
  });

  test("goes on with default values", async () => {
    const more = { onError: "default", defaultOutputs: { text: "No answer." } };
    const state = await run(asking(more, ["ask.text -> out.value"]));
    expect([state.status, state.output]).toEqual(["succeeded", "No answer."]);
  });

  test("is answered by its fallback, which the step names", async () => {
    const config = {
      provider: "openai",
      model: "gpt-5.4-mini",
      prompt: "Say: one two three.",
      fallbacks: [{ provider: "offline", model: "" }],
    };
    const state = await run({ nodes: { ask: { agent: "llm", config } }, edges: [] });
    expect(state.steps.ask?.usage).toMatchObject({ model: "offline-extract", dollars: 0 });
    expect(state.steps.ask?.metadata).toMatchObject({ provider: "offline", passedOver: [{ provider: "openai" }] });
    expect(state.steps.ask?.log).toContain("Asking Built-in offline model instead.");
  });
});
