import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { sql } from "drizzle-orm";
import type { Tx } from "#db/client.ts";
import { pageOfAudit } from "#db/queries/auditLog.ts";
import { pageOfExecutions } from "#db/queries/executions.ts";
import { latestEndedExecution } from "#db/queries/pins.ts";
import { findWorkflow, pageOfWorkflows } from "#db/queries/workflows.ts";
import { renewStatistics } from "#db/statistics.ts";
import { withTenant } from "#db/tenant.ts";
import type { NewExecution } from "#src/engine/ports.ts";
import {
  asOwner,
  databaseKinds,
  newExecutionOf,
  newWorkspace,
  type TestDatabase,
  testDatabase,
} from "#tests/support/databases.ts";
import { seedEnded } from "#tests/support/endedExecutions.ts";
import { chain } from "#tests/support/engine/graphs.ts";

const many = 6_000;
const limit = 20;

for (const kind of databaseKinds) {
  describe(`a list with ${many} entries on ${kind}`, () => {
    let database: TestDatabase;
    let one: NewExecution;
    beforeAll(async () => {
      database = await testDatabase(kind);
      const { db } = database;
      one = await newExecutionOf(db, chain(1), await newWorkspace(db));
      await seedEnded(db, one, { count: many, events: 1, daysAgo: [30, 0], series: "a" });
      await asOwner(
        db,
        `insert into workflows (id, workspace_id, created_by, name, workflow_data, created_at, updated_at)
         select 'wf_' || lpad(n::text, 26, '0'), workspace_id, created_by, 'Workflow ' || n, workflow_data, now() - n * interval '1 minute', now() - n * interval '1 minute'
         from workflows, generate_series(1, ${many}) as n`,
      );
      await asOwner(
        db,
        `insert into audit_log (id, workspace_id, action, at)
         select 'aud_' || lpad(n::text, 26, '0'), '${one.workspaceId}', 'workflow.update', now() - n * interval '1 minute' from generate_series(1, ${many}) as n`,
      );
      // As autovacuum, or the housekeeping of the embedded database, has it a minute later.
      if (kind === "postgres") await asOwner(db, "analyze");
      else expect(await renewStatistics(db, 0)).toBeGreaterThan(0);
    }, 60_000);
    afterAll(() => database[Symbol.asyncDispose]());

    /** How many rows of a table are read for it. */
    const rowsRead = (table: string, work: (tx: Tx) => Promise<unknown>): Promise<number> =>
      withTenant(database.db, { workspaceId: one.workspaceId }, async (tx) => {
        const soFar = async () => {
          const [row] = await tx.execute<{ rows: string }>(
            sql`select coalesce(seq_tup_read, 0) + coalesce(idx_tup_fetch, 0) as rows from pg_stat_xact_user_tables where relname = ${table}`,
          );
          return Number(row?.rows ?? 0);
        };
        const before = await soFar();
        await work(tx);
        return (await soFar()) - before;
      });
    const most = 2 * limit + 20;

    test("of runs reads no more than it shows: all, one workflow's, the next page", async () => {
      const { workspaceId, workflowId } = one;
      let cursor: string | null = null;
      const first = (tx: Tx) => pageOfExecutions(tx, workspaceId, { limit });
      expect(
        await rowsRead("workflow_executions", async (tx) => ({ nextCursor: cursor } = await first(tx))),
      ).toBeLessThan(most);
      expect(cursor).not.toBeNull();
      const more = { limit, ...(cursor === null ? {} : { cursor }) };
      for (const filter of [
        more,
        { limit, workflowId },
        { ...more, workflowId },
        { limit, status: ["succeeded" as const] },
      ])
        expect(await rowsRead("workflow_executions", (tx) => pageOfExecutions(tx, workspaceId, filter))).toBeLessThan(
          most,
        );
    });

    test("of workflows reads no more than it shows, and one run of each", async () => {
      const { workspaceId, workflowId: id } = one;
      for (const sort of ["updated", "created", "name"] as const) {
        const page = (tx: Tx) => pageOfWorkflows(tx, workspaceId, { sort, limit });
        expect(await rowsRead("workflows", page)).toBeLessThan(most);
        expect(await rowsRead("workflow_executions", page)).toBeLessThan(most);
      }
      expect(await rowsRead("workflow_executions", (tx) => findWorkflow(tx, { workspaceId, id }))).toBeLessThan(most);
      expect(await rowsRead("workflow_executions", (tx) => latestEndedExecution(tx, one))).toBeLessThan(most);
    });

    test("of what was done reads no more than it shows", async () => {
      expect(await rowsRead("audit_log", (tx) => pageOfAudit(tx, one.workspaceId, { limit }))).toBeLessThan(most);
    });
  });
}
