import { type Database, openDatabase } from "#db/client.ts";
import { migrate } from "#db/migrate.ts";
import { createDatabaseStore, type DatabaseStore } from "#server/execution/store.ts";
import type { Execute } from "#src/agents/agent.ts";
import type { Graph } from "#src/schemas/graph.ts";
import { freshPostgres } from "#tests/support/database.ts";
import { newExecutionOf, newWorkspace } from "#tests/support/databases.ts";
import { type Owner, runOnce } from "./engine.ts";

/** Our store on a fresh PostgreSQL database, and a way to run a graph on it from its creation to its end. */
export interface OwnStore extends AsyncDisposable {
  readonly db: Database;
  readonly store: DatabaseStore;
  /** For a graph: a function that runs it once and gives the milliseconds. */
  runs(graph: Graph, work: Execute): Promise<() => Promise<number>>;
}

export async function ownStore(): Promise<OwnStore> {
  await using opened = new AsyncDisposableStack();
  const database = opened.use(await freshPostgres());
  const db = await openDatabase({ url: database.url });
  opened.defer(() => db.close());
  await migrate(db);
  const store = createDatabaseStore(db);
  const all = opened.move();
  return {
    db,
    store,
    async runs(graph, work) {
      const { workspaceId, workflowId, versionId } = await newExecutionOf(db, graph, await newWorkspace(db));
      const owner: Owner = { workspaceId, workflowId, versionId };
      return () => runOnce({ store, graph, owner, work });
    },
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  };
}
