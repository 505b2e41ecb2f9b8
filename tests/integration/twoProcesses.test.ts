import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { HocuspocusProvider, HocuspocusProviderWebsocket } from "@hocuspocus/provider";
import { Redis } from "ioredis";
import * as Y from "yjs";
import { catalogue } from "#src/agents/registry.ts";
import { renameNode } from "#src/document/commands/nodes.ts";
import { toGraph } from "#src/document/toGraph.ts";
import { isFinalExecution } from "#src/schemas/execution.ts";
import type { ExecutionEvent } from "#src/schemas/executionEvent.ts";
import type { GraphInput } from "#src/schemas/graph.ts";
import { type Cluster, startCluster } from "#tests/support/cluster.ts";
import { echoGraph, modelGraph } from "#tests/support/graphs.ts";
import { owner, type RestClient } from "#tests/support/restClient.ts";
import type { RunningServer } from "#tests/support/serverProcess.ts";
import { closeOf, openRawSocket, openSocketClient, seqsOf } from "#tests/support/socketClient.ts";

/** As many calls of the model one after the other. */
function longGraph(length: number): GraphInput {
  const { nodes, edges } = modelGraph();
  const [from, call, to] = [nodes[0], nodes[2], nodes[1]];
  const edge = edges[0];
  if (from === undefined || call === undefined || to === undefined || edge === undefined) throw new Error("No graph.");
  const ids = Array.from({ length }, (_, at) => `call${at}` as never);
  const link = (source: string, target: string, at: number) => ({
    ...edge,
    id: `e${at}` as never,
    source: source as never,
    sourcePort: at === 0 ? "value" : "text",
    target: target as never,
    targetPort: at === length ? "value" : "context",
  });
  const places = [from.id, ...ids, to.id];
  return {
    nodes: [from, to, ...ids.map((id) => ({ ...call, id, key: id, name: id }))],
    edges: places.slice(1).map((target, at) => link(places[at] ?? "", target, at)),
  };
}

interface Started {
  readonly executionId: string;
  readonly status: string;
}
interface Execution {
  readonly status: string;
  readonly endedAt: string | null;
  readonly output: unknown;
}

const startOf = async (client: RestClient, graph: GraphInput): Promise<Started> => {
  const { id } = await client.call<{ id: string }>("POST", "/api/workflows", { name: "W", graph });
  return client.call<Started>("POST", `/api/workflows/${id}/execute`, { input: "x" });
};
const read = (client: RestClient, id: string) => client.call<Execution>("GET", `/api/executions/${id}`);
async function until(client: RestClient, id: string, holds: (execution: Execution) => boolean): Promise<Execution> {
  for (;;) {
    const execution = await read(client, id);
    if (holds(execution)) return execution;
    await Bun.sleep(20);
  }
}
const ended = (client: RestClient, id: string) => until(client, id, ({ status }) => isFinalExecution(status as never));
const eventsOf = async (client: RestClient, id: string): Promise<ExecutionEvent[]> =>
  (await client.call<{ items: ExecutionEvent[] }>("GET", `/api/executions/${id}/events?limit=1000`)).items;
/** When the model has been asked `count` times more than before. */
async function asked(cluster: Cluster, before: number, count = 1): Promise<void> {
  while (cluster.models.requests().length < before + count) await Bun.sleep(10);
}

for (const redis of [true, false]) {
  describe(`an api process and two workers on one database, ${redis ? "with" : "without"} Redis`, () => {
    let cluster: Cluster;
    let api: RunningServer;
    let client: RestClient;
    let workers: RunningServer[];
    const worker = async () => {
      const server = await cluster.start("worker", { AGENTFLOW_GRACE_SECONDS: "0" });
      workers.push(server);
      return server;
    };
    beforeAll(async () => {
      cluster = await startCluster({ redis });
      workers = [];
      api = await cluster.start("api");
      client = await cluster.owner(api);
      await worker();
      await worker();
    }, 60_000);
    afterAll(() => cluster[Symbol.asyncDispose]());

    test("what the api process accepts runs on a worker, which serves nothing but its health", async () => {
      const { executionId, status } = await startOf(client, echoGraph());
      expect(status).toBe("queued");
      expect(await ended(client, executionId)).toMatchObject({ status: "succeeded", output: "x" });
      const answer = await fetch(`${workers[0]?.url}/api/workflows`);
      expect(answer.status).toBe(404);
      expect((await fetch(`${workers[0]?.url}/health`)).status).toBe(200);
    }, 60_000);

    test("who watches at the api process sees each event once, in order, and ends equal to history", async () => {
      cluster.models.script({ text: "A text that comes in pieces. ".repeat(20), pieceSize: 20, paceMs: 60 });
      await using socket = openSocketClient(api.url, client.cookie);
      const { executionId } = await startOf(client, modelGraph());
      using watching = socket.watch(executionId as never);
      await watching.ended;
      const history = await eventsOf(client, executionId);
      expect(seqsOf(watching.seen)).toEqual(history.map(({ seq }) => seq));
      const text = watching.seen.filter(({ data }) => data.kind === "text");
      // Live text is what Redis is for; without it the same text comes with the stored chunks.
      if (redis) expect(text.length).toBeGreaterThan(5);
      else expect(text).toEqual([]);
    }, 60_000);

    test("a cancel at the api process ends what runs on a worker", async () => {
      cluster.models.script({ text: "An answer that takes minutes.", pieceSize: 5, paceMs: 60_000 });
      const before = cluster.models.requests().length;
      const { executionId } = await startOf(client, modelGraph());
      await asked(cluster, before);
      await client.call("POST", `/api/executions/${executionId}/cancel`, {});
      expect((await ended(client, executionId)).status).toBe("cancelled");
    }, 60_000);

    test("no step starts after a cancel was acknowledged, wherever it was asked for", async () => {
      // Without Redis a worker hears of it within 3 s: its 400 steps take longer.
      cluster.models.script({ text: "Quick.", pieceSize: 3, paceMs: 15 });
      const { id } = await client.call<{ id: string }>("POST", "/api/workflows", {
        name: "Long",
        graph: longGraph(400),
      });
      const path = `/api/workflows/${id}/execute`;
      const { executionId } = await client.call<Started>("POST", path, { input: "x" });
      const before = cluster.models.requests().length;
      await asked(cluster, before, 3);
      await client.call("POST", `/api/executions/${executionId}/cancel`, {});
      const starts = async () =>
        (await eventsOf(client, executionId)).filter(({ body }) => body.type === "step_started").length;
      const started = await starts();
      expect((await ended(client, executionId)).status).toBe("cancelled");
      expect(await starts()).toBe(started);
    }, 60_000);

    test("a worker that is told to stop hands over at once, and no attempt counts as failed", async () => {
      cluster.models.script({ text: "An answer that takes minutes.", pieceSize: 5, paceMs: 60_000 });
      const before = cluster.models.requests().length;
      const executions = await Promise.all([1, 2, 3, 4].map(() => startOf(client, modelGraph())));
      await asked(cluster, before, 4);
      cluster.models.script({ text: "Quick." });
      const [first] = workers.splice(0, 1);
      await first?.[Symbol.asyncDispose]();
      const second = workers.splice(0, 1)[0];
      await worker();
      await second?.[Symbol.asyncDispose]();
      for (const { executionId } of executions) {
        expect(await ended(client, executionId)).toMatchObject({ status: "succeeded", output: "Quick." });
        const types = (await eventsOf(client, executionId)).map(({ body }) => body.type);
        expect(types).toContain("execution_recovered");
        expect(types).not.toContain("step_attempt_failed");
      }
      await worker();
    }, 60_000);

    test("after a kill -9 of a worker another one finishes what it held, and no recorded step runs again", async () => {
      cluster.models.script({ text: "An answer that takes minutes.", pieceSize: 5, paceMs: 60_000 });
      const before = cluster.models.requests().length;
      const executions = await Promise.all([1, 2, 3, 4, 5, 6].map(() => startOf(client, modelGraph())));
      await asked(cluster, before, 6);
      cluster.models.script({ text: "Quick." });
      for (const victim of workers.splice(0)) await victim.crash();
      await worker();
      await worker();
      for (const { executionId } of executions) {
        expect(await ended(client, executionId)).toMatchObject({ status: "succeeded", output: "Quick." });
        const events = await eventsOf(client, executionId);
        expect(events.map(({ seq }) => seq)).toEqual(events.map((_, index) => index + 1));
        const inputs = events.filter(({ body }) => body.type === "step_started" && body.stepKey === "in");
        expect(inputs).toHaveLength(1);
      }
    }, 60_000);

    if (redis)
      test("a flushed Redis, and one that goes away and comes back empty, lose nothing", async () => {
        cluster.models.script({ text: "A text that comes in pieces. ".repeat(20), pieceSize: 20, paceMs: 100 });
        await using socket = openSocketClient(api.url, client.cookie);
        const { executionId } = await startOf(client, modelGraph());
        using watching = socket.watch(executionId as never);
        await watching.until((seen) => seen.length > 3);
        const admin = new Redis(cluster.redisUrl ?? "");
        await admin.flushall();
        admin.disconnect();
        await cluster.stopRedis();
        const later = await startOf(client, echoGraph());
        expect((await ended(client, later.executionId)).status).toBe("succeeded");
        await watching.ended;
        const history = await eventsOf(client, executionId);
        expect(seqsOf(watching.seen)).toEqual(history.map(({ seq }) => seq));

        await cluster.restartRedis();
        cluster.models.script({ text: "A text that comes in pieces. ".repeat(20), pieceSize: 20, paceMs: 60 });
        // Live text over the processes is there again as soon as both have found the way back.
        for (;;) {
          const { executionId: again } = await startOf(client, modelGraph());
          using watched = socket.watch(again as never);
          await watched.ended;
          if (watched.seen.some(({ data }) => data.kind === "text")) break;
        }
      }, 120_000);
  });
}

/** An editor of a workflow's document at this process, signed in as the client. */
function openEditor(server: RunningServer, client: RestClient, workflowId: string) {
  class CookieSocket extends WebSocket {
    constructor(address: string | URL) {
      super(address, { headers: { cookie: client.cookie, origin: server.url } } as never);
    }
  }
  const url = `${server.url.replace("http", "ws")}/ws/${workflowId}`;
  const socket = new HocuspocusProviderWebsocket({ url, WebSocketPolyfill: CookieSocket });
  const doc = new Y.Doc();
  const provider = new HocuspocusProvider({ websocketProvider: socket, name: workflowId, document: doc });
  provider.attach();
  const editing = { doc, origin: {}, newId: () => crypto.randomUUID().slice(0, 8), catalogue };
  return {
    editing,
    names: () => toGraph(doc).graph.nodes.map((node) => node.name),
    async until(holds: () => boolean) {
      while (!holds()) await Bun.sleep(10);
    },
    synced: async () => {
      while (!provider.synced) await Bun.sleep(10);
    },
    [Symbol.dispose]() {
      provider.destroy();
      socket.destroy();
    },
  };
}

describe("two processes that do everything, with Redis", () => {
  let cluster: Cluster;
  let one: RunningServer;
  let two: RunningServer;
  let client: RestClient;
  beforeAll(async () => {
    cluster = await startCluster({ redis: true });
    [one, two] = [await cluster.start("all"), await cluster.start("all")];
    client = await cluster.owner(one);
  }, 60_000);
  afterAll(() => cluster[Symbol.asyncDispose]());

  for (const isThere of [true, false])
    test(`one document that is open in both becomes one ${isThere ? "with Redis" : "without it"}`, async () => {
      if (!isThere) await cluster.stopRedis();
      const { id } = await client.call<{ id: string }>("POST", "/api/workflows", { name: "W", graph: echoGraph() });
      using ada = openEditor(one, client, id);
      using bob = openEditor(two, client, id);
      await Promise.all([ada.synced(), bob.synced()]);
      renameNode(ada.editing, "in", "Ada's");
      await bob.until(() => bob.names().includes("Ada's"));
      renameNode(bob.editing, "out", "Bob's");
      await ada.until(() => ada.names().includes("Bob's"));
      expect(ada.names()).toEqual(bob.names());
      if (!isThere) await cluster.restartRedis();
    }, 60_000);

  test("who signs out at one process is out at the other", async () => {
    const signIn = () =>
      fetch(`${two.url}/api/auth/sign-in`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(owner),
      });
    let answer = await signIn();
    // Redis was away a moment ago, and sign-ins wait until a process has found its way back to who counts them.
    while (answer.status === 503) answer = await signIn();
    expect(answer.status).toBe(200);
    const cookie = (answer.headers.get("set-cookie") ?? "").split(";")[0] ?? "";
    const socket = openRawSocket(`${one.url.replace("http", "ws")}/trpc`, { cookie, origin: one.url });
    await new Promise((resolve) => socket.addEventListener("open", resolve));
    const closed = closeOf(socket);
    const out = await fetch(`${two.url}/api/auth/sign-out`, { method: "POST", headers: { cookie, origin: two.url } });
    expect(out.status).toBe(200);
    expect((await closed).code).toBe(4401);
    const after = await fetch(`${one.url}/api/workflows`, { headers: { cookie } });
    expect(after.status).toBe(401);
  }, 60_000);

  test("told to stop, a process says so at once, serves who still comes, and hands over after the grace", async () => {
    cluster.models.script({ text: "An answer that takes minutes.", pieceSize: 5, paceMs: 60_000 });
    const leaving = await cluster.start("all", { AGENTFLOW_GRACE_SECONDS: "2" });
    const before = cluster.models.requests().length;
    const at = (server: RunningServer): RestClient => ({ ...client, call: (...call) => callAt(server, client, call) });
    const running = await startOf(at(leaving), modelGraph());
    await asked(cluster, before);
    expect(running.status).toBe("running");
    leaving.signal("SIGTERM");
    let health = await fetch(`${leaving.url}/health`);
    while (health.status === 200) health = await fetch(`${leaving.url}/health`);
    expect(health.status).toBe(503);
    expect(await health.json()).toMatchObject({ status: "draining" });
    cluster.models.script({ text: "Quick." });
    const late = await startOf(at(leaving), echoGraph());
    expect(late.status).toBe("queued");
    expect(await leaving.exited).toBe(0);
    expect((await ended(client, late.executionId)).status).toBe("succeeded");
    expect(await ended(client, running.executionId)).toMatchObject({ status: "succeeded", output: "Quick." });
  }, 60_000);

  test("told twice, it ends at once, and the other one finishes what it held", async () => {
    cluster.models.script({ text: "An answer that takes minutes.", pieceSize: 5, paceMs: 60_000 });
    const leaving = await cluster.start("worker", { AGENTFLOW_GRACE_SECONDS: "600" });
    const apart = await cluster.start("api");
    const before = cluster.models.requests().length;
    const at: RestClient = { ...client, call: (...call) => callAt(apart, client, call) };
    const executions = await Promise.all([1, 2, 3, 4, 5, 6].map(() => startOf(at, modelGraph())));
    await asked(cluster, before, 6);
    leaving.signal("SIGTERM");
    while ((await fetch(`${leaving.url}/health`)).status === 200);
    leaving.signal("SIGTERM");
    expect(await leaving.exited).toBe(1);
    for (const { executionId } of executions) await client.call("POST", `/api/executions/${executionId}/cancel`, {});
    for (const { executionId } of executions) expect((await ended(client, executionId)).status).toBe("cancelled");
  }, 60_000);
});

async function callAt<T>(server: RunningServer, client: RestClient, call: readonly unknown[]): Promise<T> {
  const [method, path, body] = call as [string, string, unknown];
  const answer = await fetch(`${server.url}${path}`, {
    method,
    headers: { cookie: client.cookie, "content-type": "application/json" },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  if (!answer.ok) throw new Error(`${method} ${path} answered ${answer.status}: ${await answer.text()}`);
  return (await answer.json()) as T;
}
