import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { newId } from "#server/adapters/ids.ts";
import { restProcedures } from "#server/http/restRoute.ts";
import { accessOf, procedures } from "#server/trpc/access.ts";
import { hasRole, type Role, roles } from "#src/schemas/workspace.ts";
import { echoGraph } from "#tests/support/graphs.ts";
import { openTestServer, type TestClient, type TestServer } from "#tests/support/testServer.ts";
import { accessTable, otherRoutes, type TargetKind } from "./accessTable.ts";

let server: TestServer;
const people = new Map<string, TestClient>();
const own = new Map<TargetKind, string>();
const foreign = new Map<TargetKind, string>();

/** Something of each kind in the client's workspace. */
async function targetsOf(client: TestClient): Promise<[TargetKind, string][]> {
  const { id } = await client.trpc.workflows.create.mutate({ name: "Target", graph: echoGraph() as never });
  const { executionId } = await client.trpc.workflows.execute.mutate({ id, input: 1 });
  while ((await client.trpc.executions.get.query({ id: executionId })).status !== "succeeded") await Bun.sleep(5);
  const testCase = await client.trpc.tests.create.mutate({ executionId });
  const { invitation } = await client.trpc.workspaces.invite.mutate({ role: "viewer" });
  const schedule = { workflowId: id, name: "Target", cron: "0 8 * * *", enabled: false };
  const { id: scheduleId } = await client.trpc.schedules.create.mutate(schedule);
  const { items } = await client.trpc.workspaces.members.query();
  const member = items.find((item) => item.name.startsWith("target")) ?? items[0];
  return [
    ["workflow", id],
    ["schedule", scheduleId],
    ["execution", executionId],
    ["invitation", invitation.id],
    ["testCase", testCase.id],
    ["member", member?.profileId ?? ""],
  ];
}

beforeAll(async () => {
  server = await openTestServer();
  const owner = await server.owner();
  people.set("owner", owner);
  for (const role of ["viewer", "operator", "editor"] as const) people.set(role, await server.member(role));
  people.set("stranger", await server.stranger());
  people.set("nobody", server.client());
  const removed = await server.member("editor");
  const { items } = await owner.trpc.workspaces.members.query();
  const found = items.find((item) => item.name === removed.username);
  if (found) await owner.trpc.workspaces.removeMember.mutate({ profileId: found.profileId });
  people.set("removed", removed);
  const stranger = people.get("stranger");
  if (stranger) for (const [kind, id] of await targetsOf(stranger)) foreign.set(kind, id);
}, 60_000);
afterAll(() => server[Symbol.asyncDispose]());

/** A new own target of this kind: mutations use it up. */
async function freshOwn(kind: TargetKind): Promise<string> {
  const owner = people.get("owner") as TestClient;
  if (kind === "member") {
    const { username } = await server.member("viewer");
    const { items } = await owner.trpc.workspaces.members.query();
    return items.find((item) => item.name === username)?.profileId ?? "";
  }
  for (const [made, id] of await targetsOf(owner)) own.set(made, id);
  return own.get(kind) ?? "";
}

const randomOf = {
  workflow: "workflow",
  schedule: "schedule",
  execution: "execution",
  member: "profile",
  invitation: "invitation",
  testCase: "testCase",
} as const;

/** What a call is refused with, over plain HTTP as anybody could send it. */
async function call(path: string, who: string, input: unknown): Promise<string> {
  const client = people.get(who) as TestClient;
  const type = procedures.get(path)?.type;
  if (type === "subscription") return subscribe(path, client, input);
  const query = input === undefined ? "" : `?input=${encodeURIComponent(JSON.stringify(input))}`;
  const answer =
    type === "query"
      ? await client.fetch(`/trpc/${path}${query}`)
      : await client.fetch(`/trpc/${path}`, {
          method: "POST",
          headers: { "content-type": "application/json" },
          body: input === undefined ? "{}" : JSON.stringify(input),
        });
  const body = (await answer.json()) as { error?: { data: { code: string } } };
  return body.error?.data.code ?? "ok";
}

/** Subscriptions have no HTTP form: the router is asked as the socket asks it. */
async function subscribe(path: string, client: TestClient, input: unknown): Promise<string> {
  const { callTRPCProcedure, TRPCError } = await import("@trpc/server");
  const { appRouter } = await import("#server/trpc/router.ts");
  const { edgeError } = await import("#server/trpc/errors.ts");
  const token = server.deps.sessions.readToken(client.cookie());
  const resolved = token === null ? null : await server.deps.sessions.resolve(token);
  const abort = new AbortController();
  try {
    const ctx = {
      requestId: "test",
      caller: { address: "test" },
      actor: resolved?.actor ?? null,
      services: server.deps.services,
      log: server.deps.log,
      triggerKind: "manual" as const,
      idempotencyKey: null,
      setCookie: () => {},
    };
    const given = await callTRPCProcedure({
      router: appRouter,
      path,
      type: "subscription",
      getRawInput: async () => input,
      ctx,
      signal: abort.signal,
      batchIndex: 0,
    });
    const first = (given as AsyncGenerator<unknown>).next();
    // The first message, or the refusal; a workflow where nothing runs stays silent, which is an answer too.
    await Promise.race([first, Bun.sleep(300)]);
    return "ok";
  } catch (error) {
    if (error instanceof TRPCError || error instanceof Error) return edgeError(error).code;
    throw error;
  } finally {
    abort.abort();
  }
}

describe("inventory", () => {
  test("every procedure has a row in the table, and every row its procedure", () => {
    expect([...procedures.keys()].toSorted()).toEqual(Object.keys(accessTable).toSorted());
  });

  test("who may call a procedure is what the table says", () => {
    for (const [path, row] of Object.entries(accessTable)) expect([path, accessOf(path)]).toEqual([path, row.access]);
  });

  test("REST has exactly the addresses of the table", () => {
    const made = restProcedures().map(({ path, method, segments }) => [path, `${method} /${segments.join("/")}`]);
    const expected = Object.entries(accessTable).flatMap(([path, { rest }]) => (rest === null ? [] : [[path, rest]]));
    expect(made.toSorted()).toEqual(expected.toSorted());
  });

  test("the app answers at the listed addresses and no other", () => {
    const made = server.app.routes.map((route) => `${route.method} ${route.path}`);
    expect(made.toSorted()).toEqual(Object.keys(otherRoutes).toSorted());
  });
});

describe("E01: roles, strangers and ids", () => {
  for (const [path, row] of Object.entries(accessTable)) {
    const need = row.access;
    const input = (id: string) => row.input(id);

    test(`${path}: refused below ${need}`, async () => {
      if (need === "public") return;
      const target = row.target === null ? "" : await freshOwn(row.target);
      for (const who of ["nobody", "removed"])
        expect([who, await call(path, who, input(target))]).toEqual([who, "unauthenticated"]);
      for (const role of roles) {
        if (hasRole(role, need as Role)) continue;
        expect([role, await call(path, role, input(target))]).toEqual([role, "forbidden"]);
      }
    });

    test(`${path}: works for ${need} and above on what is theirs`, async () => {
      if (row.aboutCaller) return;
      const callers = need === "public" ? ["nobody", "owner"] : roles.filter((role) => hasRole(role, need));
      for (const who of callers) {
        const target = row.target === null ? "" : await freshOwn(row.target);
        const code = await call(path, who, input(target));
        expect(["ok", ...(row.alsoFine ?? [])]).toContain(code);
      }
    });

    test(`${path}: what is another workspace's looks as if it never was`, async () => {
      if (row.target === null) return;
      const elsewhere = await call(path, "owner", input(foreign.get(row.target) ?? ""));
      const never = await call(path, "owner", input(newId(randomOf[row.target])));
      expect([elsewhere, never]).toEqual(["not_found", "not_found"]);
    });
  }
});

describe("E01: lists", () => {
  test("nothing of another workspace is in any list", async () => {
    const owner = people.get("owner") as TestClient;
    const ids = [...foreign.values()];
    const lists = await Promise.all([
      owner.trpc.workflows.list.query({ limit: 100 }),
      owner.trpc.executions.list.query({ limit: 100 }),
      owner.trpc.schedules.list.query({}),
      owner.trpc.workspaces.members.query(),
      owner.trpc.workspaces.invitations.query(),
      owner.trpc.workspaces.audit.query({ limit: 100 }),
      owner.trpc.executions.list.query({ workflowId: foreign.get("workflow") as never }),
    ]);
    const text = JSON.stringify(lists);
    for (const id of ids) expect(text).not.toContain(id);
  });

  test("a deleted workflow is gone for everybody, its executions are not", async () => {
    const owner = people.get("owner") as TestClient;
    const id = await freshOwn("workflow");
    const executionId = own.get("execution") ?? "";
    await owner.trpc.workflows.delete.mutate({ id: id as never });
    for (const path of [
      "workflows.get",
      "workflows.update",
      "workflows.delete",
      "workflows.duplicate",
      "workflows.execute",
    ]) {
      expect([path, await call(path, "owner", accessTable[path]?.input(id))]).toEqual([path, "not_found"]);
    }
    expect(await call("executions.get", "owner", { id: executionId })).toBe("ok");
  });
});
