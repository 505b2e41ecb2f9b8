import type { z } from "zod";
import type { Database, Tx } from "#db/client.ts";
import { findExecutionSummary } from "#db/queries/executions.ts";
import { findRecording } from "#db/queries/lineage.ts";
import {
  deleteTestCase,
  findTestCases,
  insertTestCase,
  type StoredTestCase,
  updateTestCase,
} from "#db/queries/testCases.ts";
import { findWorkflow } from "#db/queries/workflows.ts";
import { withTenant } from "#db/tenant.ts";
import { reduceAll } from "#src/engine/reduce.ts";
import { isEnded } from "#src/engine/state.ts";
import { runTest, type TestDeps } from "#src/engine/testRun.ts";
import { recordingOf } from "#src/engine/testVerdict.ts";
import { AppError } from "#src/errors.ts";
import type { NewId, TestCaseId, WorkflowId } from "#src/ids.ts";
import type { TestCase, TestFile, testCaseCreate, testCaseUpdate } from "#src/schemas/testCase.ts";
import { type Actor, principalOf, scopeOf } from "../actor.ts";
import type { Audit } from "../audit.ts";
import type { GraphDocuments } from "../ports.ts";

export interface RunTestsRequest {
  readonly workflowId: WorkflowId;
  /** All of the workflow's when absent. */
  readonly ids?: readonly TestCaseId[] | undefined;
}

/** Executions kept as tests of their workflow. Errors of all: not_found. */
export interface TestCasesService {
  list(actor: Actor, workflowId: WorkflowId): Promise<TestCase[]>;
  /** Errors: conflict while the execution goes on. */
  create(actor: Actor, request: z.output<typeof testCaseCreate>): Promise<TestCase>;
  update(actor: Actor, request: z.output<typeof testCaseUpdate>): Promise<TestCase>;
  delete(actor: Actor, id: TestCaseId): Promise<void>;
  /** Against the workflow as it stands, its unsaved edits included. Each result is kept with its case. */
  run(actor: Actor, request: RunTestsRequest): Promise<TestCase[]>;
  /** Everything that `npm run agentflow -- test <file>` takes. */
  export(actor: Actor, workflowId: WorkflowId): Promise<TestFile>;
}

export interface TestCasesDeps extends TestDeps {
  readonly db: Database;
  readonly documents: Pick<GraphDocuments, "readGraph">;
  readonly audit: Audit;
  readonly newId: NewId;
  readonly now: () => number;
}

const mostCases = 200;

export function createTestCasesService(deps: TestCasesDeps): TestCasesService {
  const { db, documents, audit, newId, now } = deps;
  const inWorkspace = <Result>(actor: Actor, work: (tx: Tx) => Promise<Result>) => withTenant(db, scopeOf(actor), work);

  async function casesOf(actor: Actor, workflowId: WorkflowId, ids?: readonly TestCaseId[]): Promise<StoredTestCase[]> {
    const { workspaceId } = scopeOf(actor);
    return inWorkspace(actor, async (tx) => {
      const workflow = await findWorkflow(tx, { workspaceId, id: workflowId });
      if (workflow === null) throw new AppError("not_found", "There is no such workflow.");
      return findTestCases(tx, { workspaceId, workflowId, ...(ids === undefined ? {} : { ids }) });
    });
  }
  async function one(tx: Tx, actor: Actor, id: TestCaseId): Promise<StoredTestCase> {
    const [found] = await findTestCases(tx, { workspaceId: scopeOf(actor).workspaceId, ids: [id] });
    if (found === undefined) throw new AppError("not_found", "There is no such test case.");
    return found;
  }
  const keyOf = (actor: Actor, id: TestCaseId) => ({ workspaceId: scopeOf(actor).workspaceId, id });

  return {
    list: async (actor, workflowId) => (await casesOf(actor, workflowId)).map(shown),

    create: (actor, { executionId, name, mode }) =>
      inWorkspace(actor, async (tx) => {
        const { workspaceId, profileId } = scopeOf(actor);
        const key = { workspaceId, id: executionId };
        const source = await findRecording(tx, key);
        const summary = await findExecutionSummary(tx, key);
        if (source === null || summary === null) throw new AppError("not_found", "There is no such execution.");
        const state = reduceAll(source.events);
        if (!isEnded(state)) throw new AppError("conflict", "This run is still going on. Keep it when it has ended.");
        const { workflowId, versionId } = source;
        if ((await findWorkflow(tx, { workspaceId, id: workflowId })) === null)
          throw new AppError("not_found", "The workflow of this run was deleted.");
        const known = await findTestCases(tx, { workspaceId, workflowId });
        if (known.length >= mostCases)
          throw new AppError("conflict", `A workflow has at most ${mostCases} test cases.`);
        const id = newId("testCase");
        const recording = recordingOf(state);
        const test = {
          ...{ id, workspaceId, workflowId, versionId, sourceExecutionId: executionId, mode, recording },
          name: name ?? `${summary.workflowName} ${known.length + 1}`,
          createdBy: profileId,
          createdAt: new Date(now()),
        };
        await insertTestCase(tx, test);
        await audit.record(tx, actor, { action: "test.create", subject: id, detail: { name: test.name } });
        return shown(await one(tx, actor, id));
      }),

    update: (actor, { id, name, mode }) =>
      inWorkspace(actor, async (tx) => {
        await updateTestCase(tx, keyOf(actor, id), { name, mode });
        return shown(await one(tx, actor, id));
      }),

    delete: (actor, id) =>
      inWorkspace(actor, async (tx) => {
        if (!(await deleteTestCase(tx, keyOf(actor, id))))
          throw new AppError("not_found", "There is no such test case.");
        await audit.record(tx, actor, { action: "test.delete", subject: id });
      }),

    async run(actor, { workflowId, ids }) {
      const cases = await casesOf(actor, workflowId, ids);
      const { graph } = await documents.readGraph(scopeOf(actor), workflowId);
      const ran: TestCase[] = [];
      for (const test of cases) {
        const request = { ...test, graph, executionId: newId("execution"), by: principalOf(actor) };
        const lastResult = await runTest(request, deps);
        const lastRunAt = new Date(now());
        await inWorkspace(actor, (tx) => updateTestCase(tx, keyOf(actor, test.id), { lastResult, lastRunAt }));
        ran.push({ ...shown(test), lastResult, lastRunAt: lastRunAt.toISOString() });
      }
      return ran;
    },

    async export(actor, workflowId) {
      const cases = await casesOf(actor, workflowId);
      const { graph } = await documents.readGraph(scopeOf(actor), workflowId);
      const tests = cases.map(({ name, mode, recording, recordedGraph }) => ({ name, mode, recording, recordedGraph }));
      return { graph, tests };
    },
  };
}

function shown({ recording: _recording, recordedGraph: _graph, ...test }: StoredTestCase): TestCase {
  return test;
}
