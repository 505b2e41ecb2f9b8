import { afterAll, beforeAll, describe } from "bun:test";
import { createDatabaseStore } from "#server/execution/store.ts";
import type { WorkspaceId } from "#src/ids.ts";
import {
  asOwner,
  databaseKinds,
  newExecutionOf,
  newWorkspace,
  type TestDatabase,
  testDatabase,
} from "#tests/support/databases.ts";
import { executionPayloadsContract } from "./executionPayloads.ts";
import { executionStoreContract, type StoreUnderTest } from "./executionStore.ts";
import { executionWaitsContract } from "./executionWaits.ts";

for (const kind of databaseKinds) {
  describe(`the database store on ${kind}`, () => {
    let database: TestDatabase;
    let workspaceId: WorkspaceId;
    let otherWorkspace: WorkspaceId;
    beforeAll(async () => {
      database = await testDatabase(kind);
      workspaceId = await newWorkspace(database.db);
      otherWorkspace = await newWorkspace(database.db);
    }, 60_000);
    afterAll(() => database[Symbol.asyncDispose]());

    async function rows(): Promise<StoreUnderTest> {
      const { db } = database;
      await asOwner(db, "truncate workflow_executions, execution_events cascade");
      return {
        store: createDatabaseStore(db),
        otherWorkspace,
        newExecution: (graph) => newExecutionOf(db, graph, workspaceId),
        async expireLeases() {
          await asOwner(
            db,
            "update workflow_executions set lease_expires_at = clock_timestamp() - interval '1 second' where lease_owner is not null",
          );
        },
        async [Symbol.asyncDispose]() {},
      };
    }
    executionStoreContract(kind, rows);
    executionWaitsContract(kind, rows);
    executionPayloadsContract(kind, rows);
  });
}
