import { afterAll, describe, expect, test } from "bun:test";
import { approvalGraph, goodAnswer, nul, refusedAt, send, waitingRun } from "#tests/support/refusals.ts";
import { draw, drawnNode, ended, execute } from "#tests/support/runs.ts";
import { openTestServer } from "#tests/support/testServer.ts";

const server = await openTestServer();
const owner = await server.owner();
const operator = await server.member("operator");
const viewer = await server.member("viewer");
const stranger = await server.stranger();
afterAll(() => server[Symbol.asyncDispose]());

describe("a resume with a wrong schema", () => {
  const bad: readonly [string, unknown, string][] = [
    ["nothing", "", "400 bad_request: stepKey"],
    ["null", "null", "400 bad_request: The body must be a JSON object"],
    ["a list", [], "400 bad_request: The body must be a JSON object"],
    ["no JSON", "{", "400 bad_request: The body is not JSON"],
    ["a step of a wrong type", { ...goodAnswer, stepKey: 7 }, "400 bad_request: stepKey"],
    ["an empty step", { ...goodAnswer, stepKey: "" }, "400 bad_request: stepKey"],
    ["a huge step", { ...goodAnswer, stepKey: "x".repeat(100_000) }, "400 bad_request: stepKey"],
    [
      "a step with U+0000",
      { ...goodAnswer, stepKey: `ask${nul}` },
      "400 bad_request: The text has characters that cannot be stored",
    ],
    ["half a letter", { ...goodAnswer, stepKey: "\ud83d" }, "409 conflict: This step does not wait"],
    ["another step", { ...goodAnswer, stepKey: "in" }, "409 conflict: This step does not wait"],
    ["an iteration of it", { ...goodAnswer, stepKey: "ask/0" }, "409 conflict: This step does not wait"],
    ["a step that never was", { ...goodAnswer, stepKey: "ask'; drop table" }, "409 conflict: This step does not wait"],
    ["attempt 0", { ...goodAnswer, attempt: 0 }, "400 bad_request: attempt"],
    ["a later attempt", { ...goodAnswer, attempt: 2 }, "409 conflict: This step does not wait"],
    ["an attempt beyond the database's integers", { ...goodAnswer, attempt: 2 ** 40 }, "409 conflict: This step"],
    ["no decision", { stepKey: "ask", value: { limit: 3 } }, "400 bad_request: Say `approved` or `rejected`"],
    ["an unknown decision", { ...goodAnswer, decision: "expired" }, "400 bad_request: decision"],
    ["a decision in a list", { ...goodAnswer, decision: ["approved"] }, "400 bad_request: decision"],
    ["an unknown key", { ...goodAnswer, by: "Ada" }, "400 bad_request: The request: Unrecognized key"],
    ["no values", { stepKey: "ask", decision: "approved" }, "400 bad_request: “Limit” is missing"],
    ["null values", { ...goodAnswer, value: null }, "400 bad_request: “Limit” is missing"],
    ["values in a list", { ...goodAnswer, value: [3] }, "400 bad_request: The form's values are an object"],
    ["a number in a text", { ...goodAnswer, value: { limit: "3" } }, "400 bad_request: “Limit” must be a number"],
    [
      "a choice that looks alike",
      { ...goodAnswer, value: { limit: 1, size: "ѕmall" } },
      "400 bad_request: “size” must be",
    ],
    [
      "a huge text",
      { ...goodAnswer, value: { limit: 1, why: "é".repeat(20_001) } },
      "400 bad_request: “why” must be at most",
    ],
    [
      "a field that is none",
      { ...goodAnswer, value: { limit: 1, more: 1 } },
      "400 bad_request: The form has no field “more”",
    ],
    ["a prototype", '{"stepKey":"ask","value":{"__proto__":{}}}', "400 bad_request: The key “__proto__” is not"],
    ["a number beyond numbers", '{"stepKey":"ask","decision":"approved","value":{"limit":1e999}}', "400 bad_request:"],
  ];

  test("is refused with what is wrong, whatever it is, and the step waits for the right one", async () => {
    const id = await waitingRun(owner);
    for (const [what, body, words] of bad)
      expect([what, await refusedAt(server, id, () => send(owner, `${id}/answer`, body))]).toEqual([
        what,
        expect.stringContaining(words),
      ]);
    expect(await send(owner, `${id}/answer`, goodAnswer)).toMatchObject({ status: 200 });
    expect(await ended(owner, id)).toMatchObject({ status: "succeeded", heldUp: null });
  }, 30_000);

  test("so with a call of a name that is none", async () => {
    const id = await waitingRun(owner, { nodes: [drawnNode("ask", "signal", { name: "paid" })], edges: [] });
    for (const [name, words] of [
      ["", "400 bad_request: name"],
      [7, "400 bad_request: name"],
      ["x".repeat(121), "400 bad_request: name"],
      [`paid${nul}`, "400 bad_request: The text has characters that cannot be stored"],
      ["\ud83d", "400 bad_request: The text has characters that cannot be stored"],
    ] as const)
      expect(await refusedAt(server, id, () => send(owner, `${id}/signal`, { name, value: 1 }))).toContain(words);
    // A name that looks alike is another name: its call is kept for a step that may come.
    expect(await send(owner, `${id}/signal`, { name: "раid", value: 1 })).toMatchObject({ steps: 0, kept: true });
    expect((await owner.trpc.executions.get.query({ id })).status).toBe("waiting");
    expect(await send(owner, `${id}/signal`, { name: " paid ", value: `1${nul}` })).toMatchObject({ steps: 1 });
    expect(await ended(owner, id)).toMatchObject({ status: "succeeded" });
  }, 30_000);
});

describe("a resume by the wrong person", () => {
  test("is refused for who is not asked, in another workspace, signed out or sent away, and the right one goes on", async () => {
    const id = await waitingRun(owner, approvalGraph({ role: "editor" }));
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
      expect(await refusedAt(server, id, () => send(client, `${id}/answer`, goodAnswer))).toContain(words);
      expect(await refusedAt(server, id, () => send(client, `${id}/answer`, { ...goodAnswer, value: {} }))).toContain(
        words,
      );
    }
    expect(await send(owner, `${id}/answer`, goodAnswer)).toMatchObject({ status: 200 });
    expect((await ended(owner, id)).status).toBe("succeeded");
  }, 30_000);

  test("an execution of another workspace takes nothing from here", async () => {
    const id = await waitingRun(owner);
    for (const [path, body] of [
      ["answer", goodAnswer],
      ["signal", { name: "paid" }],
      ["budget", { budget: { steps: 9 } }],
      ["cancel", {}],
      ["retry", {}],
      ["rerun", {}],
      ["fork", { stepKey: "ask" }],
    ] as const)
      expect(await refusedAt(server, id, () => send(stranger, `${id}/${path}`, body))).toContain(
        "404 not_found: There is no such",
      );
  }, 30_000);
});

describe("a resume twice or too late", () => {
  test("of many at once one counts; every other is told who was first, then and ever after", async () => {
    const id = await waitingRun(owner);
    const asked = [owner, operator, owner, operator, owner, operator];
    const answers = await Promise.all(
      asked.map((client, n) => send(client, `${id}/answer`, { ...goodAnswer, value: { limit: n } })),
    );
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 409, 409, 409, 409, 409]);
    const { output } = await ended(owner, id);
    expect(output).toMatchObject({
      ask: { approved: { values: { limit: answers.findIndex((a) => a.status === 200) } } },
    });
    expect(await refusedAt(server, id, () => send(owner, `${id}/answer`, goodAnswer))).toMatch(
      /409 conflict: (Ada|operator 1) has answered/,
    );
  }, 30_000);

  test("after the deadline nothing is taken, and the execution stands as it ended", async () => {
    const id = await execute(owner, await draw(owner, approvalGraph({ deadline: "50 ms" })));
    expect(await ended(owner, id)).toMatchObject({ status: "succeeded", output: { ask: { expired: {} } } });
    for (const decision of ["approved", "rejected"])
      expect(await refusedAt(server, id, () => send(owner, `${id}/answer`, { ...goodAnswer, decision }))).toBe(
        "409 conflict: It is too late: the deadline has passed.",
      );
  }, 30_000);
});
