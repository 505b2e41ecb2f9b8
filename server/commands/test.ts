import { existsSync, readFileSync, statSync } from "node:fs";
import { openDatabase } from "#db/client.ts";
import { migrate } from "#db/migrate.ts";
import { findGraph, findTestCases } from "#db/queries/testCases.ts";
import { listWorkspaceIds } from "#db/queries/workspaces.ts";
import { withIdentity, withTenant } from "#db/tenant.ts";
import { executors } from "#src/agents/executors.ts";
import { catalogue } from "#src/agents/registry.ts";
import { noWorkflowCalls } from "#src/agents/workflowCalls.ts";
import { runTest } from "#src/engine/testRun.ts";
import { AppError } from "#src/errors.ts";
import { workflowId } from "#src/ids.ts";
import { type TestFile, type TestResult, testFile } from "#src/schemas/testCase.ts";
import { systemClock } from "../adapters/clock.ts";
import { createCodeAnalysis } from "../adapters/codeAnalysis/codeAnalysis.ts";
import { createEgress } from "../adapters/egress.ts";
import { newId } from "../adapters/ids.ts";
import { createChatModels } from "../adapters/models/createChatModels.ts";
import { modelAddresses } from "../adapters/models/settings.ts";
import { type Env, readEnv } from "../env.ts";

/** Runs the test cases of a workflow, by its id or from a file, and tells how each went. True when all passed. */
export async function runTestsOf(target: string, print: (line: string) => void): Promise<boolean> {
  const env = readEnv();
  const { graph, tests } = isFile(target) ? readTestFile(target) : await storedTests(target, env);
  if (tests.length === 0) throw new AppError("bad_request", "This workflow has no test cases.");
  const codeAnalysis = createCodeAnalysis();
  const settings = { openai: env.openai, anthropic: env.anthropic, compatible: env.compatible };
  const models = createChatModels({ settings, egress: createEgress({ allowed: modelAddresses(settings) }) });
  const deps = {
    clock: systemClock,
    catalogue,
    executors,
    ports: { models, codeAnalysis, workflows: noWorkflowCalls },
  };
  const by = { kind: "system", name: "npm run agentflow" } as const;
  let failed = 0;
  try {
    for (const test of tests) {
      const result = await runTest({ ...test, graph, executionId: newId("execution"), by }, deps);
      if (!result.passed) failed += 1;
      for (const line of linesOf(test.name, result)) print(line);
    }
  } finally {
    codeAnalysis.close();
  }
  print(`\n${tests.length - failed} of ${tests.length} passed`);
  return failed === 0;
}

const isFile = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;

function linesOf(name: string, { passed, reason, differences, live, recorded, durationMs }: TestResult): string[] {
  const how = `${durationMs} ms, ${live.length} live, ${recorded.length} recorded`;
  if (passed) return [`ok      ${name} (${how})`];
  const [first] = differences;
  return [
    `failed  ${name} (${how})`,
    `        ${reason ?? ""}`,
    ...(first === undefined
      ? []
      : [`        expected ${JSON.stringify(first.before)}`, `        received ${JSON.stringify(first.after)}`]),
  ];
}

function readTestFile(path: string): TestFile {
  let parsed: unknown;
  try {
    parsed = JSON.parse(readFileSync(path, "utf8"));
  } catch (error) {
    throw new AppError("bad_request", `${path} is not JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
  const read = testFile.safeParse(parsed);
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  const place = issue?.path.join(".") || "the file";
  throw new AppError("bad_request", `${path} is no file of tests: ${place}: ${issue?.message}`);
}

async function storedTests(target: string, env: Env): Promise<TestFile> {
  const id = workflowId.safeParse(target);
  if (!id.success) throw new AppError("bad_request", `“${target}” is neither a file nor the id of a workflow.`);
  // To open the folder would make one.
  if (env.databaseUrl === null && (env.folder === null || !existsSync(env.folder)))
    throw new AppError("not_found", `There is no database in ${env.folder}. Set DATABASE_URL or AGENTFLOW_FOLDER.`);
  const db = await openDatabase(env.databaseUrl === null ? { folder: env.folder } : { url: env.databaseUrl });
  try {
    await migrate(db);
    for (const workspaceId of await withIdentity(db, listWorkspaceIds)) {
      const found = await withTenant(db, { workspaceId }, async (tx) => {
        const graph = await findGraph(tx, { workspaceId, id: id.data });
        return graph && { graph, tests: await findTestCases(tx, { workspaceId, workflowId: id.data }) };
      });
      if (found !== null) return found;
    }
  } finally {
    await db.close();
  }
  throw new AppError("not_found", "There is no such workflow in this database.");
}
