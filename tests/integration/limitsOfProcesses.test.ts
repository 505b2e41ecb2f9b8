import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { isFinalExecution } from "#src/schemas/execution.ts";
import type { ExecutionEvent } from "#src/schemas/executionEvent.ts";
import type { WorkspaceLimits } from "#src/schemas/limits.ts";
import { type Cluster, startCluster } from "#tests/support/cluster.ts";
import type { RestClient } from "#tests/support/restClient.ts";

const ask = (id: string, x: number) => ({
  id,
  key: id,
  agent: "llm",
  name: id,
  position: { x, y: 0 },
  config: { provider: "compatible", model: "test", prompt: "Go on." },
});
const one = { nodes: [ask("a", 0)], edges: [] };
const pair = {
  nodes: [ask("a", 0), ask("b", 300)],
  edges: [{ id: "e", source: "a", sourcePort: "text", target: "b", targetPort: "context" }],
};
const isFinal = (status: string) => isFinalExecution(status as never);
interface Execution {
  readonly status: string;
}

for (const redis of [true, false]) {
  describe(`limits over an api process and two workers, ${redis ? "with" : "without"} Redis`, () => {
    let cluster: Cluster;
    let client: RestClient;
    beforeAll(async () => {
      cluster = await startCluster({ redis });
      const api = await cluster.start("api");
      client = await cluster.owner(api);
      await Promise.all([cluster.start("worker"), cluster.start("worker")]);
    }, 120_000);
    afterAll(() => cluster[Symbol.asyncDispose]());

    async function start(graph: object): Promise<string> {
      const { id } = await client.call<{ id: string }>("POST", "/api/workflows", { name: "W", graph });
      return (await client.call<{ executionId: string }>("POST", `/api/workflows/${id}/execute`, {})).executionId;
    }
    async function until(id: string, holds: (status: string) => boolean): Promise<string> {
      for (;;) {
        const { status } = await client.call<Execution>("GET", `/api/executions/${id}`);
        if (holds(status)) return status;
        await Bun.sleep(20);
      }
    }
    /** Without Redis a process hears of a new limit within two seconds: what it starts until then may end. The last one waits. */
    async function startedUntilHeld(): Promise<string[]> {
      const ids: string[] = [];
      for (;;) {
        const id = await start(pair);
        ids.push(id);
        if ((await until(id, (status) => status === "waiting" || isFinal(status))) === "waiting") return ids;
      }
    }
    const eventsOf = async (id: string) =>
      (await client.call<{ items: ExecutionEvent[] }>("GET", `/api/executions/${id}/events?limit=1000`)).items;

    // Without Redis each process counts for itself.
    if (redis)
      test("a slot is one slot, whichever process the steps run in", async () => {
        cluster.models.script({ text: "A story that goes on for a little while.", paceMs: 150, pieceSize: 5 });
        await client.call("PUT", "/api/limits/agents/llm", { concurrency: 1, perMinute: null });
        const ids = await Promise.all(Array.from({ length: 5 }, () => start(one)));
        for (const id of ids) expect(await until(id, isFinal)).toBe("succeeded");
        const spans = (await Promise.all(ids.map(eventsOf))).map((events) => ({
          from: events.find(({ body }) => body.type === "step_streamed" && body.channel === "text")?.at ?? 0,
          to: events.find(({ body }) => body.type === "step_succeeded")?.at ?? 0,
        }));
        const inOrder = spans.toSorted((span, other) => span.from - other.from);
        for (const [at, { from }] of inOrder.entries()) expect(from).toBeGreaterThanOrEqual(inOrder[at - 1]?.to ?? 0);
        await client.call("PUT", "/api/limits/agents/llm", { concurrency: null, perMinute: null });
      }, 60_000);

    test("what waits for the day goes on when the budget is raised in another process", async () => {
      cluster.models.script({ text: "Short.", usage: { input_tokens: 40, output_tokens: 10 } });
      const { usedToday } = await client.call<WorkspaceLimits>("GET", "/api/limits");
      await client.call("PUT", "/api/limits/daily", { tokens: usedToday.tokens + 1, dollars: null });
      const ids = await startedUntilHeld();
      await client.call("PUT", "/api/limits/daily", { tokens: null, dollars: null });
      for (const id of ids) expect(await until(id, isFinal)).toBe("succeeded");
      const after = await client.call<WorkspaceLimits>("GET", "/api/limits");
      // Two steps each, once.
      expect(after.usedToday.tokens - usedToday.tokens).toBe(ids.length * 2 * 50);
    }, 60_000);

    test("what waits for the day can be cancelled", async () => {
      await client.call("PUT", "/api/limits/daily", { tokens: 1, dollars: null });
      const id = (await startedUntilHeld()).at(-1) ?? "";
      await client.call("POST", `/api/executions/${id}/cancel`, {});
      expect(await until(id, isFinal)).toBe("cancelled");
      await client.call("PUT", "/api/limits/daily", { tokens: null, dollars: null });
    }, 60_000);
  });
}
