import { afterAll, beforeAll, expect, test } from "bun:test";
import { pageOfWorkflows } from "#db/queries/workflows.ts";
import { withIdentity, withTenant } from "#db/tenant.ts";
import type { WorkspaceId } from "#src/ids.ts";
import { openTestServer, type TestServer } from "#tests/support/testServer.ts";

let server: TestServer;
let workspaceId: WorkspaceId;
beforeAll(async () => {
  server = await openTestServer();
  workspaceId = (await (await server.owner()).trpc.workspaces.current.query()).id;
}, 60_000);
afterAll(() => server[Symbol.asyncDispose]());

const all = { limit: 100, sort: "updated" } as const;

/** What the owner's list shows through a transaction of this workspace. */
const seenBy = async (scope: WorkspaceId) =>
  (await withTenant(server.deps.db, { workspaceId: scope }, (tx) => pageOfWorkflows(tx, workspaceId, all))).items
    .length;

// Not expect().rejects: it waits without letting the embedded database's worker answer.
const outcome = (work: Promise<unknown>) =>
  work.then(
    () => "done",
    () => "refused",
  );

test("E10: a query that names another workspace sees nothing, and neither does one without a workspace", async () => {
  expect(await seenBy(workspaceId)).toBe(1);
  expect(await seenBy("ws_other" as WorkspaceId)).toBe(0);
  expect(await seenBy("" as WorkspaceId)).toBe(0);
});

test("E10: nothing of a transaction's workspace is left on the connection, however it ended", async () => {
  const broken = withTenant(server.deps.db, { workspaceId }, () => Promise.reject(new Error("in the middle")));
  expect(await outcome(broken)).toBe("refused");
  expect(await seenBy("" as WorkspaceId)).toBe(0);
  const identity = withIdentity(server.deps.db, (tx) => pageOfWorkflows(tx, workspaceId, all));
  expect(await outcome(identity)).toBe("refused");
});

test("E11: of many requests at once each sees its own workspace only", async () => {
  const stranger = await server.stranger();
  const owner = await server.owner();
  await stranger.trpc.workflows.create.mutate({ name: "Theirs" });
  const calls = Array.from({ length: 60 }, async (_, at) => {
    const { items } = await (at % 2 === 0 ? owner : stranger).trpc.workflows.list.query({});
    return items.map((item) => item.name === "Theirs");
  });
  for (const [at, mine] of (await Promise.all(calls)).entries()) expect(mine).toEqual([at % 2 === 1]);
});
