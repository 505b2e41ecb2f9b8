import { afterAll, describe, expect, test } from "bun:test";
import type { JsonObject, JsonValue } from "#src/json.ts";
import { isReference, type PayloadReference, payloadKey } from "#src/schemas/payload.ts";
import { draw, drawnEdge, drawnNode, ended, eventsOf, execute, type RunId } from "#tests/support/runs.ts";
import { openSocketClient } from "#tests/support/socketClient.ts";
import { codeOf, openTestServer } from "#tests/support/testServer.ts";

const server = await openTestServer({ listen: true });
const owner = await server.owner();
afterAll(() => server[Symbol.asyncDispose]());

/** Input, a rename and a count of what it says, Output; with a model that nobody has a key for, if it is to fail. */
function graph(provider?: string) {
  const failing = provider === undefined ? [] : [drawnNode("ask", "llm", { provider, prompt: "Say" })];
  return {
    nodes: [
      drawnNode("in", "input", { fields: [] }),
      drawnNode("copy", "output", {}),
      drawnNode("out", "output", {}),
      ...failing,
    ],
    edges: [
      drawnEdge("in", "copy"),
      drawnEdge("copy", "out"),
      ...(provider === undefined ? [] : [drawnEdge("copy", "ask", "value", "context")]),
    ],
  };
}
async function ran(input: JsonValue, of: object = graph()) {
  const workflowId = await draw(owner, of, "Large");
  return { workflowId, execution: await ended(owner, await execute(owner, workflowId, input)) };
}
/** What the last step put out, which is an Output. */
const outOf = ({ output }: { readonly output: JsonValue }) => (output as { out: JsonObject }).out;
const whole = async (id: RunId, reference: JsonValue | undefined) =>
  (await owner.trpc.executions.payload.query({ id, hash: (reference as PayloadReference)[payloadKey] })).value;
const large = (letter: string): JsonObject => ({ text: letter.repeat(700_000), n: 1 });

describe("an execution with a large value", () => {
  test("is shown with references, in every way, and each gives its value", async () => {
    const input = large("a");
    const { execution } = await ran(input);
    expect(JSON.stringify(execution).length).toBeLessThan(20_000);
    const { text, n } = execution.input as Record<string, JsonValue>;
    expect(n).toBe(1);
    expect(text).toMatchObject({ kind: "text", bytes: 700_002, preview: "a".repeat(100) });
    expect(await whole(execution.id, text)).toBe(input.text as string);
    expect(execution.steps.map(({ outputs }) => outputs)).toEqual(Array(3).fill({ value: { text, n } }));
    const events = await eventsOf(owner, execution.id);
    expect(JSON.stringify(events).length).toBeLessThan(20_000);

    await using socket = openSocketClient(server.url, owner.cookie());
    using watching = socket.watch(execution.id);
    await watching.ended;
    expect(watching.seen.flatMap(({ data }) => (data.kind === "event" ? [data.event] : []))).toEqual(events);

    const rest = await owner.fetch(`/api/executions/${execution.id}/payloads/${(text as never)[payloadKey]}`);
    expect(await rest.json()).toEqual({ value: input.text });
  });

  test("is watched live with references", async () => {
    const executionId = await execute(owner, await draw(owner, graph("offline"), "Large"), large("b"));
    await using socket = openSocketClient(server.url, owner.cookie());
    using watching = socket.watch(executionId);
    await watching.ended;
    expect(watching.seen.length).toBeGreaterThan(5);
    for (const { data } of watching.seen) expect(JSON.stringify(data).length).toBeLessThan(70_000);
    const heard = watching.seen.flatMap(({ data }) => (data.kind === "event" ? [data.event] : []));
    expect(heard).toEqual(await eventsOf(owner, executionId));
  });

  test("is nobody's business in another workspace", async () => {
    const { execution } = await ran(large("c"));
    const { text } = execution.input as JsonObject;
    const hash = (text as unknown as PayloadReference)[payloadKey];
    const stranger = await server.stranger();
    expect(await codeOf(stranger.trpc.executions.payload.query({ id: execution.id, hash }))).toBe("not_found");
    const viewer = await server.member("viewer");
    expect((await viewer.trpc.executions.payload.query({ id: execution.id, hash })).value).toBe("c".repeat(700_000));
    // A value of one execution is not given out as another's, and what is no hash is refused.
    const other = await ran(1);
    expect(await codeOf(owner.trpc.executions.payload.query({ id: other.execution.id, hash }))).toBe("not_found");
    expect(await codeOf(owner.trpc.executions.payload.query({ id: execution.id, hash: "'; --" }))).toBe("bad_request");
  });

  test("is forked, retried and run again with its values, each new execution with its own", async () => {
    const { execution } = await ran(large("d"), graph("openai"));
    expect(execution.status).toBe("failed");
    const made = [
      await owner.trpc.executions.retry.mutate({ id: execution.id }),
      await owner.trpc.executions.rerun.mutate({ id: execution.id, version: "same" }),
      await owner.trpc.executions.fork.mutate({ id: execution.id, stepKey: "out" }),
      await owner.trpc.executions.fork.mutate({ id: execution.id, stepKey: "out", input: { value: [large("e")] } }),
    ];
    for (const [at, { executionId }] of made.entries()) {
      const again = await ended(owner, executionId);
      const { outputs } = again.steps.find(({ stepKey }) => stepKey === "out") ?? {};
      const { text } = (outputs as { value: JsonObject }).value;
      expect(isReference(text)).toBe(true);
      expect(await whole(executionId, text)).toBe((at === 3 ? "e" : "d").repeat(700_000));
    }
    // With the first one gone, the others are as they were.
    const { db } = server.deps;
    await db.ownerSql.begin(async (sql) => {
      await sql`select set_config('role', 'agentflow_engine', true)`;
      await sql`delete from workflow_executions where id = ${execution.id}`;
    });
    const [retried] = made;
    const { input } = await ended(owner, retried?.executionId as RunId);
    expect(await whole(retried?.executionId as RunId, (input as JsonObject).text)).toBe("d".repeat(700_000));
  });

  test("is compared, replayed and kept as a test by its values", async () => {
    const one = await ran(large("f"));
    const same = await owner.trpc.workflows.execute.mutate({ id: one.workflowId, input: large("f") });
    const other = await owner.trpc.workflows.execute.mutate({
      id: one.workflowId,
      input: { ...large("f"), text: `${"f".repeat(699_999)}g` },
    });
    await ended(owner, same.executionId);
    await ended(owner, other.executionId);
    const compare = (b: RunId) => owner.trpc.executions.compare.query({ a: one.execution.id, b });
    expect(await compare(same.executionId)).toMatchObject({ same: true });
    const different = await compare(other.executionId);
    expect(different).toMatchObject({ same: false, input: { differences: [{ path: "text" }] } });
    // What differs is told with the beginning of the value, not with its reference.
    expect(different.input.differences[0]?.before).toMatch(/^f{1000}/);
    expect(await owner.trpc.executions.replay.query({ id: one.execution.id })).toMatchObject({ identical: true });
    await owner.trpc.tests.create.mutate({ executionId: one.execution.id });
    const { items } = await owner.trpc.tests.run.mutate({ workflowId: one.workflowId });
    expect(items[0]?.lastResult).toMatchObject({ passed: true });
  });

  test("gives a step that is run alone what it had, and takes pins", async () => {
    const { workflowId, execution } = await ran(large("h"));
    const { executionId } = await owner.trpc.pins.runStep.mutate({ workflowId, nodeId: "out" as never });
    const alone = await ended(owner, executionId);
    expect(await whole(executionId, outOf(alone).text)).toBe("h".repeat(700_000));
    const pinned = { text: "i".repeat(300_000) };
    await owner.trpc.pins.set.mutate({ workflowId, nodeId: "copy" as never, outputs: { value: pinned } });
    const run = await owner.trpc.workflows.execute.mutate({ id: workflowId, input: 1 });
    const after = await ended(owner, run.executionId);
    expect(await whole(after.id, outOf(after).text)).toBe(pinned.text);
    expect(execution.id).not.toBe(after.id);
  });
});

describe("a sub-workflow with a large value", () => {
  /** Runs the workflow with whatever it is given. */
  const caller = (workflowId: string) => ({
    nodes: [
      drawnNode("in", "input", { fields: [] }),
      drawnNode("call", "workflow", { workflowId }),
      drawnNode("out", "output", {}),
    ],
    edges: [drawnEdge("in", "call"), drawnEdge("call", "out", "output")],
  });

  test("gets it whole and gives it back whole, and both keep it as their own", async () => {
    const child = await draw(owner, graph(), "Child");
    const { execution } = await ran(large("m"), caller(child));
    expect(execution.status).toBe("succeeded");
    const { copy } = execution.output as { copy: JsonObject };
    expect(await whole(execution.id, copy.text)).toBe("m".repeat(700_000));
    const { items } = await owner.trpc.executions.children.query({ id: execution.id });
    const [made] = items;
    if (made === undefined) throw new Error("No child");
    const { input } = await owner.trpc.executions.get.query({ id: made.executionId });
    expect(await whole(made.executionId, (input as JsonObject).text)).toBe("m".repeat(700_000));
    for (const { body } of await eventsOf(owner, execution.id)) expect(JSON.stringify(body).length).toBeLessThan(5_000);
    expect(await owner.trpc.executions.replay.query({ id: execution.id })).toMatchObject({ identical: true });
  });
});

describe("somebody who sends what looks like a reference", () => {
  test("gets their own object back, wrapped where it is shown, and nothing that it names", async () => {
    const { execution } = await ran(large("j"));
    const reference = (execution.input as JsonObject).text as JsonObject;
    // Of this very workspace, in the same and in another execution, small and beside something large.
    for (const forged of [reference, { ...reference, more: [reference] }, { ...large("k"), in: reference }]) {
      const { execution: mine } = await ran(forged as JsonValue);
      const shown = outOf(mine);
      if (shown[payloadKey] === null) expect(shown).toEqual({ [payloadKey]: null, value: expect.anything() });
      else expect(shown.in).toEqual({ [payloadKey]: null, value: reference });
      const { executionId } = await owner.trpc.executions.fork.mutate({
        ...{ id: mine.id, stepKey: "copy" },
        input: { value: reference },
      });
      const forked = await ended(owner, executionId);
      expect(forked.status).toBe("succeeded");
      expect(outOf(forked)).toEqual({ [payloadKey]: null, value: reference });
    }
  });

  test("makes an agent see exactly that object", async () => {
    const look = {
      nodes: [
        drawnNode("in", "input", { fields: [] }),
        drawnNode("keys", "dataProcessor", { operation: "transform", transformation: "$join($keys(data), ',')" }),
        drawnNode("out", "output", {}),
      ],
      edges: [drawnEdge("in", "keys", "value", "data"), drawnEdge("keys", "out", "data", "value")],
    };
    for (const more of [{}, { text: "l".repeat(100_000) }]) {
      const { execution } = await ran({ $payload: "0".repeat(64), bytes: 3, ...more }, look);
      expect(execution.output).toBe(["$payload", "bytes", ...Object.keys(more)].join(","));
    }
    const { execution } = await ran({ $payload: "0".repeat(64), bytes: 3 });
    expect(outOf(execution)).toEqual({ $payload: null, value: { $payload: "0".repeat(64), bytes: 3 } });
    const replayed = await owner.trpc.executions.replay.query({ id: execution.id });
    expect(replayed).toMatchObject({ identical: true });
  });
});
