import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import type { ExecutionId, WorkflowId } from "#src/ids.ts";
import { type ExecutionStatus, isFinalExecution } from "#src/schemas/execution.ts";
import { openTestServer, type TestClient, type TestServer } from "#tests/support/testServer.ts";

let server: TestServer;
let owner: TestClient;
beforeAll(async () => {
  server = await openTestServer();
  owner = await server.owner();
}, 60_000);
afterAll(() => server[Symbol.asyncDispose]());

type WorkflowInput = Parameters<TestClient["trpc"]["workflows"]["create"]["mutate"]>[0];
async function create(nodes: readonly object[], settings: object, edges: readonly object[] = []): Promise<WorkflowId> {
  const graph = { nodes, edges, settings };
  return (await owner.trpc.workflows.create.mutate({ name: "Rated", graph } as unknown as WorkflowInput)).id;
}
const node = (id: string, agent: string, config: object, x = 0) => ({
  ...{ id, key: id, agent, name: id, config },
  position: { x, y: 0 },
});
const start = async (id: WorkflowId, input?: unknown) =>
  (await owner.trpc.workflows.execute.mutate({ id, ...(input === undefined ? {} : { input: input as never }) }))
    .executionId;

async function until(id: ExecutionId, is: (status: ExecutionStatus) => boolean) {
  for (;;) {
    const detail = await owner.trpc.executions.get.query({ id });
    if (is(detail.status)) return detail;
    await Bun.sleep(10);
  }
}

describe("a workflow with a rate", () => {
  test("lets so many begin, and tells of the others what they wait for", async () => {
    const id = await create([node("in", "input", {})], { startsPerMinute: 2 });
    const ids = [await start(id), await start(id), await start(id), await start(id)];
    const [first, second, third, fourth] = ids as [ExecutionId, ExecutionId, ExecutionId, ExecutionId];
    for (const each of [first, second]) expect((await until(each, isFinalExecution)).status).toBe("succeeded");
    expect(await owner.trpc.executions.queue.query({ id: first })).toEqual({ waitsFor: null, limit: null, ahead: 0 });
    expect(await owner.trpc.executions.queue.query({ id: third })).toEqual({ waitsFor: "rate", limit: 2, ahead: 0 });
    expect(await owner.trpc.executions.queue.query({ id: fourth })).toEqual({ waitsFor: "rate", limit: 2, ahead: 1 });
    // One that waits needs no place to be cancelled, and is nobody's start.
    await owner.trpc.executions.cancel.mutate({ id: third });
    expect((await until(third, isFinalExecution)).status).toBe("cancelled");
    expect(await owner.trpc.executions.queue.query({ id: fourth })).toMatchObject({ waitsFor: "rate", ahead: 0 });
  }, 30_000);
});

describe("a workflow of which one may run at once", () => {
  test("may wait for another such: who waits has no place, and takes one again", async () => {
    const inner = await create([node("in", "input", {})], { concurrency: 1 });
    const outer = await create([node("call", "workflow", { workflowId: inner })], { concurrency: 1 });
    const ids = [await start(outer), await start(outer), await start(outer)];
    for (const id of ids) expect((await until(id, isFinalExecution)).status).toBe("succeeded");
  }, 60_000);

  test("lets others begin while one is asleep, and goes on with each when it is called", async () => {
    const id = await create([node("ask", "signal", { name: "go" })], { concurrency: 1 });
    const one = await start(id);
    await until(one, (status) => status === "waiting");
    const other = await start(id);
    await until(other, (status) => status === "waiting");
    for (const each of [one, other]) {
      await owner.trpc.executions.signal.mutate({ id: each, name: "go", value: null });
      expect((await until(each, isFinalExecution)).status).toBe("succeeded");
    }
  }, 60_000);
});
