import { afterAll, describe, expect, test } from "bun:test";
import { asOwner } from "#tests/support/databases.ts";
import {
  approvalGraph,
  goodAnswer,
  nul,
  refusedAt,
  request,
  send,
  waitingRun,
  wordsOf,
} from "#tests/support/refusals.ts";
import {
  type Detail,
  draw,
  drawnEdge,
  drawnNode,
  ended,
  eventsOf,
  execute,
  type RunId,
  redraw,
  until,
} from "#tests/support/runs.ts";
import { openTestServer } from "#tests/support/testServer.ts";

const server = await openTestServer();
const owner = await server.owner();
const viewer = await server.member("viewer");
const stranger = await server.stranger();
afterAll(() => server[Symbol.asyncDispose]());

describe("a fork", () => {
  const graph = () => ({
    nodes: [
      drawnNode("in", "input", { fields: [] }),
      drawnNode("each", "forEach", { items: "[1, 2]" }),
      drawnNode("one", "output", {}, { parent: "each" }),
      drawnNode("out", "output"),
    ],
    edges: [
      drawnEdge("in", "each", "value", "items"),
      drawnEdge("each", "one", "item"),
      drawnEdge("each", "out", "results"),
    ],
  });

  test("of a step that is none is refused, makes nothing, and leaves the run as it was", async () => {
    const workflowId = await draw(owner, graph());
    const id = await execute(owner, workflowId, 1);
    expect(await ended(owner, id)).toMatchObject({ status: "succeeded", output: [1, 2] });
    const none = "404 not_found: There is no such step in this run";
    const bad: readonly [object, string][] = [
      [{}, "400 bad_request: stepKey"],
      [{ stepKey: null }, "400 bad_request: stepKey"],
      [{ stepKey: "" }, "400 bad_request: stepKey"],
      [{ stepKey: "x".repeat(201) }, "400 bad_request: stepKey"],
      [{ stepKey: "nowhere" }, none],
      [{ stepKey: "/" }, none],
      [{ stepKey: "оut" }, none],
      [{ stepKey: `out${nul}` }, none],
      [{ stepKey: "out/0" }, none],
      [{ stepKey: "one" }, none],
      [{ stepKey: "one/2" }, none],
      [{ stepKey: "one/-1" }, none],
      [{ stepKey: "one/0/0" }, none],
      [{ stepKey: "out", input: 1 }, "400 bad_request: The inputs of a step are an object"],
      [{ stepKey: "out", input: { nowhere: 1 } }, "400 bad_request: “out” has no input “nowhere”"],
      [{ stepKey: "one/0", input: { value: 1 } }, "400 bad_request: A step inside a container"],
      [{ stepKey: "out", requestId: "short" }, "400 bad_request: requestId"],
      [{ stepKey: "out", useCurrentGraph: "yes" }, "400 bad_request: useCurrentGraph"],
    ];
    for (const [body, words] of bad)
      expect([body, await refusedAt(server, id, () => send(owner, `${id}/fork`, body))]).toEqual([
        body,
        expect.stringContaining(words),
      ]);
    expect(await refusedAt(server, id, () => send(viewer, `${id}/fork`, { stepKey: "out" }))).toContain(
      "403 forbidden",
    );

    const { nodes } = graph();
    await redraw(owner, workflowId, {
      nodes: nodes.filter((node) => node.id !== "out"),
      edges: graph().edges.slice(0, 2),
    });
    const mended = { stepKey: "out", useCurrentGraph: true };
    expect(await refusedAt(server, id, () => send(owner, `${id}/fork`, mended))).toBe(
      "409 conflict: The step “out” is not in the workflow any more.",
    );
    expect((await owner.trpc.executions.list.query({ workflowId })).items).toHaveLength(1);
    const { executionId } = await send(owner, `${id}/fork`, { stepKey: "one/1" });
    expect(await ended(owner, executionId as RunId)).toMatchObject({ status: "succeeded", output: [1, 2] });
  }, 30_000);

  test("of a run that goes on is refused, and the run goes on", async () => {
    const id = await waitingRun(owner);
    for (const way of ["fork", "retry"])
      expect(
        await refusedAt(server, id, () => send(owner, `${id}/${way}`, way === "fork" ? { stepKey: "ask" } : {})),
      ).toContain("409 conflict: This run is still going on");
    expect(await send(owner, `${id}/answer`, goodAnswer)).toMatchObject({ status: 200 });
  }, 30_000);

  test("with the request id of another wish is a wish of its own, and never one of the server's", async () => {
    const workflowId = await draw(owner, graph());
    const [one, other] = [await execute(owner, workflowId, 1), await execute(owner, workflowId, 2)];
    await ended(owner, one);
    await ended(owner, other);
    const requestId = "press-1234";
    const made = [
      await send(owner, `${one}/fork`, { stepKey: "out", requestId }),
      await send(owner, `${other}/fork`, { stepKey: "out", requestId }),
      await send(owner, `${one}/rerun`, { requestId }),
      await send(owner, `${one}/fork`, { stepKey: "out", requestId }),
    ].map(({ executionId }) => executionId);
    expect(new Set(made).size).toBe(3);
    expect(made[3]).toBe(made[0]);
  }, 30_000);
});

describe("a step alone", () => {
  test("takes and pins values only for ports that it has, and only of steps that are there", async () => {
    const graph = {
      nodes: [drawnNode("in", "input", { fields: [] }), drawnNode("out", "output")],
      edges: [drawnEdge("in", "out")],
    };
    const workflowId = await draw(owner, graph);
    const run = (nodeId: string, body: object) =>
      request(owner, "POST", `workflows/${workflowId}/steps/${nodeId}/run`, body);
    const pin = (nodeId: string, outputs: unknown) =>
      request(owner, "PUT", `workflows/${workflowId}/pins/${nodeId}`, { outputs });
    for (const [asked, words] of [
      [run("gone", {}), "404 not_found: There is no such step in the workflow"],
      [run("out", {}), "409 conflict: The last run did not reach this step"],
      [run("out", { inputs: { nowhere: 1 } }), "400 bad_request: “out” has no input “nowhere”, only: value"],
      [run("out", { inputs: [1] }), "400 bad_request: inputs"],
      [run("out", { executionId: "exe_00000000000000000000000000" }), "404 not_found: There is no such execution"],
      [pin("gone", { value: 1 }), "404 not_found: There is no such step in the workflow"],
      [pin("in", { nowhere: 1 }), "400 bad_request: “in” has no output “nowhere”, only: value"],
      [pin("in", null), "400 bad_request: outputs"],
      [pin("in", { value: "x".repeat(500_000) }), "413 payload_too_large: "],
    ] as const)
      expect(wordsOf(await asked)).toContain(words);
    expect((await owner.trpc.executions.list.query({ workflowId })).items).toEqual([]);
    expect((await owner.trpc.pins.list.query({ workflowId })).items).toEqual([]);
    expect(await pin("in", { value: "pinned" })).toMatchObject({ status: 200 });
    const { executionId } = await run("out", {});
    expect((await ended(owner, executionId as RunId)).output).toBe("pinned");
  }, 30_000);
});

describe("a step that cannot go on", () => {
  const list = (items: string) => ({
    nodes: [
      drawnNode("in", "input", { fields: [] }),
      drawnNode("each", "forEach", { items }),
      drawnNode("one", "output", {}, { parent: "each" }),
    ],
    edges: [drawnEdge("in", "each", "value", "items"), drawnEdge("each", "one", "item")],
  });
  const failedAt = ({ status, error, steps, heldUp }: Detail) => ({
    ...{ status, heldUp, stepKey: error?.stepKey, words: `${error?.code}: ${error?.message}` },
    before: steps.find(({ stepKey }) => stepKey === "in")?.status,
  });

  test("a for-each over what is no list, or too long a one, says what it got; mended, the run goes on from there", async () => {
    const workflowId = await draw(owner, list(""));
    let id: RunId | undefined;
    for (const [input, type] of [
      [null, "null"],
      ["a,b", "text"],
      [7, "number"],
      [false, "boolean"],
      [{ length: 3 }, "object"],
      ["[1,2]", "text"],
    ] as const) {
      id = await execute(owner, workflowId, input);
      expect(failedAt(await ended(owner, id))).toEqual({
        ...{ status: "failed", heldUp: null, stepKey: "each", before: "succeeded" },
        words: `input_invalid: For each takes a list; what it got is ${type}.`,
      });
    }
    await redraw(owner, workflowId, list("$append([], [1..100001])"));
    const many = failedAt(await ended(owner, await execute(owner, workflowId, 1)));
    expect(many.words).toContain("100,00");
    await redraw(owner, workflowId, list("[1, 2]"));
    const mended = await owner.trpc.executions.fork.mutate({ id: id as RunId, stepKey: "each", useCurrentGraph: true });
    expect(await ended(owner, mended.executionId)).toMatchObject({ status: "succeeded" });
  }, 30_000);

  test("a workflow that calls itself, another's or none fails its step at once, makes no execution, and goes on when mended", async () => {
    const caller = (workflowId: string) => ({
      nodes: [drawnNode("in", "input", { fields: [] }), drawnNode("call", "workflow", { workflowId })],
      edges: [drawnEdge("in", "call")],
    });
    const self = await draw(owner, { nodes: [], edges: [] });
    const theirs = await draw(stranger, { nodes: [drawnNode("out", "output")], edges: [] });
    const helper = await draw(owner, { nodes: [drawnNode("out", "output", { value: "done" })], edges: [] });
    let id: RunId | undefined;
    for (const [called, words] of [
      [self, "config_invalid: A workflow cannot run itself."],
      [theirs, "not_found: The workflow to run was deleted, or never was."],
      ["wf_nothing", "not_found: The workflow to run was not found."],
    ] as const) {
      await redraw(owner, self, caller(called));
      id = await execute(owner, self, 1);
      expect(failedAt(await ended(owner, id))).toEqual({
        ...{ status: "failed", heldUp: null, stepKey: "call", before: "succeeded", words },
      });
      expect((await owner.trpc.executions.children.query({ id })).items).toEqual([]);
    }
    await redraw(owner, self, caller(helper));
    const mended = await owner.trpc.executions.fork.mutate({ id: id as RunId, stepKey: "call", useCurrentGraph: true });
    expect((await ended(owner, mended.executionId)).status).toBe("succeeded");
  }, 30_000);
});

describe("a budget of zero", () => {
  test("is refused where it is drawn, raised and set, and the run that waits takes a higher one", async () => {
    const graph = (steps: unknown) => ({ ...approvalGraph({ deadline: "1 ms" }), settings: { budget: { steps } } });
    const zero = await draw(owner, graph(0));
    const run = await request(owner, "POST", `workflows/${zero}/execute`);
    expect(run.status).toBe(422);
    expect(JSON.stringify(run)).toContain("A budget of 0 steps lets nothing run");
    expect((await owner.trpc.executions.list.query({ workflowId: zero })).items).toEqual([]);

    const id = await execute(owner, await draw(owner, graph(1)));
    await until(owner, id, "waiting");
    for (const [budget, words] of [
      [{ steps: 0 }, "400 bad_request: A limit of zero lets nothing go on"],
      [{ steps: -1 }, "400 bad_request: budget.steps"],
      [{ steps: 1.5 }, "400 bad_request: budget.steps"],
      [{ steps: "9" }, "400 bad_request: budget.steps"],
      [{ steps: null }, "400 bad_request: budget.steps"],
      [{ steps: 1e12 }, "400 bad_request: budget.steps"],
      [{ hours: 1 }, "400 bad_request: budget"],
      [null, "400 bad_request: budget"],
    ] as const)
      expect(await refusedAt(server, id, () => send(owner, `${id}/budget`, { budget }))).toContain(words);
    expect(await send(owner, `${id}/budget`, { budget: { steps: 9 } })).toMatchObject({ status: 200 });
    expect((await ended(owner, id)).status).toBe("succeeded");
    expect(await refusedAt(server, id, () => send(owner, `${id}/budget`, { budget: { steps: 99 } }))).toContain(
      "409 conflict",
    );
  }, 30_000);
});

describe("a cron line that is none", () => {
  test("is refused with what is wrong, when made and when changed, and the schedule stays as it is", async () => {
    const workflowId = await draw(owner, { nodes: [drawnNode("out", "output")], edges: [] });
    const wish = { workflowId, name: "Daily", cron: "0 8 * * *", timezone: "Europe/Berlin" };
    const { id } = await owner.trpc.schedules.create.mutate(wish);
    const before = await owner.trpc.schedules.list.query({ workflowId });
    for (const [change, words] of [
      [{ cron: "" }, "cron"],
      [{ cron: 5 }, "cron"],
      [{ cron: "  " }, "cron"],
      [{ cron: "every day" }, "is no cron line: it needs five fields"],
      [{ cron: "* * * * * *" }, "is no cron line: it needs five fields"],
      [{ cron: "61 8 * * *" }, "is no cron line"],
      [{ cron: "８ 8 * * *" }, "is no cron line"],
      [{ cron: "*/0 * * * *" }, "is no cron line"],
      [{ cron: "0 0 30 2 *" }, "is no cron line"],
      [{ cron: "H 8 * * *" }, "is no cron line"],
      [{ cron: `0 8 * * *${nul}` }, "is no cron line"],
      [{ cron: `${"0,".repeat(99)}0 8 * * *` }, "cron"],
      [{ timezone: "Mars/Olympus" }, "is no time zone"],
      [{ timezone: "local" }, "is no time zone"],
      [{ timezone: "" }, "timezone"],
    ] as const)
      for (const answer of [
        await request(owner, "POST", "schedules", { ...wish, ...change }),
        await request(owner, "PUT", `schedules/${id}`, change),
      ]) {
        expect(answer).toMatchObject({ status: 400, error: { code: "bad_request" } });
        expect(answer.error?.message).toContain(words);
      }
    expect(await owner.trpc.schedules.list.query({ workflowId })).toEqual(before);
    const theirs = await stranger.trpc.schedules.list.query({});
    expect(theirs.items).toEqual([]);
  }, 30_000);
});

describe("a place in a log", () => {
  test("that no log can reach is refused; one that this log has not reached has nothing after it", async () => {
    const id = await waitingRun(owner);
    const after = (seq: number) => request(owner, "GET", `executions/${id}/events?afterSeq=${seq}`);
    for (const seq of [2_000_000_001, 2 ** 31 - 1, 2 ** 31, Number.MAX_SAFE_INTEGER])
      expect([seq, wordsOf(await after(seq))]).toEqual([seq, expect.stringContaining("400 bad_request: afterSeq")]);
    expect(await after(2_000_000_000)).toMatchObject({ status: 200, items: [] });
  });
});

describe("a history of an unknown event version", () => {
  test("is shown as far as it is read, refuses whatever needs the rest, and stays as it is", async () => {
    const id = await waitingRun(owner);
    await asOwner(
      server.deps.db,
      `with row as (update workflow_executions set last_seq = last_seq + 1 where id = '${id}' returning *)
       insert into execution_events (execution_id, seq, workspace_id, type, body, at)
       select id, last_seq, workspace_id, 'execution_woken', '{"type":"execution_woken","v":7}', now() from row`,
    );
    const shown = await until(owner, id, "waiting");
    expect(shown).toMatchObject({ input: 7, heldUp: { code: "history_unreadable" } });
    expect(shown.heldUp?.message).toContain("“execution_woken” in version 7");
    expect(await eventsOf(owner, id)).toHaveLength(shown.lastSeq - 1);
    const words = "409 history_unreadable: This run's history has “execution_woken” in version 7";
    for (const [path, body] of [
      ["fork", { stepKey: "ask" }],
      ["retry", {}],
      ["rerun", {}],
    ] as const)
      expect([path, await refusedAt(server, id, () => send(owner, `${id}/${path}`, body))]).toEqual([
        path,
        expect.stringContaining(words),
      ]);
    for (const path of [`${id}/events?afterSeq=${shown.lastSeq - 1}`, `${id}/compare/${id}`, `${id}/replay`]) {
      const answer = wordsOf(await request(owner, "GET", `executions/${path}`));
      expect([path, answer]).toEqual([path, expect.stringContaining(words)]);
    }
    expect((await owner.trpc.executions.list.query({})).items.map((item) => item.id)).toContain(id);

    // A release that knows the event takes it up where it was; here the event is taken away instead.
    await asOwner(
      server.deps.db,
      `update workflow_executions set last_seq = last_seq - 1, lease_owner = null, lease_expires_at = null where id = '${id}';
       delete from execution_events where execution_id = '${id}' and seq = ${shown.lastSeq}`,
    );
    expect(await send(owner, `${id}/answer`, goodAnswer)).toMatchObject({ status: 200 });
    expect((await ended(owner, id)).status).toBe("succeeded");
  }, 30_000);
});
