import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ExecutionEvent } from "#src/schemas/executionEvent.ts";
import type { GraphInput } from "#src/schemas/graph.ts";
import { type ModelServer, startModelServer } from "#tests/support/aimock.ts";
import { streamingGraph } from "#tests/support/graphs.ts";
import { type RestClient, signUpOwner } from "#tests/support/restClient.ts";
import { startServer } from "#tests/support/serverProcess.ts";

let models: ModelServer;
let folder: string;
beforeAll(async () => {
  models = await startModelServer();
});
afterAll(() => models[Symbol.asyncDispose]());
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "agentflow-deploy-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Input, a model of the test's own server, Output. */
function modelGraph(): GraphInput {
  const graph = streamingGraph();
  for (const node of graph.nodes)
    if (node.agent === "llm") node.config = { provider: "compatible", model: "test", prompt: "Go on." };
  return graph;
}

const server = (port?: number) =>
  startServer({
    folder,
    env: { AGENTFLOW_MODEL_URL: `${models.url}/v1`, AGENTFLOW_MODEL_NAME: "test" },
    ...(port === undefined ? {} : { port }),
  });

/** Starts an execution and resolves with its path when its model has been asked. */
async function startAsking(client: RestClient): Promise<string> {
  const asked = models.requests().length;
  const { id } = await client.call<{ id: string }>("POST", "/api/workflows", { name: "Long", graph: modelGraph() });
  const started = await client.call<{ executionId: string }>("POST", `/api/workflows/${id}/execute`, { input: "x" });
  const path = `/api/executions/${started.executionId}`;
  while (models.requests().length === asked) await client.call("GET", path);
  return path;
}

async function ended(client: RestClient, path: string) {
  const read = () => client.call<{ status: string; endedAt: string | null; output: unknown }>("GET", path);
  let execution = await read();
  while (execution.endedAt === null) execution = await read();
  return execution;
}

async function typesOf(client: RestClient, path: string): Promise<string[]> {
  const { items } = await client.call<{ items: ExecutionEvent[] }>("GET", `${path}/events?limit=500`);
  return items.map(({ body }) => body.type);
}

describe("a server that is told to stop (SIGTERM) in the middle of an execution", () => {
  test("lets it end when that takes seconds: nothing is left to recover", async () => {
    models.script({ text: "The answer in several pieces, one after the other.", pieceSize: 10, paceMs: 200 });
    const first = await server();
    const client = await signUpOwner(first.url);
    const path = await startAsking(client);
    await first[Symbol.asyncDispose]();

    await using _second = await server(first.port);
    expect(await ended(client, path)).toMatchObject({ status: "succeeded" });
    expect(await typesOf(client, path)).not.toContain("execution_recovered");
  }, 60_000);

  test("hands it over when it takes longer: the next process ends it, and no attempt counts as failed", async () => {
    models.script({ text: "An answer that takes minutes to come to its end.", pieceSize: 5, paceMs: 60_000 });
    const first = await server();
    const client = await signUpOwner(first.url);
    const path = await startAsking(client);
    await first[Symbol.asyncDispose]();

    models.script({ text: "Quick." });
    await using _second = await server(first.port);
    expect(await ended(client, path)).toMatchObject({ status: "succeeded", output: "Quick." });
    const types = await typesOf(client, path);
    expect(types).toContain("execution_recovered");
    expect(types).not.toContain("step_attempt_failed");
  }, 60_000);
});
