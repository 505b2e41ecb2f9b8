import { afterAll, describe, expect, test } from "bun:test";
import { demoWorkflow } from "#server/demo/demoWorkflow.ts";
import { agentKinds } from "#src/agents/registry.ts";
import { isFinalExecution } from "#src/schemas/execution.ts";
import { echoGraph } from "#tests/support/graphs.ts";
import { codeOf, openTestServer, password, type TestClient } from "#tests/support/testServer.ts";

const server = await openTestServer();
const owner = await server.owner();
afterAll(() => server[Symbol.asyncDispose]());

type WorkflowInput = Parameters<TestClient["trpc"]["workflows"]["create"]["mutate"]>[0];
const echo = (name: string) => owner.trpc.workflows.create.mutate({ name, graph: echoGraph() } as WorkflowInput);

/** Runs until it is final, by the same watching that the product does: reading again. */
async function finished(client: TestClient, id: string) {
  for (;;) {
    const found = await client.trpc.executions.get.query({ id: id as never });
    if (isFinalExecution(found.status)) return found;
    await Bun.sleep(10);
  }
}

describe("auth", () => {
  test("the first visitor makes the owner once and lands in the demo workflow", async () => {
    const status = await owner.trpc.auth.status.query();
    expect(status.needsOwner).toBe(false);
    expect(status.session?.role).toBe("owner");
    const { items } = await owner.trpc.workflows.list.query({});
    expect(items.map((item) => item.name)).toContain(demoWorkflow.name);
    expect(await codeOf(server.client().trpc.auth.setUp.mutate({ username: "Eve", password }))).toBe("conflict");
  });

  test("of several set-ups at the same moment one makes the owner", async () => {
    await using fresh = await openTestServer();
    const names = ["a1", "b2", "c3", "d4"];
    const codes = await Promise.all(
      names.map((username) => codeOf(fresh.client().trpc.auth.setUp.mutate({ username, password }))),
    );
    expect(codes.toSorted()).toEqual(["conflict", "conflict", "conflict", "ok"]);
  }, 30_000);

  test("signing out ends the session", async () => {
    const { username, ...member } = await server.member("viewer");
    const kept = member.cookie();
    await member.trpc.auth.signOut.mutate();
    expect(member.cookie()).toBe("");
    const answer = await server.app.handle(
      new Request("http://localhost/trpc/workspaces.current", { headers: { cookie: kept } }),
    );
    expect(answer.status).toBe(401);
    await member.trpc.auth.signIn.mutate({ username, password });
    expect((await member.trpc.auth.status.query()).session?.profile.name).toBe(username);
  });

  test("names are the same whatever their case", async () => {
    const { username } = await server.member("viewer");
    const again = server.client();
    await again.trpc.auth.signIn.mutate({ username: username.toUpperCase(), password });
    expect((await again.trpc.auth.status.query()).session?.profile.name).toBe(username);
  });

  test("changing the password ends the other sessions and keeps this one", async () => {
    const { username, ...member } = await server.member("viewer");
    const other = server.client();
    await other.trpc.auth.signIn.mutate({ username, password });
    const next = "another good password";
    await member.trpc.auth.changePassword.mutate({ current: password, next });
    expect(await codeOf(other.trpc.workspaces.current.query())).toBe("unauthenticated");
    expect(await codeOf(member.trpc.workspaces.current.query())).toBe("ok");
    expect(await codeOf(other.trpc.auth.signIn.mutate({ username, password }))).toBe("unauthenticated");
    expect(await codeOf(other.trpc.auth.signIn.mutate({ username, password: next }))).toBe("ok");
    expect(await codeOf(member.trpc.auth.changePassword.mutate({ current: "wrong wrong", next }))).toBe("forbidden");
  }, 30_000);

  test("an invitation says where it leads, works once, and can be withdrawn", async () => {
    const { token } = await owner.trpc.workspaces.invite.mutate({ role: "editor" });
    expect(await server.client().trpc.auth.invitation.query({ token })).toEqual({
      workspaceName: "My workspace",
      role: "editor",
    });
    const names = ["first comer", "second comer"];
    const codes = await Promise.all(
      names.map((username) => codeOf(server.client().trpc.auth.signUp.mutate({ token, username, password }))),
    );
    expect(codes.toSorted()).toEqual(["ok", "unauthenticated"]);

    const second = await owner.trpc.workspaces.invite.mutate({ role: "viewer" });
    await owner.trpc.workspaces.revokeInvitation.mutate({ id: second.invitation.id });
    expect(await codeOf(server.client().trpc.auth.invitation.query({ token: second.token }))).toBe("unauthenticated");
  });

  test("a taken name joins only with its own password", async () => {
    const { username } = await server.member("viewer");
    const { token } = await owner.trpc.workspaces.invite.mutate({ role: "viewer" });
    const wrong = server.client().trpc.auth.signUp.mutate({ token, username, password: "not their password" });
    expect(await codeOf(wrong)).toBe("conflict");
  });
});

describe("workspaces", () => {
  test("the owner renames it and everybody sees the name", async () => {
    const viewer = await server.member("viewer");
    await owner.trpc.workspaces.rename.mutate({ name: "Reviewers" });
    expect(await viewer.trpc.workspaces.current.query()).toMatchObject({ name: "Reviewers", role: "viewer" });
    await owner.trpc.workspaces.rename.mutate({ name: "My workspace" });
  });

  test("a role change is felt at once", async () => {
    const { username, ...member } = await server.member("viewer");
    const { items } = await owner.trpc.workspaces.members.query();
    const found = items.find((item) => item.name === username);
    expect(await codeOf(member.trpc.workflows.create.mutate({}))).toBe("forbidden");
    if (found) await owner.trpc.workspaces.setRole.mutate({ profileId: found.profileId, role: "editor" });
    expect(await codeOf(member.trpc.workflows.create.mutate({}))).toBe("ok");
  });

  test("a removed member's session ends at once", async () => {
    const { username, ...member } = await server.member("operator");
    const { items } = await owner.trpc.workspaces.members.query();
    const found = items.find((item) => item.name === username);
    if (found) await owner.trpc.workspaces.removeMember.mutate({ profileId: found.profileId });
    expect(await codeOf(member.trpc.workflows.list.query({}))).toBe("unauthenticated");
    expect(await codeOf(member.trpc.auth.signIn.mutate({ username, password }))).toBe("forbidden");
  });

  test("the last owner stays", async () => {
    const { session } = await owner.trpc.auth.status.query();
    const profileId = session?.profile.id;
    if (!profileId) throw new Error("no session");
    expect(await codeOf(owner.trpc.workspaces.setRole.mutate({ profileId, role: "viewer" }))).toBe("conflict");
    expect(await codeOf(owner.trpc.workspaces.removeMember.mutate({ profileId }))).toBe("conflict");
  });

  test("changes are in the audit log, newest first, page by page", async () => {
    const made = await echo("Audited");
    await owner.trpc.workflows.delete.mutate({ id: made.id });
    const first = await owner.trpc.workspaces.audit.query({ limit: 1 });
    expect(first.items).toMatchObject([{ action: "workflow.delete", subject: made.id, by: { name: "Ada" } }]);
    const second = await owner.trpc.workspaces.audit.query({ limit: 1, cursor: first.nextCursor ?? "" });
    expect(second.items).toMatchObject([{ action: "workflow.create", subject: made.id }]);
  });
});

describe("workflows", () => {
  test("create, read, change, duplicate, delete and restore", async () => {
    const made = await echo("Life of a workflow");
    expect(made.diagnostics).toEqual([]);
    expect(made.graph.nodes.map((node) => node.key)).toEqual(["input", "output"]);

    const graph = { ...made.graph, nodes: made.graph.nodes.map((node) => ({ ...node, position: { x: 7, y: 8 } })) };
    const changed = await owner.trpc.workflows.update.mutate({ id: made.id, name: "Renamed", graph });
    expect(changed.name).toBe("Renamed");
    expect(changed.graph.nodes[0]?.position).toEqual({ x: 7, y: 8 });

    const copy = await owner.trpc.workflows.duplicate.mutate({ id: made.id });
    expect(copy).toMatchObject({ name: "Renamed copy", nodeCount: 2 });

    await owner.trpc.workflows.delete.mutate({ id: made.id });
    expect(await codeOf(owner.trpc.workflows.get.query({ id: made.id }))).toBe("not_found");
    expect(await codeOf(owner.trpc.workflows.execute.mutate({ id: made.id }))).toBe("not_found");
    expect((await owner.trpc.workflows.restore.mutate({ id: made.id })).name).toBe("Renamed");
    expect((await owner.trpc.workflows.get.query({ id: made.id })).graph).toEqual(changed.graph);
  });

  test("a list is paged without gap or repeat in each order, and searched by words and their beginnings", async () => {
    const names = ["Zebra crossings", "Yearly invoice report", "X-ray triage", "Weekly invoice digest"];
    for (const name of names) await echo(name);
    for (const sort of ["updated", "created", "name"] as const) {
      const seen: string[] = [];
      let cursor: string | undefined;
      do {
        const page = await owner.trpc.workflows.list.query({ sort, limit: 2, ...(cursor ? { cursor } : {}) });
        seen.push(...page.items.map((item) => item.id));
        cursor = page.nextCursor ?? undefined;
      } while (cursor);
      expect(new Set(seen).size).toBe(seen.length);
      expect(seen.length).toBe((await owner.trpc.workflows.list.query({ limit: 100 })).items.length);
    }
    const found = async (search: string) =>
      (await owner.trpc.workflows.list.query({ search, sort: "name" })).items.map((item) => item.name);
    expect(await found("invoices")).toEqual(["Weekly invoice digest", "Yearly invoice report"]);
    expect(await found("week inv")).toEqual(["Weekly invoice digest"]);
    expect(await found("'); drop table workflows; --")).toEqual([]);
  });

  test("the same graph is one version, a changed one the next", async () => {
    const made = await echo("Versions");
    const run = async () => {
      const { executionId } = await owner.trpc.workflows.execute.mutate({ id: made.id, input: { a: 1 } });
      return (await finished(owner, executionId)).versionNumber;
    };
    expect([await run(), await run()]).toEqual([1, 1]);
    const graph = { ...made.graph, nodes: made.graph.nodes.map((node) => ({ ...node, name: `${node.name} 2` })) };
    await owner.trpc.workflows.update.mutate({ id: made.id, graph });
    expect(await run()).toBe(2);
    await owner.trpc.workflows.update.mutate({ id: made.id, graph: made.graph });
    expect(await run()).toBe(1);
  });
});

describe("executions", () => {
  test("an execution is durable when answered, ends with its output, and is listed and filtered", async () => {
    const made = await echo("Echo");
    const { executionId } = await owner.trpc.workflows.execute.mutate({ id: made.id, input: { hello: "world" } });
    const done = await finished(owner, executionId);
    expect(done).toMatchObject({ status: "succeeded", output: { hello: "world" }, workflowName: "Echo" });
    expect(done.trigger).toMatchObject({ kind: "manual", by: { kind: "member", name: "Ada" } });
    expect(done.steps.map((step) => step.status)).toEqual(["succeeded", "succeeded"]);

    const { items } = await owner.trpc.executions.events.query({ id: executionId });
    expect(items.map((event) => event.seq)).toEqual(items.map((_, index) => index + 1));
    expect(items.at(-1)?.body.type).toBe("execution_succeeded");

    const listed = await owner.trpc.executions.list.query({ workflowId: made.id, status: ["succeeded"] });
    expect(listed.items.map((item) => item.id)).toEqual([executionId]);
    expect((await owner.trpc.executions.list.query({ workflowId: made.id, status: ["failed"] })).items).toEqual([]);
    expect((await owner.trpc.executions.list.query({ search: "ech" })).items.map((item) => item.id)).toContain(
      executionId,
    );
    expect((await owner.trpc.workflows.list.query({ search: "Echo" })).items[0]?.lastExecution?.id).toBe(executionId);
    expect(await codeOf(owner.trpc.executions.cancel.mutate({ id: executionId }))).toBe("conflict");
  });

  test("a text that looks like JSON stays a text", async () => {
    const made = await echo("Texts");
    for (const input of ['{"a": 1}', "42", "", null, [1, "2"]]) {
      const { executionId } = await owner.trpc.workflows.execute.mutate({ id: made.id, input });
      expect(await finished(owner, executionId)).toMatchObject({ input, output: input });
    }
  });

  test("the demo workflow runs to its end on its default input, without a key", async () => {
    const { items } = await owner.trpc.workflows.list.query({ search: "Demo" });
    const demo = items.find((item) => item.name === demoWorkflow.name);
    if (!demo) throw new Error("no demo");
    expect((await owner.trpc.workflows.get.query({ id: demo.id })).diagnostics).toEqual([]);
    const { executionId } = await owner.trpc.workflows.execute.mutate({ id: demo.id });
    const done = await finished(owner, executionId);
    expect({ status: done.status, error: done.error }).toEqual({ status: "succeeded", error: null });
    expect(typeof done.output).toBe("string");
    expect(done.output).toContain("shell=True");
    expect(done.steps.find((step) => step.nodeId === "praise")?.status).toBe("skipped");
  }, 30_000);
});

describe("agents", () => {
  test("the catalogue lists every kind with its schema, and one by its kind", async () => {
    const { items } = await owner.trpc.agents.list.query();
    expect(items.map((item) => item.kind).toSorted()).toEqual([...agentKinds].toSorted());
    expect(await owner.trpc.agents.get.query({ id: "llm" })).toEqual(
      items.find((item) => item.kind === "llm") as never,
    );
    expect(await codeOf(owner.trpc.agents.get.query({ id: "constructor" }))).toBe("not_found");
    const models = await owner.trpc.agents.models.query();
    expect(models.items.find((model) => model.provider === "offline")?.configured).toBe(true);
  });
});
