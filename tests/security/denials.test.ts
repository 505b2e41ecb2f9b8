import { afterAll, beforeAll, expect, test } from "bun:test";
import { openTestServer, type TestServer } from "#tests/support/testServer.ts";

let server: TestServer;
beforeAll(async () => {
  server = await openTestServer();
}, 60_000);
afterAll(() => server[Symbol.asyncDispose]());

const refusal = (call: Promise<unknown>): Promise<string> =>
  call.then(
    () => "",
    (error: Error) => error.message,
  );

const denialsOf = async (entries: Promise<{ items: readonly { action: string }[] }>) =>
  (await entries).items.filter(({ action }) => action === "access.denied");

test("a change that a member's role does not allow is in the audit log, with who tried and what", async () => {
  const owner = await server.owner();
  const viewer = await server.member("viewer");
  expect(await refusal(viewer.trpc.workspaces.rename.mutate({ name: "Mine now" }))).toContain("needs the role");
  expect(await refusal(viewer.trpc.workspaces.audit.query({ limit: 10 }))).toContain("needs the role");
  const denials = await denialsOf(owner.trpc.workspaces.audit.query({ limit: 100 }));
  expect(denials).toMatchObject([
    {
      action: "access.denied",
      by: { kind: "member", name: viewer.username },
      detail: { procedure: "workspaces.rename", needs: "owner", role: "viewer" },
    },
  ]);
});

test("a flood of refused changes is refused to the last, and fills the audit log only in part", async () => {
  const owner = await server.owner();
  const viewer = await server.member("viewer");
  for (let tries = 0; tries < 80; tries += 1)
    expect(await refusal(viewer.trpc.workspaces.rename.mutate({ name: "Mine now" }))).toContain("needs the role");
  const denials = await denialsOf(owner.trpc.workspaces.audit.query({ limit: 100 }));
  expect(denials.length).toBeGreaterThan(0);
  expect(denials.length).toBeLessThan(80);
}, 30_000);
