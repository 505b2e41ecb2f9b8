import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { GraphInput } from "#src/schemas/graph.ts";
import { accessTable } from "#tests/security/accessTable.ts";
import { echoGraph } from "#tests/support/graphs.ts";
import { openTestServer, password, type TestServer } from "#tests/support/testServer.ts";

let server: TestServer;
const folder = mkdtempSync(join(tmpdir(), "agentflow-curl-"));
const jar = join(folder, "cookies");
beforeAll(async () => {
  server = await openTestServer({ listen: true });
}, 60_000);
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await server[Symbol.asyncDispose]();
});

interface Reply {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: a script reads what it needs of whatever JSON came
  readonly body: any;
}

/** curl as anybody has it: a cookie jar, a method, JSON. */
async function curl(method: string, path: string, body?: unknown): Promise<Reply> {
  const sent = body === undefined ? [] : ["-H", "content-type: application/json", "--data-binary", "@-"];
  const command = [
    "curl",
    "-sS",
    "-b",
    jar,
    "-c",
    jar,
    "-X",
    method,
    "-w",
    "\n%{http_code}",
    ...sent,
    `${server.url}${path}`,
  ];
  const child = Bun.spawn(command, { stdin: body === undefined ? null : Buffer.from(JSON.stringify(body)) });
  const lines = (await new Response(child.stdout).text()).split("\n");
  await child.exited;
  return { status: Number(lines.pop()), body: JSON.parse(lines.join("\n")) };
}

describe("a plain curl client", () => {
  test("sets up, creates, executes, reads and cancels by REST alone", async () => {
    expect(await curl("GET", "/api/workflows")).toMatchObject({
      status: 401,
      body: { error: { code: "unauthenticated" } },
    });
    expect((await curl("POST", "/api/auth/set-up", { username: "Ada", password })).status).toBe(200);
    expect((await curl("GET", "/api/workspace")).body).toMatchObject({ role: "owner" });

    // Not an empty body: somebody's value that came out as nothing.
    expect(await curl("POST", "/api/workflows", null)).toMatchObject({
      status: 400,
      body: { error: { code: "bad_request", message: "The body must be a JSON object." } },
    });
    const made = await curl("POST", "/api/workflows", { name: "By curl", graph: echoGraph() });
    expect(made).toMatchObject({ status: 200, body: { name: "By curl", nodeCount: 2, diagnostics: [] } });
    const { id } = made.body;

    const started = await curl("POST", `/api/workflows/${id}/execute`, { input: { from: "curl" } });
    expect(started.status).toBe(200);
    const path = `/api/executions/${started.body.executionId}`;
    let read = await curl("GET", path);
    while (!read.body.endedAt) read = await curl("GET", path);
    expect(read.body).toMatchObject({ status: "succeeded", output: { from: "curl" }, trigger: { kind: "api" } });

    const events = await curl("GET", `${path}/events?afterSeq=1&limit=2`);
    expect(events.body.items.map((event: { seq: number }) => event.seq)).toEqual([2, 3]);
    expect((await curl("GET", `/api/executions?workflowId=${id}&status=succeeded&limit=1`)).body.items).toHaveLength(1);
    expect(await curl("POST", `${path}/cancel`)).toMatchObject({ status: 409, body: { error: { code: "conflict" } } });

    expect((await curl("PUT", `/api/workflows/${id}`, { description: "Changed" })).body.description).toBe("Changed");
    expect((await curl("POST", `/api/workflows/${id}/duplicate`)).body.name).toBe("By curl copy");
    expect((await curl("DELETE", `/api/workflows/${id}`)).body).toEqual({ ok: true });
    expect((await curl("GET", `/api/workflows/${id}`)).status).toBe(404);
    expect((await curl("POST", `/api/workflows/${id}/restore`)).body.id).toBe(id);

    const agents = await curl("GET", "/api/agents");
    expect((await curl("GET", `/api/agents/${agents.body.items[0].kind}`)).body).toEqual(agents.body.items[0]);
    expect((await curl("POST", "/api/auth/sign-out")).status).toBe(200);
    expect((await curl("GET", "/api/workflows")).status).toBe(401);
    expect((await curl("POST", "/api/auth/sign-in", { username: "ada", password })).status).toBe(200);
    expect((await curl("GET", "/api/workflows?search=curl")).body.items).toHaveLength(2);
  }, 60_000);
});

describe("bad graphs, with the place at fault", () => {
  type Broken = (graph: GraphInput) => unknown;
  const [first] = echoGraph().edges;
  const saved: [string, string, Broken][] = [
    ["duplicate_node_id", "two nodes with one id", (graph) => ({ ...graph, nodes: [...graph.nodes, graph.nodes[0]] })],
    ["dangling_edge", "an edge to nowhere", (graph) => ({ ...graph, edges: [{ ...first, target: "nowhere" }] })],
  ];
  for (const [code, name, breakIt] of saved) {
    test(`${name} is refused when saved`, async () => {
      const { status, body } = await curl("POST", "/api/workflows", { name, graph: breakIt(echoGraph()) });
      expect([status, body.error.code]).toEqual([422, "invalid_graph"]);
      expect(body.error.detail.diagnostics.map((each: { code: string }) => each.code)).toContain(code);
    });
  }

  const run: [string, string, Broken][] = [
    ["empty_graph", "an empty graph", () => ({ nodes: [], edges: [] })],
    [
      "cycle",
      "a cycle",
      ({ nodes, edges }) => ({
        nodes: [...nodes, { ...nodes[1], id: "back", key: "back" }],
        edges: [
          ...edges,
          { ...first, id: "e2", source: "out", target: "back" },
          { ...first, id: "e3", source: "back", target: "out" },
        ],
      }),
    ],
    [
      "unknown_agent",
      "an unknown agent",
      ({ nodes, edges }) => ({ nodes: nodes.map((node) => ({ ...node, agent: "constructor" })), edges }),
    ],
    [
      "unknown_reference",
      "an unknown reference",
      ({ nodes, edges }) => ({
        nodes: nodes.map((node) =>
          node.id === "out" ? { ...node, config: { value: "{{ steps.nobody.value }}" } } : node,
        ),
        edges,
      }),
    ],
  ];
  for (const [code, name, breakIt] of run) {
    test(`${name} can be a draft, says so, and does not run`, async () => {
      const made = await curl("POST", "/api/workflows", { name, graph: breakIt(echoGraph()) });
      expect(made.status).toBe(200);
      expect(made.body.diagnostics.map((each: { code: string }) => each.code)).toContain(code);
      const { status, body } = await curl("POST", `/api/workflows/${made.body.id}/execute`, { input: 1 });
      expect([status, body.error.code]).toEqual([422, "invalid_graph"]);
      const places = body.error.detail.diagnostics.filter((each: { code: string }) => each.code === code);
      expect(places.length).toBeGreaterThan(0);
      if (code !== "empty_graph") expect(places[0].nodeId ?? places[0].edgeId).toBeString();
    });
  }

  test("a workflow of 10,000 nodes is refused with the limit, and what was stored stays", async () => {
    const { body: made } = await curl("POST", "/api/workflows", { name: "Stays", graph: echoGraph() });
    const [node] = echoGraph().nodes;
    const nodes = Array.from({ length: 10_000 }, (_, at) => ({ ...node, id: `n${at}`, key: `k${at}` }));
    const { status, body } = await curl("PUT", `/api/workflows/${made.id}`, { graph: { nodes, edges: [] } });
    expect([status, body.error.code]).toEqual([400, "bad_request"]);
    expect(body.error.detail.issues[0].path).toBe("graph.nodes");
    expect((await curl("GET", `/api/workflows/${made.id}`)).body.graph).toEqual(made.graph);
  }, 30_000);

  test("an input that the Input agent does not take is refused with its fields, and nothing is started", async () => {
    const graph = echoGraph();
    const fields = [{ name: "count", type: "number", required: true }];
    const nodes = graph.nodes.map((node) => (node.id === "in" ? { ...node, config: { fields } } : node));
    const { body: made } = await curl("POST", "/api/workflows", { name: "Typed", graph: { ...graph, nodes } });
    for (const input of [undefined, {}, { count: "3" }, 3]) {
      const { status, body } = await curl("POST", `/api/workflows/${made.id}/execute`, { input });
      expect([status, body.error.code]).toEqual([422, "input_invalid"]);
    }
    expect((await curl("GET", `/api/executions?workflowId=${made.id}`)).body.items).toEqual([]);
  });
});

describe("the OpenAPI document", () => {
  test("is 3.1, names every address, and every reference in it leads somewhere", async () => {
    const { body } = await curl("GET", "/api/openapi.json");
    expect(body.openapi).toStartWith("3.1");
    const addresses = Object.values(accessTable).flatMap(({ rest }) => rest?.split(" ")[1] ?? []);
    expect(Object.keys(body.paths).length).toBe(new Set(addresses).size);
    const text = JSON.stringify(body);
    for (const [, name] of text.matchAll(/"#\/components\/schemas\/([^"]+)"/g)) {
      expect(Object.keys(body.components.schemas)).toContain(name as string);
    }
    expect(text).not.toContain("error.BAD_REQUEST");
    const ids = [...text.matchAll(/"operationId":"([^"]+)"/g)].map(([, id]) => id);
    expect(new Set(ids).size).toBe(ids.length);
  });
});

describe("health", () => {
  test("tells of the database, and of nothing that was not set up", async () => {
    const { status, body } = await curl("GET", "/health");
    expect([status, body.status]).toEqual([200, "healthy"]);
    expect(body.checks).toEqual({
      database: "ok",
      redis: "not_configured",
      external_apis: { openai: "not_configured", anthropic: "not_configured", compatible: "not_configured" },
    });
    expect(Number.isNaN(Date.parse(body.timestamp))).toBe(false);
    expect((await curl("GET", "/health/ready")).status).toBe(200);
    expect(await curl("GET", "/health/live")).toEqual({ status: 200, body: { status: "alive" } });
  });
});
