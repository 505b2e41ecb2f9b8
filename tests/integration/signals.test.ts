import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { startCluster } from "#tests/support/cluster.ts";
import { freshPostgres } from "#tests/support/database.ts";
import { asOwner, databaseKinds } from "#tests/support/databases.ts";
import type { RestClient } from "#tests/support/restClient.ts";
import { codeOf, openTestServer, type TestClient, type TestServer } from "#tests/support/testServer.ts";

const node = (id: string, agent: string, config: object) => ({
  id,
  key: id,
  agent,
  name: id,
  position: { x: 0, y: 0 },
  config,
});
/** A signal that is waited for only after an approval, so that a call can come before. */
const graph = {
  nodes: [
    node("ask", "approval", { title: "Go on?" }),
    node("pay", "signal", { name: "paid" }),
    node("out", "output", {}),
  ],
  edges: [
    { id: "e1", source: "ask", sourcePort: "approved", target: "pay", targetPort: "value" },
    { id: "e2", source: "pay", sourcePort: "value", target: "out", targetPort: "value" },
  ],
};

for (const kind of databaseKinds) {
  describe(`calls that come before a step waits for them, on ${kind}`, () => {
    let postgres: Awaited<ReturnType<typeof freshPostgres>> | null = null;
    let server: TestServer;
    let owner: TestClient;
    beforeAll(async () => {
      postgres = kind === "postgres" ? await freshPostgres() : null;
      server = await openTestServer({ env: { databaseUrl: postgres?.url ?? null } });
      owner = await server.owner();
    }, 60_000);
    afterAll(async () => {
      await server[Symbol.asyncDispose]();
      await postgres?.[Symbol.asyncDispose]();
    });

    const start = async (drawn: object = graph) => {
      const { id } = await owner.trpc.workflows.create.mutate({ name: "Pays", graph: drawn as never });
      return (await owner.trpc.workflows.execute.mutate({ id })).executionId;
    };
    type Id = Awaited<ReturnType<typeof start>>;
    const statusOf = async (id: Id) => (await owner.trpc.executions.get.query({ id })).status;
    const until = async (id: Id, ...statuses: string[]) => {
      while (!statuses.includes(await statusOf(id))) await Bun.sleep(10);
      return owner.trpc.executions.get.query({ id });
    };
    const call = (id: Id, value: unknown, name = "paid") =>
      owner.trpc.executions.signal.mutate({ id, name, value: value as never });
    const approve = (id: Id) =>
      owner.trpc.executions.answer.mutate({ id, stepKey: "ask" as never, decision: "approved" });
    const keptOf = (id: Id) =>
      asOwner<{ name: string }>(server.deps.db, `select name from execution_signals where execution_id = '${id}'`);

    test("are kept and given to the first step that waits for the name, and are gone then", async () => {
      const id = await start();
      await until(id, "waiting");
      expect(await call(id, { amount: 12 })).toEqual({ steps: 0, kept: true });
      expect(await call(id, 1, "other")).toEqual({ steps: 0, kept: true });
      await approve(id);
      expect((await until(id, "succeeded")).output).toEqual({ amount: 12 });
      expect((await keptOf(id)).map(({ name }) => name)).toEqual(["other"]);
    });

    test("go each to one step, in the order in which they came", async () => {
      const two = {
        nodes: [...graph.nodes.slice(0, 2), node("again", "signal", { name: "paid" }), node("out", "output", {})],
        edges: [
          graph.edges[0],
          { id: "e2", source: "pay", sourcePort: "value", target: "again", targetPort: "value" },
          { id: "e3", source: "again", sourcePort: "value", target: "out", targetPort: "value" },
        ],
      };
      const id = await start(two);
      await until(id, "waiting");
      await call(id, "first");
      await call(id, "second");
      await approve(id);
      const { output, steps } = await until(id, "succeeded");
      expect(output).toBe("second");
      expect(steps.find(({ stepKey }) => (stepKey as string) === "pay")?.outputs).toEqual({ value: "first" });
    });

    test("are refused when there are too many or they are too large, and when the execution has ended", async () => {
      const id = await start();
      await until(id, "waiting");
      await call(id, "x".repeat(900_000));
      expect(await codeOf(call(id, "y".repeat(200_000)))).toBe("conflict");
      for (let count = 1; count < 100; count += 1) await call(id, count, "many");
      expect(await codeOf(call(id, 1, "many"))).toBe("conflict");
      await owner.trpc.executions.cancel.mutate({ id });
      await until(id, "cancelled");
      expect(await codeOf(call(id, 1))).toBe("conflict");
    }, 20_000);

    test("reach a step whose process died between its wait and the call that was kept", async () => {
      const id = await start();
      await until(id, "waiting");
      await approve(id);
      const waits = `select 1 from execution_waits where execution_id = '${id}' and step_key = 'pay'`;
      while ((await asOwner(server.deps.db, waits)).length === 0) await Bun.sleep(10);
      // As the dead process left it: the wait is there, and so is the call.
      await asOwner(
        server.deps.db,
        `insert into execution_signals (execution_id, place, workspace_id, name, value, bytes, by, at)
         select id, 1, workspace_id, 'paid', '"late"', 6, '{"kind":"system","name":"test"}', now()
         from workflow_executions where id = '${id}'`,
      );
      expect((await until(id, "succeeded")).output).toBe("late");
    }, 20_000);
  });
}

test("a kept call outlives the worker, and a step that waits for it in another one has it", async () => {
  await using cluster = await startCluster({ redis: false });
  const client: RestClient = await cluster.owner(await cluster.start("api"));
  let worker = await cluster.start("worker");
  const { id } = await client.call<{ id: string }>("POST", "/api/workflows", { name: "Pays", graph });
  const path = `/api/workflows/${id}/execute`;
  const { executionId } = await client.call<{ executionId: string }>("POST", path, {});
  const until = async (wanted: string) => {
    for (;;) {
      const found = await client.call<{ status: string; output: unknown }>("GET", `/api/executions/${executionId}`);
      if (found.status === wanted) return found.output;
      await Bun.sleep(20);
    }
  };
  await until("waiting");
  const kept = { name: "paid", value: [1, 2] };
  expect(await client.call("POST", `/api/executions/${executionId}/signal`, kept)).toEqual({ steps: 0, kept: true });
  await worker.crash();
  await client.call("POST", `/api/executions/${executionId}/answer`, { stepKey: "ask", decision: "approved" });
  worker = await cluster.start("worker");
  expect(await until("succeeded")).toEqual([1, 2]);
}, 90_000);
