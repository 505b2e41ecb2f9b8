import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import postgres from "postgres";
import { type Cluster, startCluster } from "#tests/support/cluster.ts";
import { echoGraph, streamingGraph } from "#tests/support/graphs.ts";
import type { RestClient } from "#tests/support/restClient.ts";
import type { RunningServer } from "#tests/support/serverProcess.ts";

let cluster: Cluster;
let servers: RunningServer[];
let owner: RestClient;
let sql: postgres.Sql;
beforeAll(async () => {
  cluster = await startCluster({ redis: false });
  servers = await Promise.all([cluster.start("all"), cluster.start("all")]);
  owner = await cluster.owner(at(0));
  sql = postgres(cluster.databaseUrl, { max: 1, onnotice: () => {} });
}, 120_000);
afterAll(async () => {
  await sql.end();
  await cluster[Symbol.asyncDispose]();
});

function at(index: number): RunningServer {
  const server = servers[index % servers.length];
  if (server === undefined) throw new Error("No server.");
  return server;
}

const workflow = async (graph = echoGraph()): Promise<string> =>
  (await owner.call<{ id: string }>("POST", "/api/workflows", { name: "Keyed", graph })).id;

interface Asked {
  readonly id: string;
  readonly key: string | null;
  readonly body?: unknown;
  readonly server?: number;
}

async function execute({ id, key, body = { input: 1 }, server = 0 }: Asked) {
  const headers: Record<string, string> = { cookie: owner.cookie, "content-type": "application/json" };
  if (key !== null) headers["Idempotency-Key"] = key;
  const init = { method: "POST", headers, body: JSON.stringify(body) };
  const answer = await fetch(`${at(server).url}/api/workflows/${id}/execute`, init);
  return { status: answer.status, text: await answer.text() };
}

async function executionsOf(id: string): Promise<number> {
  const rows = await sql<{ count: number }[]>`
    select count(*)::int as count from workflow_executions where workflow_id = ${id}`;
  return rows[0]?.count ?? 0;
}

describe("a start with an Idempotency-Key", () => {
  test.each([
    ["a short execution", echoGraph()],
    ["one that goes on meanwhile", streamingGraph()],
  ])("twenty times at once at two processes is one execution, and one answer (%s)", async (_name, graph) => {
    const id = await workflow(graph);
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, nth) => execute({ id, key: "delivery 7", server: nth })),
    );
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
    expect(await executionsOf(id)).toBe(1);
    // Later, too, whatever became of it.
    expect(await execute({ id, key: "delivery 7" })).toEqual(answers[0] as never);
  });

  test("means the same request whatever the order of its fields", async () => {
    const id = await workflow();
    const first = await execute({ id, key: "a", body: { input: { x: 1, y: [{ a: 1, b: 2 }] }, priority: "high" } });
    const again = await execute({ id, key: "a", body: { priority: "high", input: { y: [{ b: 2, a: 1 }], x: 1 } } });
    expect(again).toEqual(first);
  });

  test("is refused with another input or priority, and names the execution it belongs to", async () => {
    const id = await workflow();
    const first = JSON.parse((await execute({ id, key: "k" })).text);
    for (const body of [{ input: 2 }, { input: 1, priority: "high" }, {}]) {
      const refused = await execute({ id, key: "k", body, server: 1 });
      expect(refused.status).toBe(422);
      expect(JSON.parse(refused.text).error).toMatchObject({
        code: "idempotency_key_reused",
        detail: { executionId: first.executionId },
      });
    }
    expect(await executionsOf(id)).toBe(1);
  });

  test("belongs to its workflow, and another key is another start", async () => {
    const [one, other] = [await workflow(), await workflow()];
    await Promise.all([
      execute({ id: one, key: "k" }),
      execute({ id: other, key: "k" }),
      execute({ id: one, key: "k2" }),
      execute({ id: one, key: null }),
      execute({ id: one, key: null }),
    ]);
    expect([await executionsOf(one), await executionsOf(other)]).toEqual([4, 1]);
  });

  test("that was refused may be used again when what was wrong is mended", async () => {
    const id = await workflow({ nodes: [], edges: [] });
    expect((await execute({ id, key: "k" })).status).toBe(422);
    await owner.call("PUT", `/api/workflows/${id}`, { graph: echoGraph() });
    expect((await execute({ id, key: "k" })).status).toBe(200);
  });

  test("is free again when its execution was removed", async () => {
    const id = await workflow();
    const first = await execute({ id, key: "k" });
    const { executionId } = JSON.parse(first.text);
    while ((await owner.call<{ endedAt: string | null }>("GET", `/api/executions/${executionId}`)).endedAt === null);
    await sql`delete from execution_events where execution_id = ${executionId}`;
    await sql`delete from workflow_executions where id = ${executionId}`;
    expect((await execute({ id, key: "k", body: { input: 2 } })).status).toBe(200);
  });

  test.each([
    ["empty", " "],
    ["too long", "k".repeat(256)],
  ])("must be a key: %s is refused", async (_name, key) => {
    const id = await workflow();
    expect((await execute({ id, key })).status).toBe(400);
    expect(await executionsOf(id)).toBe(0);
  });

  test("stands in the API's description", async () => {
    const answer = await fetch(`${at(0).url}/api/openapi.json`, { headers: { cookie: owner.cookie } });
    const { parameters } = ((await answer.json()) as { paths: Record<string, { post: { parameters: unknown[] } }> })
      .paths["/workflows/{id}/execute"]?.post ?? { parameters: [] };
    expect(parameters).toContainEqual(expect.objectContaining({ in: "header", name: "Idempotency-Key" }) as never);
  });
});
