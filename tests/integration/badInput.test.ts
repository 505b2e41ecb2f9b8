import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { asOwner } from "#tests/support/databases.ts";
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
import { openTestServer, type TestClient, type TestServer } from "#tests/support/testServer.ts";

let server: TestServer;
let owner: TestClient;
let operator: TestClient;
let viewer: TestClient;
let stranger: TestClient;
beforeAll(async () => {
  server = await openTestServer();
  owner = await server.owner();
  operator = await server.member("operator");
  viewer = await server.member("viewer");
  stranger = await server.stranger();
}, 60_000);
afterAll(() => server[Symbol.asyncDispose]());

const fields = [
  { name: "limit", label: "Limit", type: "number", required: true },
  { name: "size", type: "choice", choices: "small, large" },
  { name: "why", type: "text" },
];
const approval = (more: object = {}) => ({
  nodes: [drawnNode("in", "input", { fields: [] }), drawnNode("ask", "approval", { title: "Pay?", fields, ...more })],
  edges: [drawnEdge("in", "ask")],
});
async function waiting(graph: object = approval()): Promise<RunId> {
  const id = await execute(owner, await draw(owner, graph), 7);
  await until(owner, id, "waiting");
  return id;
}
const good = { stepKey: "ask", decision: "approved", value: { limit: 3 } };

interface Answered {
  readonly status: number;
  readonly error?: { readonly code: string; readonly message: string; readonly requestId: string };
  readonly executionId?: RunId;
}
/** A request as a script sends it, its body as it is when it is text. */
async function request(client: TestClient, method: string, path: string, body?: unknown): Promise<Answered> {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  const headers = { "content-type": "application/json" };
  const reply = await client.fetch(`/api/${path}`, { method, headers, ...(body === undefined ? {} : { body: text }) });
  return { status: reply.status, ...((await reply.json()) as object) };
}
const send = (client: TestClient, path: string, body: unknown) => request(client, "POST", `executions/${path}`, body);
const wordsOf = ({ status, error }: Answered) => `${status} ${error?.code}: ${error?.message}`;
/** Its row and its whole log: what no refused request may change. */
async function stored(id: RunId): Promise<object> {
  const rows = await asOwner(
    server.deps.db,
    `select status, last_seq, answers, wake_at, error, (select json_agg(w) from execution_waits w where w.execution_id = e.id) as waits,
       (select json_agg(a order by place) from execution_answers a where a.execution_id = e.id) as answered,
       (select json_agg(v order by seq) from execution_events v where v.execution_id = e.id) as log
     from workflow_executions e where id = '${id}'`,
  );
  return rows[0] as object;
}
/** Tells the status and the words of what refuses it, and that nothing else came of it. */
async function refused(id: RunId, ask: () => Promise<Answered>): Promise<string> {
  const before = await stored(id);
  const answer = await ask();
  expect(await stored(id)).toEqual(before);
  return wordsOf(answer);
}
const nul = String.fromCharCode(0);

describe("a resume with a wrong schema", () => {
  const bad: readonly [string, unknown, string][] = [
    ["nothing", "", "400 bad_request: stepKey"],
    ["null", "null", "400 bad_request: The body must be a JSON object"],
    ["a list", [], "400 bad_request: The body must be a JSON object"],
    ["no JSON", "{", "400 bad_request: The body is not JSON"],
    ["a step of a wrong type", { ...good, stepKey: 7 }, "400 bad_request: stepKey"],
    ["an empty step", { ...good, stepKey: "" }, "400 bad_request: stepKey"],
    ["a huge step", { ...good, stepKey: "x".repeat(100_000) }, "400 bad_request: stepKey"],
    [
      "a step with U+0000",
      { ...good, stepKey: `ask${nul}` },
      "400 bad_request: The text has characters that cannot be stored",
    ],
    ["half a letter", { ...good, stepKey: "\ud83d" }, "409 conflict: This step does not wait"],
    ["another step", { ...good, stepKey: "in" }, "409 conflict: This step does not wait"],
    ["an iteration of it", { ...good, stepKey: "ask/0" }, "409 conflict: This step does not wait"],
    ["a step that never was", { ...good, stepKey: "ask'; drop table" }, "409 conflict: This step does not wait"],
    ["attempt 0", { ...good, attempt: 0 }, "400 bad_request: attempt"],
    ["a later attempt", { ...good, attempt: 2 }, "409 conflict: This step does not wait"],
    ["an attempt beyond the database's integers", { ...good, attempt: 2 ** 40 }, "409 conflict: This step"],
    ["no decision", { stepKey: "ask", value: { limit: 3 } }, "400 bad_request: Say `approved` or `rejected`"],
    ["an unknown decision", { ...good, decision: "expired" }, "400 bad_request: decision"],
    ["a decision in a list", { ...good, decision: ["approved"] }, "400 bad_request: decision"],
    ["an unknown key", { ...good, by: "Ada" }, "400 bad_request: The request: Unrecognized key"],
    ["no values", { stepKey: "ask", decision: "approved" }, "400 bad_request: “Limit” is missing"],
    ["null values", { ...good, value: null }, "400 bad_request: “Limit” is missing"],
    ["values in a list", { ...good, value: [3] }, "400 bad_request: The form's values are an object"],
    ["a number in a text", { ...good, value: { limit: "3" } }, "400 bad_request: “Limit” must be a number"],
    ["a choice that looks alike", { ...good, value: { limit: 1, size: "ѕmall" } }, "400 bad_request: “size” must be"],
    [
      "a huge text",
      { ...good, value: { limit: 1, why: "é".repeat(20_001) } },
      "400 bad_request: “why” must be at most",
    ],
    [
      "a field that is none",
      { ...good, value: { limit: 1, more: 1 } },
      "400 bad_request: The form has no field “more”",
    ],
    ["a prototype", '{"stepKey":"ask","value":{"__proto__":{}}}', "400 bad_request: The key “__proto__” is not"],
    ["a number beyond numbers", '{"stepKey":"ask","decision":"approved","value":{"limit":1e999}}', "400 bad_request:"],
  ];

  test("is refused with what is wrong, whatever it is, and the step waits for the right one", async () => {
    const id = await waiting();
    for (const [what, body, words] of bad)
      expect([what, await refused(id, () => send(owner, `${id}/answer`, body))]).toEqual([
        what,
        expect.stringContaining(words),
      ]);
    expect(await send(owner, `${id}/answer`, good)).toMatchObject({ status: 200 });
    expect(await ended(owner, id)).toMatchObject({ status: "succeeded", heldUp: null });
  });

  test("so with a call of a name that is none", async () => {
    const id = await waiting({ nodes: [drawnNode("ask", "signal", { name: "paid" })], edges: [] });
    for (const [name, words] of [
      ["", "400 bad_request: name"],
      [7, "400 bad_request: name"],
      ["x".repeat(121), "400 bad_request: name"],
      [`paid${nul}`, "400 bad_request: The text has characters that cannot be stored"],
      ["раid", "409 conflict: No step of this execution waits for a call of the name “раid” now"],
      ["\ud83d", "409 conflict: No step"],
    ] as const)
      expect(await refused(id, () => send(owner, `${id}/signal`, { name, value: 1 }))).toContain(words);
    expect(await send(owner, `${id}/signal`, { name: " paid ", value: `1${nul}` })).toMatchObject({ steps: 1 });
    expect(await ended(owner, id)).toMatchObject({ status: "succeeded" });
  });
});

describe("a resume by the wrong person", () => {
  test("is refused for who is not asked, in another workspace, signed out or sent away, and the right one goes on", async () => {
    const id = await waiting(approval({ role: "editor" }));
    const gone = await server.member("editor");
    const { items } = await owner.trpc.workspaces.members.query();
    const { profileId } = items.find(({ name }) => name === gone.username) ?? {};
    await owner.trpc.workspaces.removeMember.mutate({ profileId } as never);
    for (const [client, words] of [
      [viewer, "403 forbidden: Somebody else is asked here"],
      [operator, "403 forbidden: Somebody else is asked here"],
      [stranger, "404 not_found: There is no such execution"],
      [server.client(), "401 unauthenticated: Sign in first"],
      [gone, "401 unauthenticated"],
    ] as const) {
      expect(await refused(id, () => send(client, `${id}/answer`, good))).toContain(words);
      expect(await refused(id, () => send(client, `${id}/answer`, { ...good, value: {} }))).toContain(words);
    }
    expect(await send(owner, `${id}/answer`, good)).toMatchObject({ status: 200 });
    expect((await ended(owner, id)).status).toBe("succeeded");
  });

  test("an execution of another workspace takes nothing from here", async () => {
    const id = await waiting();
    for (const [path, body] of [
      ["answer", good],
      ["signal", { name: "paid" }],
      ["budget", { budget: { steps: 9 } }],
      ["cancel", {}],
      ["retry", {}],
      ["rerun", {}],
      ["fork", { stepKey: "ask" }],
    ] as const)
      expect(await refused(id, () => send(stranger, `${id}/${path}`, body))).toContain(
        "404 not_found: There is no such",
      );
  });
});

describe("a resume twice or too late", () => {
  test("of many at once one counts; every other is told who was first, then and ever after", async () => {
    const id = await waiting();
    const asked = [owner, operator, owner, operator, owner, operator];
    const answers = await Promise.all(
      asked.map((client, n) => send(client, `${id}/answer`, { ...good, value: { limit: n } })),
    );
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 409, 409, 409, 409, 409]);
    const { output } = await ended(owner, id);
    expect(output).toMatchObject({
      ask: { approved: { values: { limit: answers.findIndex((a) => a.status === 200) } } },
    });
    expect(await refused(id, () => send(owner, `${id}/answer`, good))).toMatch(
      /409 conflict: (Ada|operator 1) has answered/,
    );
  });

  test("after the deadline nothing is taken, and the execution stands as it ended", async () => {
    const id = await execute(owner, await draw(owner, approval({ deadline: "50 ms" })));
    expect(await ended(owner, id)).toMatchObject({ status: "succeeded", output: { ask: { expired: {} } } });
    for (const decision of ["approved", "rejected"])
      expect(await refused(id, () => send(owner, `${id}/answer`, { ...good, decision }))).toBe(
        "409 conflict: It is too late: the deadline has passed.",
      );
  });
});

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
      expect([body, await refused(id, () => send(owner, `${id}/fork`, body))]).toEqual([
        body,
        expect.stringContaining(words),
      ]);
    expect(await refused(id, () => send(viewer, `${id}/fork`, { stepKey: "out" }))).toContain("403 forbidden");

    const { nodes } = graph();
    await redraw(owner, workflowId, {
      nodes: nodes.filter((node) => node.id !== "out"),
      edges: graph().edges.slice(0, 2),
    });
    const mended = { stepKey: "out", useCurrentGraph: true };
    expect(await refused(id, () => send(owner, `${id}/fork`, mended))).toBe(
      "409 conflict: The step “out” is not in the workflow any more.",
    );
    expect((await owner.trpc.executions.list.query({ workflowId })).items).toHaveLength(1);
    const { executionId } = await send(owner, `${id}/fork`, { stepKey: "one/1" });
    expect(await ended(owner, executionId as RunId)).toMatchObject({ status: "succeeded", output: [1, 2] });
  });

  test("of a run that goes on is refused, and the run goes on", async () => {
    const id = await waiting();
    for (const way of ["fork", "retry"])
      expect(await refused(id, () => send(owner, `${id}/${way}`, way === "fork" ? { stepKey: "ask" } : {}))).toContain(
        "409 conflict: This run is still going on",
      );
    expect(await send(owner, `${id}/answer`, good)).toMatchObject({ status: 200 });
  });

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
  });
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
  });

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
  });
});

describe("a budget of zero", () => {
  test("is refused where it is drawn, raised and set, and the run that waits takes a higher one", async () => {
    const graph = (steps: unknown) => ({ ...approval({ deadline: "1 ms" }), settings: { budget: { steps } } });
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
      expect(await refused(id, () => send(owner, `${id}/budget`, { budget }))).toContain(words);
    expect(await send(owner, `${id}/budget`, { budget: { steps: 9 } })).toMatchObject({ status: 200 });
    expect((await ended(owner, id)).status).toBe("succeeded");
    expect(await refused(id, () => send(owner, `${id}/budget`, { budget: { steps: 99 } }))).toContain("409 conflict");
  });
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
  });
});

describe("a history of an unknown event version", () => {
  test("is shown as far as it is read, refuses whatever needs the rest, and stays as it is", async () => {
    const id = await waiting();
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
      expect([path, await refused(id, () => send(owner, `${id}/${path}`, body))]).toEqual([
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
    expect(await send(owner, `${id}/answer`, good)).toMatchObject({ status: 200 });
    expect((await ended(owner, id)).status).toBe("succeeded");
  });
});
