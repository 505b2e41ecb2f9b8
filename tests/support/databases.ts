import { type Database, openDatabase } from "#db/client.ts";
import { migrate } from "#db/migrate.ts";
import { workflows, workflowVersions, workspaces } from "#db/schema/index.ts";
import { withIdentity, withTenant } from "#db/tenant.ts";
import { newId } from "#server/adapters/ids.ts";
import type { NewExecution } from "#src/engine/ports.ts";
import type { ProfileId, WorkflowId, WorkspaceId } from "#src/ids.ts";
import type { Graph } from "#src/schemas/graph.ts";
import { freshPostgres } from "./database.ts";

export const databaseKinds = ["postgres", "pglite"] as const;
export type DatabaseKind = (typeof databaseKinds)[number];

export interface TestDatabase extends AsyncDisposable {
  readonly db: Database;
  /** Another way into the same database, as another process would have it; PGlite has none and gives `db`. */
  readonly url: string | null;
}

/** A new database with all tables, gone when disposed. */
export async function testDatabase(kind: DatabaseKind, poolSize?: number): Promise<TestDatabase> {
  const server = kind === "postgres" ? await freshPostgres() : null;
  const pool = poolSize === undefined ? {} : { poolSize };
  const db = await openDatabase(server === null ? { folder: null } : { url: server.url, ...pool });
  await migrate(db);
  return {
    db,
    url: server?.url ?? null,
    async [Symbol.asyncDispose]() {
      await db.close();
      await server?.[Symbol.asyncDispose]();
    },
  };
}

/** Does something as the owner of the tables, past every wall: arranging and looking, never what is tested. */
export async function asOwner<Row extends Record<string, unknown>>(db: Database, statement: string): Promise<Row[]> {
  const rows = await db.ownerSql.begin(async (sql) => {
    await sql`select set_config('role', 'none', true)`;
    return sql.unsafe(statement);
  });
  return rows as unknown as Row[];
}

/**
 * What a promise is rejected with. Not `expect(promise).rejects`: Bun then turns its event loop inside the expectation, and where
 * the test was woken by a worker's message (all of PGlite's are) the next message never arrives.
 */
export async function errorOf(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    () => new Error("It did not fail."),
    (error: unknown) => error,
  );
}

export async function newWorkspace(db: Database): Promise<WorkspaceId> {
  const id = newId("workspace");
  await withIdentity(db, (tx) => tx.insert(workspaces).values({ id, name: `Workspace ${id}` }));
  return id;
}

const emptyGraph: Graph = { nodes: [], edges: [], notes: [], settings: { timeoutMs: 60_000 } };

export async function newWorkflow(db: Database, workspaceId: WorkspaceId, name = "A workflow"): Promise<WorkflowId> {
  const id = newId("workflow");
  const createdBy: ProfileId = newId("profile");
  await withTenant(db, { workspaceId }, (tx) =>
    tx.insert(workflows).values({ id, workspaceId, createdBy, name, workflowData: emptyGraph }),
  );
  return id;
}

/** Ids for an execution of `graph`, whose workspace, workflow and version exist. */
export async function newExecutionOf(db: Database, graph: Graph, workspaceId: WorkspaceId): Promise<NewExecution> {
  const workflowId = await newWorkflow(db, workspaceId);
  const versionId = newId("version");
  await withTenant(db, { workspaceId }, (tx) =>
    tx.insert(workflowVersions).values({ id: versionId, workspaceId, workflowId, number: 1, graph, graphHash: "1" }),
  );
  return { id: newId("execution"), workspaceId, workflowId, versionId };
}
