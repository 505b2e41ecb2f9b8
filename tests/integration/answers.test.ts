import { afterAll, describe, expect, test } from "bun:test";
import { waitingRun } from "#tests/support/refusals.ts";
import { draw, drawnEdge, drawnNode, ended as endedRun, execute, type RunId, refusalOf } from "#tests/support/runs.ts";
import { openTestServer, type TestClient } from "#tests/support/testServer.ts";

const server = await openTestServer();
const owner = await server.owner();
const operator = await server.member("operator");
const viewer = await server.member("viewer");
afterAll(() => server[Symbol.asyncDispose]());

const ask = "ask" as never;

/** One step that waits, and an Output for what comes of each of its ports. */
const graphOf = (agent: string, config: object, ports: readonly string[], settings: object = {}) => ({
  nodes: [drawnNode("ask", agent, config), ...ports.map((port) => drawnNode(port, "output"))],
  edges: ports.map((port) => drawnEdge("ask", port, port)),
  settings,
});
const decided = ["approved", "rejected", "expired"];
const fields = [
  { name: "limit", label: "Limit", type: "number", required: true },
  { name: "size", type: "choice", choices: "small, large" },
];
const approval = (more: object = {}) =>
  graphOf("approval", { title: "Pay?", body: "**Now**", fields, ...more }, decided);

const start = async (graph: object) => execute(owner, await draw(owner, graph, "Waits"), 7);
const waiting = (graph: object) => waitingRun(owner, graph, "Waits");
const ended = (id: RunId) => endedRun(owner, id);
const inboxOf = async (client: TestClient) =>
  (await client.trpc.executions.waiting.query({})).items.map((item) => item.executionId);
const answer = (client: TestClient, id: RunId, value: object = { limit: 3 }) =>
  client.trpc.executions.answer.mutate({ id, stepKey: ask, decision: "approved", value } as never);

describe("an approval", () => {
  test("waits in the inbox of whoever may answer, and goes on with the first answer", async () => {
    const id = await waiting(approval());
    const { items } = await operator.trpc.executions.waiting.query({});
    const mine = items.find((item) => item.executionId === id);
    expect(mine).toMatchObject({
      stepKey: "ask",
      attempt: 1,
      title: "Pay?",
      body: "**Now**",
      workflowName: "Waits",
      dueAt: null,
    });
    expect(mine?.fields).toHaveLength(2);
    expect(await inboxOf(viewer)).toEqual([]);
    expect((await viewer.trpc.executions.countWaiting.query()).count).toBe(0);
    expect((await owner.trpc.executions.countWaiting.query()).count).toBeGreaterThanOrEqual(1);

    await answer(operator, id, { limit: 3, size: "small" });
    const { output, status } = await ended(id);
    expect(status).toBe("succeeded");
    expect(output).toEqual({
      approved: { decision: "approved", by: "operator 1", values: { limit: 3, size: "small" }, value: null },
    });
    expect(await inboxOf(owner)).not.toContain(id);
    const audit = await owner.trpc.workspaces.audit.query({});
    expect(audit.items[0]).toMatchObject({
      action: "execution.answer",
      subject: id,
      by: { name: "operator 1" },
      detail: { stepKey: "ask", decision: "approved" },
    });
  });

  test("of two answers at the same moment one counts, and the other is told who was first", async () => {
    const id = await waiting(approval());
    const refusals = await Promise.all([refusalOf(answer(owner, id)), refusalOf(answer(operator, id, { limit: 4 }))]);
    expect(refusals.map(({ code }) => code).toSorted()).toEqual(["conflict", "ok"]);
    expect(refusals.find(({ code }) => code === "conflict")?.detail).toMatchObject({ reason: "answered" });
    await ended(id);
    expect(await refusalOf(answer(owner, id))).toMatchObject({ code: "conflict", detail: { reason: "answered" } });
    const { items } = await owner.trpc.executions.events.query({ id });
    expect(items.filter(({ body }) => body.type === "step_resumed")).toHaveLength(1);
  });

  test("an answer that does not fit the form is refused with its fields, and the step keeps waiting", async () => {
    const id = await waiting(approval());
    const wrong = await refusalOf(answer(owner, id, { limit: "3", size: "medium", more: 1 }));
    expect(wrong).toMatchObject({
      code: "bad_request",
      detail: { problems: [{ field: "limit" }, { field: "size" }, { field: "more" }] },
    });
    expect(await refusalOf(answer(owner, id, {}))).toMatchObject({ code: "bad_request", detail: { field: "limit" } });
    const undecided = owner.trpc.executions.answer.mutate({ id, stepKey: ask, value: {} });
    expect(await refusalOf(undecided)).toMatchObject({ code: "bad_request" });
    expect((await owner.trpc.executions.get.query({ id })).status).toBe("waiting");
    await owner.trpc.executions.answer.mutate({ id, stepKey: ask, decision: "rejected" });
    expect((await ended(id)).output).toMatchObject({ rejected: { decision: "rejected", by: "Ada", values: {} } });
  });

  test("only who is asked may answer: by role, or by name whatever the role", async () => {
    const editors = await waiting(approval({ role: "editor" }));
    expect(await refusalOf(answer(operator, editors))).toMatchObject({ code: "forbidden" });
    expect(await inboxOf(operator)).not.toContain(editors);
    await answer(owner, editors);

    const members = await owner.trpc.workspaces.members.query();
    const named = members.items.find((member) => member.role === "viewer")?.profileId;
    const viewers = await waiting(approval({ people: [named] }));
    expect(await inboxOf(viewer)).toEqual([viewers]);
    expect(await inboxOf(owner)).not.toContain(viewers);
    expect(await refusalOf(answer(owner, viewers))).toMatchObject({ code: "forbidden" });
    await answer(viewer, viewers);
    for (const id of [editors, viewers]) expect((await ended(id)).status).toBe("succeeded");
  });

  test("after its deadline it has gone on without an answer, and takes none", async () => {
    const id = await start(approval({ deadline: "300 ms" }));
    expect((await ended(id)).output).toMatchObject({ expired: { decision: "expired" } });
    expect(await refusalOf(answer(owner, id))).toMatchObject({ code: "conflict", detail: { reason: "late" } });
    expect(await inboxOf(owner)).not.toContain(id);
  });

  test("an answer to what does not wait is refused: another step or attempt, another workspace, a cancelled execution", async () => {
    const id = await waiting(approval());
    const other = { id, decision: "approved", value: { limit: 1 } } as const;
    const answerTo = (more: object) =>
      owner.trpc.executions.answer.mutate({ ...other, stepKey: ask, ...more } as never);
    expect(await refusalOf(answerTo({ stepKey: "approved" }))).toMatchObject({ code: "conflict" });
    expect(await refusalOf(answerTo({ attempt: 2 }))).toMatchObject({ code: "conflict" });
    expect(await refusalOf(answer(await server.stranger(), id))).toMatchObject({ code: "not_found" });
    await owner.trpc.executions.cancel.mutate({ id });
    expect((await ended(id)).status).toBe("cancelled");
    expect(await refusalOf(answer(owner, id))).toMatchObject({ code: "conflict", detail: { reason: "not_waiting" } });
    expect(await inboxOf(owner)).not.toContain(id);
  });

  test("the inbox comes in pages, longest waiting first", async () => {
    const before = await inboxOf(owner);
    const ids = [await waiting(approval()), await waiting(approval()), await waiting(approval())];
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await owner.trpc.executions.waiting.query({ limit: 2, cursor });
      seen.push(...page.items.map((item) => item.executionId));
      cursor = page.nextCursor ?? undefined;
    } while (cursor !== undefined);
    expect(seen).toEqual([...before, ...ids]);
    for (const id of ids) await answer(owner, id);
  });
});

describe("a call from outside", () => {
  const call = (client: TestClient, id: RunId, name = "paid") =>
    client.trpc.executions.signal.mutate({ id, name, value: { amount: 12 } });

  test("takes the step that waits for its name on, once", async () => {
    const id = await waiting(graphOf("signal", { name: "paid" }, ["value", "expired"]));
    expect(await refusalOf(call(viewer, id))).toMatchObject({ code: "forbidden" });
    expect(await refusalOf(call(await server.stranger(), id))).toMatchObject({ code: "not_found" });
    expect(await call(operator, id)).toEqual({ steps: 1, kept: false });
    expect((await ended(id)).output).toEqual({ value: { amount: 12 } });
    expect(await refusalOf(call(operator, id))).toMatchObject({
      code: "conflict",
      detail: { reason: "not_waiting" },
    });
  });
});

describe("a wait", () => {
  test("gives up its place, goes on by itself and not early", async () => {
    const id = await waiting(graphOf("wait", { duration: "2500 ms" }, ["value"]));
    const { status, steps } = await ended(id);
    expect(status).toBe("succeeded");
    const { items } = await owner.trpc.executions.events.query({ id });
    const at = (type: string) => items.find(({ body }) => body.type === type)?.at ?? Number.NaN;
    expect(at("step_resumed") - at("step_started")).toBeGreaterThanOrEqual(2_500);
    expect(items.map(({ body }) => body.type)).toContain("execution_woken");
    expect(steps.map((step) => step.status)).toEqual(["succeeded", "succeeded"]);
  });
});

describe("a budget", () => {
  test("pauses at its limit and goes on when it is raised; zero is refused", async () => {
    const graph = graphOf("wait", { duration: "0" }, ["value"], { budget: { steps: 1 } });
    const id = await waiting(graph);
    const raise = (client: TestClient, steps: number) =>
      client.trpc.executions.raiseBudget.mutate({ id, budget: { steps } });
    expect(await refusalOf(raise(operator, 0))).toMatchObject({ code: "bad_request", detail: { field: "steps" } });
    expect(await refusalOf(raise(viewer, 9))).toMatchObject({ code: "forbidden" });
    await raise(operator, 9);
    expect((await ended(id)).status).toBe("succeeded");
    expect(await refusalOf(raise(operator, 9))).toMatchObject({ code: "conflict" });
  });
});
