import { afterAll, beforeAll, expect, test } from "bun:test";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isFinalExecution } from "#src/schemas/execution.ts";
import { streamingGraph } from "#tests/support/graphs.ts";
import { codeOf, openTestServer, type TestClient, type TestServer } from "#tests/support/testServer.ts";

let server: TestServer;
let owner: TestClient;
const folder = mkdtempSync(join(tmpdir(), "agentflow-tests-"));
beforeAll(async () => {
  server = await openTestServer();
  owner = await server.owner();
}, 60_000);
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true });
});

type WorkflowInput = Parameters<TestClient["trpc"]["workflows"]["create"]["mutate"]>[0];
const prompted = (prompt: string) => {
  const { nodes, edges } = streamingGraph();
  const changed = nodes.map((node) =>
    node.agent === "llm" ? { ...node, config: { provider: "offline", prompt } } : node,
  );
  return { nodes: changed, edges } as unknown as WorkflowInput["graph"];
};

async function kept() {
  const { id } = await owner.trpc.workflows.create.mutate({ name: "Tested", graph: prompted("Summarise.") });
  const { executionId } = await owner.trpc.workflows.execute.mutate({ id, input: "The cat sat on the mat." });
  while (!isFinalExecution((await owner.trpc.executions.get.query({ id: executionId })).status)) await Bun.sleep(10);
  return { workflowId: id, executionId, test: await owner.trpc.tests.create.mutate({ executionId }) };
}

test("an execution is kept as a test, which passes on the recorded answer and fails when the prompt is another", async () => {
  const { workflowId, test: made } = await kept();
  expect(made).toMatchObject({ name: "Tested 1", mode: "exact", expectedStatus: "succeeded", lastResult: null });
  const [passed] = (await owner.trpc.tests.run.mutate({ workflowId })).items;
  expect(passed?.lastResult).toMatchObject({ passed: true, recorded: ["model"] });

  await owner.trpc.workflows.update.mutate({
    id: workflowId,
    graph: prompted("Say something quite different: {{ inputs.context }}"),
  });
  const [failed] = (await owner.trpc.tests.run.mutate({ workflowId })).items;
  expect(failed?.lastResult).toMatchObject({ passed: false, recorded: [] });
  expect(failed?.lastResult?.live).toContain("model");
  expect((await owner.trpc.tests.list.query({ workflowId })).items[0]?.lastResult).toEqual(failed?.lastResult ?? null);

  await owner.trpc.tests.update.mutate({ id: made.id, mode: "status", name: "Only the end" });
  expect((await owner.trpc.tests.run.mutate({ workflowId })).items[0]).toMatchObject({
    name: "Only the end",
    lastResult: { passed: true },
  });
  await owner.trpc.tests.delete.mutate({ id: made.id });
  expect((await owner.trpc.tests.list.query({ workflowId })).items).toEqual([]);
  expect(await codeOf(owner.trpc.tests.delete.mutate({ id: made.id }))).toBe("not_found");
});

const command = (target: string) => agentflow("test", target);
async function agentflow(...words: string[]) {
  const child = Bun.spawn([process.execPath, "server/commands/main.ts", ...words], {
    stdout: "pipe",
    stderr: "pipe",
    env: { ...process.env, DATABASE_URL: "", AGENTFLOW_FOLDER: join(folder, "none") },
  });
  const [out, err] = await Promise.all([new Response(child.stdout).text(), new Response(child.stderr).text()]);
  return { code: await child.exited, out, err };
}

test("the command runs the tests of a file, and its exit code says whether all passed", async () => {
  const { workflowId } = await kept();
  const path = join(folder, "tests.json");
  const exported = await owner.trpc.tests.export.query({ workflowId });
  writeFileSync(path, JSON.stringify(exported));
  const passed = await command(path);
  expect(passed).toMatchObject({ code: 0, err: "" });
  expect(passed.out).toContain("1 of 1 passed");

  const [one] = exported.tests;
  const expecting = { ...exported, tests: [{ ...one, recording: { ...one?.recording, output: "never this" } }] };
  writeFileSync(path, JSON.stringify(expecting));
  const failed = await command(path);
  expect(failed.code).toBe(1);
  expect(failed.out).toContain('expected "never this"');

  expect((await command(join(folder, "nowhere.json"))).code).toBe(2);
}, 30_000);

test("the command says what is wrong with what it was given, with exit code 2, and makes no database", async () => {
  const file = (name: string, text: string) => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  for (const [words, said] of [
    [[], "npm run agentflow -- test"],
    [["test"], "npm run agentflow -- test"],
    [["test", "a", "b"], "npm run agentflow -- test"],
    [["tset", "a"], "npm run agentflow -- test"],
    [["test", ""], "is neither a file nor the id"],
    [["test", "wf_nope"], "“wf_nope” is neither a file nor the id"],
    [["test", folder], "is neither a file nor the id"],
    [["test", "wf_00000000000000000000000000"], "There is no database in"],
    [["test", file("cut.json", "{")], "is not JSON"],
    [["test", file("list.json", "[]")], "is no file of tests: the file: "],
    [["test", file("half.json", '{"graph":{"nodes":[],"edges":[]}}')], "is no file of tests: tests: "],
    [["test", file("none.json", '{"graph":{"nodes":[],"edges":[]},"tests":[]}')], "has no test cases"],
  ] as const) {
    const { code, out, err } = await agentflow(...words);
    expect({ words, code, out }).toEqual({ words, code: 2, out: "" });
    expect(err).toContain(said);
  }
  expect(existsSync(join(folder, "none"))).toBe(false);
  expect(await agentflow("--help")).toMatchObject({ code: 0, err: "" });
}, 60_000);
