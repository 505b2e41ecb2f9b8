import { and, asc, eq, inArray, isNull } from "drizzle-orm";
import type { ExecutionId, ProfileId, TestCaseId, VersionId, WorkflowId, WorkspaceId } from "#src/ids.ts";
import type { Graph } from "#src/schemas/graph.ts";
import type { ComparisonMode, Recording, TestCase, TestResult } from "#src/schemas/testCase.ts";
import type { Tx } from "../client.ts";
import { testCases } from "../schema/testCases.ts";
import { workflows, workflowVersions } from "../schema/workflows.ts";

export interface NewTestCase {
  readonly id: TestCaseId;
  readonly workspaceId: WorkspaceId;
  readonly workflowId: WorkflowId;
  readonly versionId: VersionId;
  readonly sourceExecutionId: ExecutionId;
  readonly name: string;
  readonly mode: ComparisonMode;
  readonly recording: Recording;
  readonly createdBy: ProfileId;
  readonly createdAt: Date;
}

/** A test case with everything that running it takes. */
export interface StoredTestCase extends TestCase {
  readonly recording: Recording;
  readonly recordedGraph: Graph;
}

interface Of {
  readonly workspaceId: WorkspaceId;
  readonly workflowId?: WorkflowId;
  readonly ids?: readonly TestCaseId[];
}

/** The oldest first. */
export async function findTestCases(tx: Tx, { workspaceId, workflowId, ids }: Of): Promise<StoredTestCase[]> {
  const rows = await tx
    .select({ test: testCases, graph: workflowVersions.graph })
    .from(testCases)
    .innerJoin(workflowVersions, eq(workflowVersions.id, testCases.versionId))
    .where(
      and(
        eq(testCases.workspaceId, workspaceId),
        workflowId === undefined ? undefined : eq(testCases.workflowId, workflowId),
        ids === undefined ? undefined : inArray(testCases.id, [...ids]),
      ),
    )
    .orderBy(asc(testCases.createdAt), asc(testCases.id));
  return rows.map(({ test, graph }) => ({
    id: test.id,
    workflowId: test.workflowId,
    name: test.name,
    mode: test.mode,
    sourceExecutionId: test.sourceExecutionId,
    input: test.recording.input,
    expectedStatus: test.recording.status,
    expectedOutput: test.recording.output,
    createdAt: test.createdAt.toISOString(),
    lastResult: test.lastResult,
    lastRunAt: test.lastRunAt?.toISOString() ?? null,
    recording: test.recording,
    recordedGraph: graph,
  }));
}

export async function insertTestCase(tx: Tx, test: NewTestCase): Promise<void> {
  await tx.insert(testCases).values(test);
}

interface Key {
  readonly workspaceId: WorkspaceId;
  readonly id: TestCaseId;
}
const isRow = ({ workspaceId, id }: Key) => and(eq(testCases.workspaceId, workspaceId), eq(testCases.id, id));

export interface TestCaseChange {
  readonly name?: string | undefined;
  readonly mode?: ComparisonMode | undefined;
  readonly lastResult?: TestResult;
  readonly lastRunAt?: Date;
}

/** False when there is none, or nothing to change. */
export async function updateTestCase(tx: Tx, key: Key, change: TestCaseChange): Promise<boolean> {
  const given = Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined));
  if (Object.keys(given).length === 0) return (await findTestCases(tx, { ...key, ids: [key.id] })).length > 0;
  const rows = await tx.update(testCases).set(given).where(isRow(key)).returning({ id: testCases.id });
  return rows.length > 0;
}

export async function deleteTestCase(tx: Tx, key: Key): Promise<boolean> {
  return (await tx.delete(testCases).where(isRow(key)).returning({ id: testCases.id })).length > 0;
}

/** The graph that a workflow's document showed last; null when there is no such workflow in the workspace. */
export async function findGraph(tx: Tx, key: { workspaceId: WorkspaceId; id: WorkflowId }): Promise<Graph | null> {
  const [row] = await tx
    .select({ graph: workflows.workflowData })
    .from(workflows)
    .where(and(eq(workflows.workspaceId, key.workspaceId), eq(workflows.id, key.id), isNull(workflows.deletedAt)));
  return row?.graph ?? null;
}
