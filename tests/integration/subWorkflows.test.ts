import { afterAll, describe, expect, test } from "bun:test";
import type { ExecutionStatus } from "#src/schemas/execution.ts";
import {
  type DrawnId,
  draw,
  drawnEdge,
  drawnNode,
  ended as endedRun,
  execute,
  type RunId,
  until as untilRun,
} from "#tests/support/runs.ts";
import { openTestServer } from "#tests/support/testServer.ts";

const server = await openTestServer();
const owner = await server.owner();
afterAll(() => server[Symbol.asyncDispose]());

const workflow = (name: string, nodes: object[], edges: object[]) => draw(owner, { nodes, edges }, name);
/** A workflow whose one step runs another, and puts out what that gave. */
const caller = (name: string, workflowId: string, config: object = {}) =>
  workflow(
    name,
    [
      drawnNode("in", "input", { fields: [] }),
      drawnNode("call", "workflow", { workflowId, ...config }),
      drawnNode("out", "output", {}),
    ],
    [drawnEdge("in", "call"), drawnEdge("call", "out", "output")],
  );
const doubler = () =>
  workflow(
    "Doubler",
    [
      drawnNode("in", "input", { fields: [{ name: "n", type: "number", required: true }] }),
      drawnNode("out", "output", { value: "{{ inputs.value[0].n * 2 }}" }),
    ],
    [drawnEdge("in", "out")],
  );
const waiter = () => workflow("Waiter", [drawnNode("ask", "approval", { title: "Go on?" })], []);

const start = (id: DrawnId, input: object = {}) => execute(owner, id, input);
const until = (id: RunId, ...statuses: ExecutionStatus[]) => untilRun(owner, id, ...statuses);
const ended = (id: RunId) => endedRun(owner, id);
const childrenOf = async (id: RunId) => (await owner.trpc.executions.children.query({ id })).items;
async function onlyChild(id: RunId) {
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

    const stop = await workflow("Stopper", [drawnNode("stop", "stop", { message: "No lines." })], []);
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
    const calls = (workflowId: string) => ({ nodes: [drawnNode("call", "workflow", { workflowId })], edges: [] });
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
