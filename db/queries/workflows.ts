import { and, eq, isNotNull, isNull, type SQL, sql } from "drizzle-orm";
import type { z } from "zod";
import type { ProfileId, WorkflowId, WorkspaceId } from "#src/ids.ts";
import type { ExecutionStatus } from "#src/schemas/execution.ts";
import type { Graph } from "#src/schemas/graph.ts";
import type { Page } from "#src/schemas/page.ts";
import type { WorkflowSummary, workflowListRequest } from "#src/schemas/workflow.ts";
import type { Tx } from "../client.ts";
import { workflowExecutions } from "../schema/executions.ts";
import { profiles } from "../schema/profiles.ts";
import { workflows } from "../schema/workflows.ts";
import { descending, pageFrom, readCursor } from "./cursor.ts";

type ListRequest = z.output<typeof workflowListRequest>;

function selectSummaries(tx: Tx) {
  const latest = tx
    .select({
      id: workflowExecutions.id,
      status: workflowExecutions.status,
      createdAt: workflowExecutions.createdAt,
    })
    .from(workflowExecutions)
    .where(eq(workflowExecutions.workflowId, workflows.id))
    .orderBy(descending(workflowExecutions.createdAt), descending(workflowExecutions.id))
    .limit(1)
    .as("latest");
  return tx
    .select({
      id: workflows.id,
      name: workflows.name,
      description: workflows.description,
      nodeCount: sql<number>`jsonb_array_length(${workflows.workflowData}->'nodes')`,
      createdAt: workflows.createdAt,
      updatedAt: workflows.updatedAt,
      createdBy: profiles.username,
      latestId: latest.id,
      latestStatus: latest.status,
      latestAt: latest.createdAt,
    })
    .from(workflows)
    .leftJoin(profiles, eq(profiles.id, workflows.createdBy))
    .leftJoinLateral(latest, sql`true`);
}

/** Who made a workflow; null when it was deleted, or never was. */
export async function authorOf(tx: Tx, { workspaceId, id }: Key): Promise<ProfileId | null> {
  const [row] = await tx
    .select({ createdBy: workflows.createdBy })
    .from(workflows)
    .where(and(eq(workflows.workspaceId, workspaceId), eq(workflows.id, id), isNull(workflows.deletedAt)));
  return row?.createdBy ?? null;
}

type SummaryRow = Awaited<ReturnType<typeof selectSummaries>>[number];

function summaryOf(row: SummaryRow): WorkflowSummary {
  const hasRun = row.latestId !== null && row.latestStatus !== null && row.latestAt !== null;
  return {
    id: row.id,
    name: row.name,
    description: row.description,
    nodeCount: row.nodeCount,
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
    createdBy: row.createdBy ?? "a former member",
    lastExecution: hasRun
      ? {
          id: row.latestId as string,
          status: row.latestStatus as ExecutionStatus,
          createdAt: (row.latestAt as Date).toISOString(),
        }
      : null,
  };
}

/** Whole words as they are stemmed, or beginnings of words as they are typed. */
function matches(search: string): SQL {
  const beginnings = (search.match(/[\p{L}\p{N}]+/gu) ?? []).slice(0, 20).map((word) => `${word}:*`);
  return sql`${workflows.search} @@ (to_tsquery('simple', ${beginnings.join(" & ")}) || websearch_to_tsquery('english', ${search}))`;
}

const timeOf = (at: string | number) => new Date(at).toISOString();
const lowerName = sql`lower(${workflows.name})`;
/** The only orders there are: what a client names is a key here, never a piece of SQL. */
const orders = {
  updated: {
    type: "number",
    by: [descending(workflows.updatedAt), descending(workflows.id)],
    after: (at: string | number, id: string) => sql`(${workflows.updatedAt}, ${workflows.id}) < (${timeOf(at)}, ${id})`,
    at: (row: SummaryRow) => row.updatedAt.getTime(),
  },
  created: {
    type: "number",
    by: [descending(workflows.createdAt), descending(workflows.id)],
    after: (at: string | number, id: string) => sql`(${workflows.createdAt}, ${workflows.id}) < (${timeOf(at)}, ${id})`,
    at: (row: SummaryRow) => row.createdAt.getTime(),
  },
  name: {
    type: "string",
    by: [lowerName, workflows.id],
    // The cursor keeps the name as it is: what lower() makes of it is the database's business.
    after: (at: string | number, id: string) => sql`(${lowerName}, ${workflows.id}) > (lower(${at}), ${id})`,
    at: (row: SummaryRow) => row.name,
  },
} as const;

/** Workflows that are not deleted. */
export async function pageOfWorkflows(
  tx: Tx,
  workspaceId: WorkspaceId,
  request: ListRequest,
): Promise<Page<WorkflowSummary>> {
  const order = orders[request.sort];
  const after = readCursor(request.cursor, order.type);
  const conditions: SQL[] = [eq(workflows.workspaceId, workspaceId), isNull(workflows.deletedAt)];
  if (request.search) conditions.push(matches(request.search));
  if (after !== null) conditions.push(order.after(after.at, after.id));
  const rows = await selectSummaries(tx)
    .where(and(...conditions))
    .orderBy(...order.by)
    .limit(request.limit + 1);
  return pageFrom(rows, request.limit, {
    item: summaryOf,
    cursor: (row) => ({ at: order.at(row), id: row.id }),
  });
}

interface Key {
  readonly workspaceId: WorkspaceId;
  readonly id: WorkflowId;
}
const isRow = ({ workspaceId, id }: Key) => [eq(workflows.workspaceId, workspaceId), eq(workflows.id, id)];

/** Null when unknown or deleted. */
export async function findWorkflow(tx: Tx, key: Key): Promise<WorkflowSummary | null> {
  const [row] = await selectSummaries(tx).where(and(...isRow(key), isNull(workflows.deletedAt)));
  return row === undefined ? null : summaryOf(row);
}

export async function insertWorkflow(
  tx: Tx,
  workflow: Key & { name: string; description: string; graph: Graph; createdBy: ProfileId; createdAt: Date },
): Promise<void> {
  const { graph, createdAt, ...rest } = workflow;
  await tx.insert(workflows).values({ ...rest, workflowData: graph, createdAt, updatedAt: createdAt });
}

/** False when unknown or deleted. The graph is not changed here: it belongs to the document. */
export async function updateWorkflow(
  tx: Tx,
  key: Key,
  change: { name?: string | undefined; description?: string | undefined; updatedAt: Date },
): Promise<boolean> {
  const { name, description, updatedAt } = change;
  const changed = await tx
    .update(workflows)
    .set({ updatedAt, ...(name === undefined ? {} : { name }), ...(description === undefined ? {} : { description }) })
    .where(and(...isRow(key), isNull(workflows.deletedAt)))
    .returning({ id: workflows.id });
  return changed.length > 0;
}

/** Hides the workflow, or shows it again with null. False when there was nothing to hide or show. */
export async function setWorkflowDeleted(tx: Tx, key: Key, deletedAt: Date | null): Promise<boolean> {
  const wasOtherwise = deletedAt === null ? isNotNull(workflows.deletedAt) : isNull(workflows.deletedAt);
  const changed = await tx
    .update(workflows)
    .set({ deletedAt })
    .where(and(...isRow(key), wasOtherwise))
    .returning({ id: workflows.id });
  return changed.length > 0;
}
