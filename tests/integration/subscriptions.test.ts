import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ExecutionId, WorkflowId } from "#src/ids.ts";
import type { ExecutionEvent } from "#src/schemas/executionEvent.ts";
import { type ModelServer, startModelServer } from "#tests/support/aimock.ts";
import { echoGraph, longText, modelGraph, streamingGraph } from "#tests/support/graphs.ts";
import { signUpOwner } from "#tests/support/restClient.ts";
import { startServer } from "#tests/support/serverProcess.ts";
import { closeOf, openRawSocket, openSocketClient, seqsOf } from "#tests/support/socketClient.ts";
import { openTestServer, type TestClient, type TestServer } from "#tests/support/testServer.ts";

let server: TestServer;
let models: ModelServer;
let owner: TestClient;
beforeAll(async () => {
  models = await startModelServer();
  const compatible = { url: `${models.url}/v1`, key: null, model: "test" };
  server = await openTestServer({ listen: true, env: { compatible } });
  owner = await server.owner();
}, 60_000);
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await models[Symbol.asyncDispose]();
});

type WorkflowInput = Parameters<TestClient["trpc"]["workflows"]["create"]["mutate"]>[0];
const make = (name: string, graph: unknown) => owner.trpc.workflows.create.mutate({ name, graph } as WorkflowInput);
const isStartOf = ({ body }: ExecutionEvent, stepKey: string) =>
  body.type === "step_started" && body.stepKey === stepKey;
const upTo = (last: number) => Array.from({ length: last }, (_, index) => index + 1);

describe("watching an execution", () => {
  test("history and what happens come once, in order, and the end comes after the final event", async () => {
    await using client = openSocketClient(server.url, owner.cookie());
    const { id } = await make("Streams", streamingGraph());
    const { executionId } = await owner.trpc.workflows.execute.mutate({ id, input: longText(20) });
    using watching = client.watch(executionId);
    await watching.ended;
    const { items } = await owner.trpc.executions.events.query({ id: executionId });
    expect(seqsOf(watching.seen)).toEqual(upTo(items.length));
    expect(items.at(-1)?.body.type).toBe("execution_succeeded");
  });

  test("streamed text arrives before the step ends, and its pieces make up the step's answer", async () => {
    await using client = openSocketClient(server.url, owner.cookie());
    const { id } = await make("Live text", streamingGraph());
    const { executionId } = await owner.trpc.workflows.execute.mutate({ id, input: longText(20) });
    using watching = client.watch(executionId);
    await watching.ended;
    let text = "";
    let wasLive = false;
    for (const { data } of watching.seen) {
      const piece =
        data.kind === "text" ? data.text : data.event.body.type === "step_streamed" ? data.event.body : null;
      if (data.kind === "text") wasLive = true;
      if (piece?.channel === "text")
        text = text.slice(0, piece.offset) + piece.text + text.slice(piece.offset + piece.text.length);
    }
    expect(wasLive).toBe(true);
    expect((await owner.trpc.executions.get.query({ id: executionId })).output).toBe(text);
  });

  test("an execution that has ended is told from its history, from any event on", async () => {
    await using client = openSocketClient(server.url, owner.cookie());
    const { id } = await make("Ended", echoGraph());
    const { executionId } = await owner.trpc.workflows.execute.mutate({ id, input: 1 });
    using whole = client.watch(executionId);
    await whole.ended;
    const seqs = seqsOf(whole.seen);
    using rest = client.watch(executionId, 2);
    await rest.ended;
    expect(seqsOf(rest.seen)).toEqual(seqs.slice(2));
    using none = client.watch(executionId, seqs.length);
    await none.ended;
    expect(none.seen).toEqual([]);
  });

  test("many who come and go at any moment see the same history", async () => {
    await using client = openSocketClient(server.url, owner.cookie());
    const { id } = await make("Many", streamingGraph());
    const { executionId } = await owner.trpc.workflows.execute.mutate({ id, input: longText(15) });
    const watchings = upTo(10).map((after) => client.watch(executionId, after % 4));
    await Promise.all(watchings.map((watching) => watching.ended));
    const last = (await owner.trpc.executions.get.query({ id: executionId })).lastSeq;
    for (const [index, watching] of watchings.entries()) {
      expect(seqsOf(watching.seen)).toEqual(upTo(last).slice((index + 1) % 4));
    }
  });

  test("a cancel is seen by who watches, and no step starts after it", async () => {
    await using client = openSocketClient(server.url, owner.cookie());
    // It does not end by itself, however late the watcher comes.
    models.script({ text: "An answer that takes minutes.", pieceSize: 5, paceMs: 60_000 });
    const { id } = await make("Cancelled", modelGraph());
    const { executionId } = await owner.trpc.workflows.execute.mutate({ id, input: "x" });
    using watching = client.watch(executionId);
    await watching.until((seen) => seen.some(({ data }) => data.kind === "event" && isStartOf(data.event, "model")));
    await owner.trpc.executions.cancel.mutate({ id: executionId });
    await watching.ended;
    const types = watching.seen.flatMap(({ data }) => (data.kind === "event" ? [data.event.body.type] : []));
    expect(types.at(-1)).toBe("execution_cancelled");
    expect(types.slice(types.indexOf("cancel_requested"))).not.toContain("step_started");
  });
});

describe("watching a workflow", () => {
  test("tells of each execution that begins and how it ends", async () => {
    await using client = openSocketClient(server.url, owner.cookie());
    const { id } = await make("Watched", echoGraph());
    const seen: { id: string; status: string }[] = [];
    const firstSeen = Promise.withResolvers<void>();
    const enough = Promise.withResolvers<void>();
    using _watching = client.watchWorkflow(id, (summary) => {
      seen.push({ id: summary.id, status: summary.status });
      firstSeen.resolve();
      if (seen.filter((each) => each.status === "succeeded").length === 2) enough.resolve();
    });
    const first = await owner.trpc.workflows.execute.mutate({ id, input: 1 });
    await firstSeen.promise;
    await owner.trpc.workflows.execute.mutate({ id, input: 2 });
    await enough.promise;
    expect(seen.map((each) => each.id)).toContain(first.executionId);
  });
});

describe("sessions and sockets", () => {
  test("removing a member closes their sockets", async () => {
    const { username, ...member } = await server.member("viewer");
    const headers = { cookie: member.cookie(), origin: server.url };
    const socket = openRawSocket(`${server.url.replace("http", "ws")}/trpc`, headers);
    const closed = closeOf(socket);
    await new Promise((resolve) => socket.addEventListener("open", resolve, { once: true }));
    const { items } = await owner.trpc.workspaces.members.query();
    const found = items.find((item) => item.name === username);
    if (found) await owner.trpc.workspaces.removeMember.mutate({ profileId: found.profileId });
    expect((await closed).code).toBe(4401);
  });
});

test("a subscription goes on where it was after the server was killed and started again", async () => {
  const folder = mkdtempSync(join(tmpdir(), "agentflow-resume-"));
  try {
    const first = await startServer({ folder });
    const rest = await signUpOwner(first.url);
    const made = await rest.call<{ id: WorkflowId }>("POST", "/api/workflows", { name: "R", graph: streamingGraph() });
    const started = await rest.call<{ executionId: ExecutionId }>("POST", `/api/workflows/${made.id}/execute`, {
      input: longText(20),
    });
    const before = openSocketClient(first.url, rest.cookie);
    const cut = before.watch(started.executionId);
    await cut.until((seen) => seen.some(({ data }) => data.kind === "text"));
    await first.crash();
    const seenBefore = seqsOf(cut.seen);
    cut[Symbol.dispose]();
    void before[Symbol.asyncDispose]();

    await using second = await startServer({ folder, port: first.port });
    await using after = openSocketClient(second.url, rest.cookie);
    using resumed = after.watch(started.executionId, seenBefore.at(-1) ?? 0);
    await resumed.ended;
    const all = [...seenBefore, ...seqsOf(resumed.seen)];
    expect(all).toEqual(upTo(all.length));
    const last = resumed.seen.at(-1)?.data;
    expect(last?.kind === "event" && last.event.body.type).toBe("execution_succeeded");
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}, 90_000);
