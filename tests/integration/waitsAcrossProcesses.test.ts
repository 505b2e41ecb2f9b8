import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { isFinalExecution } from "#src/schemas/execution.ts";
import { type Cluster, startCluster } from "#tests/support/cluster.ts";
import type { RestClient } from "#tests/support/restClient.ts";
import type { RunningServer } from "#tests/support/serverProcess.ts";

const node = (id: string, agent: string, config: object) => ({
  id,
  key: id,
  agent,
  name: id,
  position: { x: 0, y: 0 },
  config,
});
const asking = { nodes: [node("ask", "approval", { title: "Go on?" })], edges: [] };

interface Execution {
  readonly status: string;
  readonly output: unknown;
}
interface Child {
  readonly executionId: string;
  readonly status: string;
}

describe("waits, when processes die", () => {
  let cluster: Cluster;
  let client: RestClient;
  let worker: RunningServer;
  beforeAll(async () => {
    cluster = await startCluster({ redis: false });
    client = await cluster.owner(await cluster.start("api"));
    worker = await cluster.start("worker");
  }, 60_000);
  afterAll(() => cluster[Symbol.asyncDispose]());

  async function start(graph: object): Promise<{ workflowId: string; id: string }> {
    const { id: workflowId } = await client.call<{ id: string }>("POST", "/api/workflows", { name: "W", graph });
    const path = `/api/workflows/${workflowId}/execute`;
    return { workflowId, id: (await client.call<{ executionId: string }>("POST", path, {})).executionId };
  }
  async function until(id: string, holds: (status: string) => boolean): Promise<Execution> {
    for (;;) {
      const found = await client.call<Execution>("GET", `/api/executions/${id}`);
      if (holds(found.status)) return found;
      await Bun.sleep(20);
    }
  }
  const waiting = (id: string) => until(id, (status) => status === "waiting");
  const ended = (id: string) => until(id, (status) => isFinalExecution(status as never));
  const approve = (id: string) =>
    client.call("POST", `/api/executions/${id}/answer`, { stepKey: "ask", decision: "approved" });
  const eventsOf = async (id: string) =>
    (await client.call<{ items: { body: { type: string } }[] }>("GET", `/api/executions/${id}/events`)).items.map(
      ({ body }) => body.type,
    );
  const restart = async () => {
    await worker.crash();
    worker = await cluster.start("worker");
  };

  test("an answer that is given while nobody runs anything is carried on by whoever comes", async () => {
    const { id } = await start(asking);
    await waiting(id);
    await worker.crash();
    await approve(id);
    worker = await cluster.start("worker");
    expect((await ended(id)).status).toBe("succeeded");
    const types = await eventsOf(id);
    expect(types.filter((type) => type === "step_resumed")).toHaveLength(1);
    expect(types).not.toContain("execution_recovered");
  }, 60_000);

  test("an answer through one process reaches a run that goes on in another", async () => {
    const graph = { nodes: [...asking.nodes, node("beside", "wait", { duration: "1900 ms" })], edges: [] };
    const { id } = await start(graph);
    for (;;) if ((await eventsOf(id)).filter((type) => type === "step_waiting").length === 2) break;
    await approve(id);
    expect((await ended(id)).status).toBe("succeeded");
  }, 60_000);

  test("a sub-workflow is started once and its end is told, whichever process dies in between", async () => {
    const { workflowId } = await start(asking);
    const { id } = await start({ nodes: [node("call", "workflow", { workflowId })], edges: [] });
    const children = async () => (await client.call<{ items: Child[] }>("GET", `/api/executions/${id}/children`)).items;
    await waiting(id);
    const [child] = await children();
    if (child === undefined) throw new Error("No child");
    await waiting(child.executionId);
    await restart();
    await approve(child.executionId);
    await worker.crash();
    worker = await cluster.start("worker");
    expect((await ended(id)).status).toBe("succeeded");
    expect(await children()).toHaveLength(1);
  }, 60_000);
});
