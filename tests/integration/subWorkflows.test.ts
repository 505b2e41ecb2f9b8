import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { openTestServer, type TestClient, type TestServer } from "#tests/support/testServer.ts";

let server: TestServer;
let owner: TestClient;
beforeAll(async () => {
  server = await openTestServer();
  owner = await server.owner();
}, 60_000);
afterAll(() => server[Symbol.asyncDispose]());

type WorkflowInput = Parameters<TestClient["trpc"]["workflows"]["create"]["mutate"]>[0];
type Detail = Awaited<ReturnType<TestClient["trpc"]["executions"]["get"]["query"]>>;
type Id = Detail["id"];

const node = (id: string, agent: string, config: object, rest: object = {}) => ({
  id,
  key: id,
  agent,
  name: id,
  position: { x: 0, y: 0 },
  config,
  ...rest,
});
const edge = (source: string, sourcePort: string, target: string) => ({
  id: `${source}${sourcePort}${target}`,
  source,
  sourcePort,
  target,
  targetPort: "value",
});

async function workflow(name: string, nodes: object[], edges: object[]): Promise<string> {
  return (await owner.trpc.workflows.create.mutate({ name, graph: { nodes, edges } } as WorkflowInput)).id;
}
/** A workflow whose one step runs another, and puts out what that gave. */
const caller = (name: string, workflowId: string, config: object = {}) =>
  workflow(
    name,
    [
      node("in", "input", { fields: [] }),
      node("call", "workflow", { workflowId, ...config }),
      node("out", "output", {}),
    ],
    [edge("in", "value", "call"), edge("call", "output", "out")],
  );
const doubler = () =>
  workflow(
    "Doubler",
    [
      node("in", "input", { fields: [{ name: "n", type: "number", required: true }] }),
      node("out", "output", { value: "{{ inputs.value[0].n * 2 }}" }),
    ],
    [edge("in", "value", "out")],
  );
const waiter = () => workflow("Waiter", [node("ask", "approval", { title: "Go on?" })], []);

async function start(id: string, input: object = {}): Promise<Id> {
  return (await owner.trpc.workflows.execute.mutate({ id, input } as never)).executionId;
}
async function until(id: Id, ...statuses: Detail["status"][]): Promise<Detail> {
  for (;;) {
    const found = await owner.trpc.executions.get.query({ id });
    if (statuses.includes(found.status)) return found;
    await Bun.sleep(10);
  }
}
const ended = (id: Id) => until(id, "succeeded", "failed", "cancelled");
const childrenOf = async (id: Id) => (await owner.trpc.executions.children.query({ id })).items;
async function onlyChild(id: Id) {
  for (;;) {
    const [child] = await childrenOf(id);
    if (child !== undefined) return child;
    await Bun.sleep(10);
  }
}

describe("a sub-workflow", () => {
  test("runs with what arrives, or with an input of its own, and its output goes on", async () => {
    const child = await doubler();
    const plain = await ended(await start(await caller("Caller", child), { n: 21 }));
    expect({ status: plain.status, output: plain.output }).toEqual({ status: "succeeded", output: 42 });
    const own = await caller("Caller", child, { fields: [{ name: "n", value: "{{ steps.in.value.n + 1 }}" }] });
    expect((await ended(await start(own, { n: 1 }))).output).toBe(4);
  });

  test("is an execution of its own, linked both ways, with the version that it began with", async () => {
    const child = await waiter();
    const parent = await start(await caller("Caller", child));
    const { executionId, ...link } = await onlyChild(parent);
    expect(link).toMatchObject({ stepKey: "call", workflowId: child, workflowName: "Waiter" });
    await until(executionId, "waiting");
    await until(parent, "waiting");
    await owner.trpc.workflows.update.mutate({ id: child, graph: { nodes: [], edges: [] } } as never);
    await owner.trpc.executions.answer.mutate({ id: executionId, stepKey: "ask" as never, decision: "approved" });
    expect((await ended(parent)).status).toBe("succeeded");
    const detail = await owner.trpc.executions.get.query({ id: executionId });
    expect(detail.graph.nodes).toHaveLength(1);
    expect(detail.trigger).toMatchObject({ kind: "workflow", by: { name: "Ada" }, parent: { executionId: parent } });
  });

  test("that fails, fails its step with the reason; a cancelled one too", async () => {
    const failing = await start(await caller("Caller", await doubler(), { fields: [{ name: "n", value: "many" }] }));
    const wrong = await ended(failing);
    expect(wrong).toMatchObject({ status: "failed", error: { stepKey: "call", code: "input_invalid" } });

    const stop = await workflow("Stopper", [node("stop", "stop", { message: "No lines." })], []);
    const stopped = await ended(await start(await caller("Caller", stop)));
    expect(stopped).toMatchObject({ status: "failed", error: { stepKey: "call", detail: { cause: "stopped" } } });
    expect(stopped.error?.message).toContain("No lines.");

    const parent = await start(await caller("Caller", await waiter()));
    const { executionId } = await onlyChild(parent);
    await owner.trpc.executions.cancel.mutate({ id: executionId });
    expect(await ended(parent)).toMatchObject({ status: "failed", error: { detail: { cause: "cancelled" } } });
  });

  test("has the time limit of its step: then it is stopped, and the step fails or goes another way", async () => {
    const limited = { timeoutMs: 300 };
    const call = drawnNode("call", "workflow", { workflowId: await waiter() }, limited);
    const parent = await start(await workflow("Impatient", [call], []));
    const late = await ended(parent);
    expect(late).toMatchObject({ status: "failed", error: { stepKey: "call", code: "step_timeout" } });
    expect((await ended((await onlyChild(parent)).executionId)).status).toBe("cancelled");

    const withPort = drawnNode("call", "workflow", { workflowId: await waiter() }, { ...limited, onError: "port" });
    const beside = drawnNode("beside", "approval", { title: "Go on?" });
    const out = drawnNode("out", "output", {});
    const other = await start(
      await workflow("Another way", [withPort, beside, out], [drawnEdge("call", "out", "error")]),
    );
    // Its parent goes on, so that it is not the end of that which stops it.
    const { executionId } = await onlyChild(other);
    expect((await ended(executionId)).status).toBe("cancelled");
    await until(other, "waiting");
    await owner.trpc.executions.answer.mutate({ id: other, stepKey: "beside" as never, decision: "approved" });
    expect(await ended(other)).toMatchObject({ status: "succeeded", output: { code: "step_timeout" } });
  }, 30_000);

  test("is cancelled with its parent, however deep", async () => {
    const middle = await caller("Middle", await waiter());
    const top = await start(await caller("Top", middle));
    const second = await onlyChild(top);
    const third = await onlyChild(second.executionId);
    await until(third.executionId, "waiting");
    await owner.trpc.executions.cancel.mutate({ id: top });
    for (const id of [top, second.executionId, third.executionId]) expect((await ended(id)).status).toBe("cancelled");
  });

  test("cannot be the workflow itself, not even through others, nor one that is gone", async () => {
    const self = await workflow("Self", [], []);
    const calls = (workflowId: string) => ({ nodes: [node("call", "workflow", { workflowId })], edges: [] });
    await owner.trpc.workflows.update.mutate({ id: self, graph: calls(self) } as never);
    expect(await ended(await start(self))).toMatchObject({ status: "failed", error: { code: "config_invalid" } });

    const other = await caller("Other", self);
    await owner.trpc.workflows.update.mutate({ id: self, graph: calls(other) } as never);
    const round = await ended(await start(self));
    expect(round.status).toBe("failed");
    expect(round.error?.message).toContain("not even through others");

    await owner.trpc.workflows.delete.mutate({ id: other } as never);
    expect(await ended(await start(self))).toMatchObject({ status: "failed", error: { code: "not_found" } });
  });

  test("may have others below it, ten deep and no deeper", async () => {
    let below = await doubler();
    for (let depth = 0; depth < 9; depth += 1) below = await caller(`Level ${depth}`, below);
    expect((await ended(await start(below, { n: 3 }))).output).toBe(6);
    const deeper = await caller("Deeper", await caller("Deep", below));
    const refused = await ended(await start(deeper, { n: 3 }));
    expect(refused.status).toBe("failed");
    expect(refused.error?.message).toContain("10 deep");
  }, 30_000);
});
