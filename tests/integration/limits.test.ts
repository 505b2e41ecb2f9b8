import { afterAll, describe, expect, test } from "bun:test";
import { reduceAll } from "#src/engine/reduce.ts";
import type { ExecutionId } from "#src/ids.ts";
import { type ExecutionStatus, isFinalExecution } from "#src/schemas/execution.ts";
import { codeOf, openTestServer, type TestClient } from "#tests/support/testServer.ts";

const server = await openTestServer();
const owner = await server.owner();
afterAll(() => server[Symbol.asyncDispose]());

type WorkflowInput = Parameters<TestClient["trpc"]["workflows"]["create"]["mutate"]>[0];
const ask = (id: string, x: number) => ({
  id,
  key: id,
  agent: "llm",
  name: id,
  position: { x, y: 0 },
  config: { provider: "offline", prompt: "Say three words about: one two three four." },
});
const edge = (source: string, target: string) => ({
  id: `${source}_${target}`,
  source,
  sourcePort: "text",
  target,
  targetPort: "context",
});

interface Sketch {
  readonly nodes: readonly object[];
  readonly edges: readonly object[];
  readonly settings?: object;
}

async function begin(graph: Sketch) {
  const { id } = await owner.trpc.workflows.create.mutate({ name: "Limited", graph } as unknown as WorkflowInput);
  return { workflowId: id, executionId: (await owner.trpc.workflows.execute.mutate({ id })).executionId };
}
const start = async (graph: Sketch) => (await begin(graph)).executionId;

/** Waits until it is as asked, by what the product does too: reading again. */
async function until(id: ExecutionId, is: (status: ExecutionStatus) => boolean) {
  for (;;) {
    const { status } = await owner.trpc.executions.get.query({ id });
    if (is(status)) break;
    await Bun.sleep(10);
  }
  return reduceAll((await owner.trpc.executions.events.query({ id, limit: 1_000 })).items);
}
const noLimit = { tokens: null, dollars: null };

describe("limits of one kind of agent", () => {
  test("let steps of all executions wait for each other, and say so in their logs", async () => {
    await owner.trpc.limits.setAgent.mutate({ agent: "llm", concurrency: 1, perMinute: null });
    const alone = { nodes: [ask("a", 0), ask("b", 300), ask("c", 600)], edges: [] };
    const [one, other] = await Promise.all([start(alone), start(alone)]);
    const states = await Promise.all([until(one, isFinalExecution), until(other, isFinalExecution)]);
    expect(states.map((state) => state.status)).toEqual(["succeeded", "succeeded"]);
    const steps = states.flatMap((state) => Object.values(state.steps));
    const waited = steps.filter((step) =>
      step.log.includes("Waiting for a slot: this workspace allows “llm” 1 at once."),
    );
    expect(waited).toHaveLength(5);
    await owner.trpc.limits.setAgent.mutate({ agent: "llm", concurrency: null, perMinute: null });
    expect((await owner.trpc.limits.get.query()).agents).toEqual([]);
  }, 30_000);

  test("hold nobody who was cancelled", async () => {
    await owner.trpc.limits.setAgent.mutate({ agent: "llm", concurrency: null, perMinute: 1 });
    const first = await start({ nodes: [ask("a", 0)], edges: [] });
    await until(first, isFinalExecution);
    const second = await start({ nodes: [ask("a", 0)], edges: [] });
    await until(second, (status) => status === "running");
    await owner.trpc.executions.cancel.mutate({ id: second });
    expect((await until(second, isFinalExecution)).status).toBe("cancelled");
    await owner.trpc.limits.setAgent.mutate({ agent: "llm", concurrency: null, perMinute: null });
  }, 30_000);
});

describe("the day's budget of a workspace", () => {
  const pair = { nodes: [ask("a", 0), ask("b", 300)], edges: [edge("a", "b")] };

  test("pauses executions before their next step, and lets them go on when it is raised", async () => {
    const { usedToday } = await owner.trpc.limits.get.query();
    const set = await owner.trpc.limits.setDaily.mutate({ tokens: usedToday.tokens + 1, dollars: null });
    expect(set.daily).toEqual({ tokens: usedToday.tokens + 1, dollars: null });
    const id = await start(pair);
    const paused = await until(id, (status) => status === "waiting");
    expect(paused.waiting).toMatchObject({ reason: "day_budget", wakeAt: Date.parse(set.renewsAt) });
    expect(Object.values(paused.steps).map((step) => step.status)).toEqual(["succeeded"]);

    // What is started now begins nothing.
    const next = await start(pair);
    expect((await until(next, (status) => status === "waiting")).steps).toEqual({});

    await owner.trpc.limits.setDaily.mutate(noLimit);
    for (const each of [id, next]) expect((await until(each, isFinalExecution)).status).toBe("succeeded");
    const after = (await owner.trpc.limits.get.query()).usedToday;
    expect(after.tokens).toBeGreaterThan(usedToday.tokens + 1);
  }, 30_000);

  test("is not held back by the execution's own budget, which pauses it by itself", async () => {
    const id = await start({ ...pair, settings: { budget: { steps: 1 } } });
    const paused = await until(id, (status) => status === "waiting");
    expect(paused.waiting).toMatchObject({ reason: "budget", wakeAt: null });
    await owner.trpc.executions.raiseBudget.mutate({ id, budget: { steps: 5 } });
    expect((await until(id, isFinalExecution)).status).toBe("succeeded");
  }, 30_000);
});

describe("the day's budget of a workflow", () => {
  const pair = { nodes: [ask("a", 0), ask("b", 300)], edges: [edge("a", "b")] };

  test("pauses its executions and no others, and lets them go on when it is raised", async () => {
    const { workflowId, executionId } = await begin(pair);
    await until(executionId, isFinalExecution);
    const ofWorkflow = async () => {
      const { workflows } = await owner.trpc.limits.get.query();
      return workflows.find((each) => each.workflowId === workflowId);
    };
    const before = await ofWorkflow();
    expect(before?.usedToday.tokens).toBeGreaterThan(0);
    expect(before?.daily).toEqual(noLimit);

    const tokens = (before?.usedToday.tokens ?? 0) + 1;
    const set = await owner.trpc.limits.setWorkflowDaily.mutate({ workflowId, tokens, dollars: null });
    const again = (await owner.trpc.workflows.execute.mutate({ id: workflowId })).executionId;
    const paused = await until(again, (status) => status === "waiting");
    expect(paused.waiting).toMatchObject({ reason: "workflow_day_budget", wakeAt: Date.parse(set.renewsAt) });
    expect(Object.values(paused.steps).map((step) => step.status)).toEqual(["succeeded"]);
    expect((await until((await begin(pair)).executionId, isFinalExecution)).status).toBe("succeeded");

    await owner.trpc.limits.setWorkflowDaily.mutate({ workflowId, ...noLimit });
    expect((await until(again, isFinalExecution)).status).toBe("succeeded");
    const after = await ofWorkflow();
    expect(after?.daily).toEqual(noLimit);
    expect(after?.usedToday.tokens).toBe(2 * (before?.usedToday.tokens ?? 0));
  }, 30_000);

  test("is refused for a workflow that is not there, and as zero", async () => {
    const { workflowId } = await begin(pair);
    const { limits } = owner.trpc;
    expect(await codeOf(limits.setWorkflowDaily.mutate({ workflowId, tokens: 0, dollars: null }))).toBe("bad_request");
    const stranger = await server.stranger();
    const theirs = stranger.trpc.limits.setWorkflowDaily.mutate({ workflowId, tokens: 5, dollars: null });
    expect(await codeOf(theirs)).toBe("not_found");
  });
});

describe("an execution's budget of time", () => {
  test("pauses it, tells so, and lets it go on when it is raised", async () => {
    const id = await start({
      nodes: [ask("a", 0), ask("b", 300)],
      edges: [edge("a", "b")],
      settings: { budget: { timeMs: 1 } },
    });
    const paused = await until(id, (status) => status === "waiting");
    expect(paused.waiting).toMatchObject({ reason: "budget", wakeAt: null });
    expect(await codeOf(owner.trpc.executions.raiseBudget.mutate({ id, budget: { timeMs: 0 } }))).toBe("bad_request");
    await owner.trpc.executions.raiseBudget.mutate({ id, budget: { timeMs: 600_000 } });
    expect((await until(id, isFinalExecution)).status).toBe("succeeded");
  }, 30_000);
});

describe("a step's budget", () => {
  test("pauses the execution instead of another attempt, and one more is made when it is raised", async () => {
    const hasty = { ...ask("a", 0), timeoutMs: 1, budget: { timeMs: 1 } };
    const id = await start({ nodes: [hasty], edges: [] });
    const paused = await until(id, (status) => status === "waiting");
    expect(paused.waiting).toMatchObject({ reason: "step_budget", wakeAt: null });
    expect(paused.steps.a).toMatchObject({ attempt: 1, error: { code: "step_timeout" } });
    const raise = (budget: object) => owner.trpc.executions.raiseStepBudget.mutate({ id, stepKey: "a", budget });
    expect(await codeOf(raise({ timeMs: 0 }))).toBe("bad_request");
    // Of a step that is not there, or has not begun, nothing may stay in the log: the execution could not end any more.
    for (const stepKey of ["typo", "a/99"]) {
      const wrong = owner.trpc.executions.raiseStepBudget.mutate({ id, stepKey, budget: { timeMs: 5 } });
      expect(await codeOf(wrong)).toBe("not_found");
    }
    await raise({ timeMs: 600_000 });
    // The attempts are still too short: those that the policy has left are made.
    const failed = await until(id, isFinalExecution);
    expect(failed.steps.a?.attempt).toBeGreaterThan(1);
    expect(await codeOf(raise({ timeMs: 5 }))).toBe("conflict");
  }, 30_000);
});

describe("limits that are none", () => {
  test("are refused with a reason", async () => {
    const { limits } = owner.trpc;
    expect(await codeOf(limits.setDaily.mutate({ tokens: 0, dollars: null }))).toBe("bad_request");
    expect(await codeOf(limits.setDaily.mutate({ tokens: null, dollars: 0 }))).toBe("bad_request");
    expect(await codeOf(limits.setDaily.mutate({ tokens: 1.5, dollars: null }))).toBe("bad_request");
    expect(await codeOf(limits.setAgent.mutate({ agent: "llm", concurrency: 0, perMinute: null }))).toBe("bad_request");
    expect(await codeOf(limits.setAgent.mutate({ agent: "nobody", concurrency: 1, perMinute: null }))).toBe(
      "bad_request",
    );
  });

  test("are audited when they are set", async () => {
    await owner.trpc.limits.setAgent.mutate({ agent: "switch", concurrency: 2, perMinute: 60 });
    const { items } = await owner.trpc.workspaces.audit.query({});
    expect(items[0]).toMatchObject({
      action: "limits.setAgent",
      subject: "switch",
      detail: { concurrency: 2, perMinute: 60 },
    });
  });

  test("of one workspace are not those of another", async () => {
    const stranger = await server.stranger();
    expect(await stranger.trpc.limits.get.query()).toMatchObject({
      agents: [],
      daily: noLimit,
      usedToday: { tokens: 0 },
    });
  });
});
