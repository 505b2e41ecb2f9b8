import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { reduceAll } from "#src/engine/reduce.ts";
import type { ExecutionId } from "#src/ids.ts";
import { type ExecutionStatus, isFinalExecution } from "#src/schemas/execution.ts";
import { codeOf, openTestServer, type TestClient, type TestServer } from "#tests/support/testServer.ts";

let server: TestServer;
let owner: TestClient;
beforeAll(async () => {
  server = await openTestServer();
  owner = await server.owner();
}, 60_000);
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

async function start(graph: { nodes: readonly object[]; edges: readonly object[]; settings?: object }) {
  const { id } = await owner.trpc.workflows.create.mutate({ name: "Limited", graph } as unknown as WorkflowInput);
  return (await owner.trpc.workflows.execute.mutate({ id })).executionId;
}

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
