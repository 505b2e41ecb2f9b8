import { afterAll, describe, expect, test } from "bun:test";
import { echoGraph } from "#tests/support/graphs.ts";
import { draw, drawnEdge, drawnNode, ended, eventsOf, execute, type RunId } from "#tests/support/runs.ts";
import { codeOf, openTestServer } from "#tests/support/testServer.ts";

const server = await openTestServer();
const owner = await server.owner();
afterAll(() => server[Symbol.asyncDispose]());

/** Input, a template, a model that is not configured, Output: the model's step fails for good. */
function brokenGraph(provider = "openai") {
  return {
    nodes: [
      drawnNode("in", "input", { fields: [] }),
      drawnNode("copy", "output", {}),
      drawnNode("ask", "llm", { provider, prompt: "Say {{ inputs.context }}" }),
      drawnNode("out", "output", {}),
    ],
    edges: [drawnEdge("in", "copy"), drawnEdge("in", "ask", "value", "context"), drawnEdge("ask", "out", "text")],
  };
}

const workflow = async (graph: object) => ({ id: await draw(owner, graph, "Travels") });
const finished = (id: RunId) => ended(owner, id);
async function ran(graph: object, input: string | number = "a") {
  const workflowId = await draw(owner, graph, "Travels");
  return { workflowId, execution: await finished(await execute(owner, workflowId, input)) };
}
const countOf = async (workflowId: string) =>
  (await owner.trpc.executions.list.query({ workflowId: workflowId as never })).items.length;

describe("retry", () => {
  test("goes on from the failed step in a new execution, on the results of the old one", async () => {
    const { execution } = await ran(brokenGraph());
    expect(execution).toMatchObject({ status: "failed", error: { stepKey: "ask" } });
    const { executionId } = await owner.trpc.executions.retry.mutate({ id: execution.id });
    const again = await finished(executionId);
    expect(again).toMatchObject({
      status: "failed",
      versionId: execution.versionId,
      trigger: { kind: "retry", source: { executionId: execution.id } },
    });
    const started = (await eventsOf(owner, executionId)).flatMap(({ body }) =>
      body.type === "step_succeeded" ? [[body.stepKey, body.metadata?.reusedFrom]] : [],
    );
    expect(started).toEqual([
      ["in", execution.id],
      ["copy", execution.id],
    ]);
  });

  test("that is asked for twice with one request id is one execution, also when both come at once", async () => {
    const { workflowId, execution } = await ran(brokenGraph());
    const ask = () => owner.trpc.executions.retry.mutate({ id: execution.id, requestId: "press-1234" });
    const [one, other] = await Promise.all([ask(), ask()]);
    const third = await ask();
    expect([other.executionId, third.executionId]).toEqual([one.executionId, one.executionId]);
    expect(await countOf(workflowId)).toBe(2);
  });

  test("is refused for a run that succeeded or whose workflow is deleted, and makes nothing", async () => {
    const { workflowId, execution } = await ran(echoGraph());
    expect(await codeOf(owner.trpc.executions.retry.mutate({ id: execution.id }))).toBe("conflict");
    expect(await countOf(workflowId)).toBe(1);
    const broken = await ran(brokenGraph());
    await owner.trpc.workflows.delete.mutate({ id: broken.workflowId });
    expect(await codeOf(owner.trpc.executions.retry.mutate({ id: broken.execution.id }))).toBe("not_found");
  });
});

describe("running again", () => {
  test("takes the same input through the newest version, or the same one", async () => {
    const { workflowId, execution } = await ran(brokenGraph(), "hello");
    await owner.trpc.workflows.update.mutate({ id: workflowId, graph: brokenGraph("offline") as never });
    const newest = await owner.trpc.executions.rerun.mutate({ id: execution.id });
    expect(await finished(newest.executionId)).toMatchObject({ status: "succeeded", input: "hello", versionNumber: 2 });
    const same = await owner.trpc.executions.rerun.mutate({ id: execution.id, version: "same" });
    expect(await finished(same.executionId)).toMatchObject({ status: "failed", input: "hello", versionNumber: 1 });
    const { derived } = await owner.trpc.executions.lineage.query({ id: execution.id });
    expect(derived.map(({ execution: made, stepKey }) => [made.id, stepKey])).toEqual([
      [same.executionId, null],
      [newest.executionId, null],
    ]);
  });
});

describe("fork", () => {
  test("with the workflow as it is now goes on from the step that was mended", async () => {
    const { workflowId, execution } = await ran(brokenGraph());
    await owner.trpc.workflows.update.mutate({ id: workflowId, graph: brokenGraph("offline") as never });
    const request = { id: execution.id, stepKey: "ask", useCurrentGraph: true };
    const { executionId } = await owner.trpc.executions.fork.mutate(request);
    expect(await finished(executionId)).toMatchObject({
      status: "succeeded",
      trigger: { kind: "fork", source: { executionId: execution.id, stepKey: "ask" } },
    });
    expect(await owner.trpc.executions.lineage.query({ id: executionId })).toMatchObject({
      source: { execution: { id: execution.id }, stepKey: "ask", stepName: "ask" },
      derived: [],
    });
  });

  test("with other inputs gives them to the step; of a first step they are the execution's input", async () => {
    const { execution } = await ran(echoGraph(), 1);
    const step = await owner.trpc.executions.fork.mutate({ id: execution.id, stepKey: "out", input: { value: 2 } });
    expect(await finished(step.executionId)).toMatchObject({ status: "succeeded", input: 1, output: 2 });
    const first = await owner.trpc.executions.fork.mutate({ id: execution.id, stepKey: "in", input: 3 });
    expect(await finished(first.executionId)).toMatchObject({ status: "succeeded", input: 3, output: 3 });
  });

  test("is refused for a step that is gone or never was, and for ports that it does not have, and makes nothing", async () => {
    const { workflowId, execution } = await ran(echoGraph(), 1);
    const fork = (rest: object) =>
      codeOf(owner.trpc.executions.fork.mutate({ id: execution.id, stepKey: "out", ...rest }));
    expect(await fork({ stepKey: "nowhere" })).toBe("not_found");
    expect(await fork({ input: { nowhere: 1 } })).toBe("bad_request");
    expect(await fork({ input: 1 })).toBe("bad_request");
    const { nodes } = echoGraph();
    await owner.trpc.workflows.update.mutate({
      id: workflowId,
      graph: { nodes: nodes.slice(0, 1), edges: [] } as never,
    });
    expect(await fork({ useCurrentGraph: true })).toBe("conflict");
    expect(await countOf(workflowId)).toBe(1);
  });
});

describe("comparing", () => {
  test("names the first step that differs, and where", async () => {
    const { execution } = await ran(echoGraph(), 1);
    const { executionId } = await owner.trpc.executions.fork.mutate({
      id: execution.id,
      stepKey: "out",
      input: { value: 2 },
    });
    await finished(executionId);
    const compared = await owner.trpc.executions.compare.query({ a: execution.id, b: executionId });
    expect(compared).toMatchObject({
      same: false,
      firstDifference: "out",
      output: { differences: [{ path: "", before: 1, after: 2 }] },
    });
    expect(compared.steps.map(({ stepKey, same }) => [stepKey, same])).toEqual([
      ["in", true],
      ["out", false],
    ]);
    expect(compared.steps[0]?.b).toMatchObject({ reusedFrom: execution.id });
    const self = await owner.trpc.executions.compare.query({ a: execution.id, b: execution.id });
    expect(self).toMatchObject({ same: true, firstDifference: null });
  });
});

describe("replaying", () => {
  test("a run that failed, and its fork, come to the same without a call, at once", async () => {
    const { workflowId, execution } = await ran(brokenGraph());
    expect(await owner.trpc.executions.replay.query({ id: execution.id })).toMatchObject({
      identical: true,
      statuses: ["failed", "failed"],
      answered: 3,
      outsideCalls: 0,
    });
    await owner.trpc.workflows.update.mutate({ id: workflowId, graph: brokenGraph("offline") as never });
    const request = { id: execution.id, stepKey: "ask", useCurrentGraph: true };
    const { executionId } = await owner.trpc.executions.fork.mutate(request);
    await finished(executionId);
    expect(await owner.trpc.executions.replay.query({ id: executionId })).toMatchObject({
      identical: true,
      statuses: ["succeeded", "succeeded"],
      firstDifference: null,
    });
  });
});

describe("trying out steps", () => {
  test("pinned outputs stand in for a step in manual runs, and in no others", async () => {
    const { workflowId } = await ran(brokenGraph());
    const pin = { workflowId, nodeId: "ask" as never, outputs: { text: "pinned" } };
    await owner.trpc.pins.set.mutate(pin);
    const manual = await owner.trpc.workflows.execute.mutate({ id: workflowId, input: "a" });
    expect(await finished(manual.executionId)).toMatchObject({ status: "succeeded", versionNumber: 1 });
    const headers = { "content-type": "application/json" };
    const answer = await owner.fetch(`/api/workflows/${workflowId}/execute`, {
      method: "POST",
      headers,
      body: '{"input":"a"}',
    });
    const { executionId } = (await answer.json()) as { executionId: RunId };
    expect(await finished(executionId)).toMatchObject({ status: "failed", trigger: { kind: "api" } });
    await owner.trpc.pins.remove.mutate({ workflowId, nodeId: pin.nodeId });
    expect((await owner.trpc.pins.list.query({ workflowId })).items).toEqual([]);
    const unpinned = await owner.trpc.workflows.execute.mutate({ id: workflowId, input: "a" });
    expect((await finished(unpinned.executionId)).status).toBe("failed");
  });

  test("one step runs alone, on the last run or on given inputs, in the workflow as it is now", async () => {
    const { workflowId, execution } = await ran(brokenGraph());
    await owner.trpc.workflows.update.mutate({ id: workflowId, graph: brokenGraph("offline") as never });
    const request = { workflowId, nodeId: "ask" as never };
    const { executionId } = await owner.trpc.pins.runStep.mutate(request);
    const alone = await finished(executionId);
    expect(alone).toMatchObject({
      status: "succeeded",
      trigger: { kind: "manual", source: { executionId: execution.id } },
    });
    const statusOf = (key: string) => alone.steps.find(({ stepKey }) => stepKey === key)?.status;
    expect(["in", "ask", "out"].map(statusOf)).toEqual(["succeeded", "succeeded", "skipped"]);
    const given = await owner.trpc.pins.runStep.mutate({ ...request, inputs: { context: "something given" } });
    const step = (await finished(given.executionId)).steps.find(({ stepKey }) => stepKey === "ask");
    expect(step?.inputs).toEqual({ context: "something given" });
    const fresh = await workflow(brokenGraph("offline"));
    expect(await codeOf(owner.trpc.pins.runStep.mutate({ ...request, workflowId: fresh.id }))).toBe("conflict");
  });
});
