import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { sql } from "drizzle-orm";
import type { Database } from "#db/client.ts";
import { engineRows } from "#db/engine.ts";
import { workflowExecutions, workflows } from "#db/schema/index.ts";
import { withIdentity, withTenant } from "#db/tenant.ts";
import { createDatabaseStore } from "#server/execution/store.ts";
import type { WorkspaceId } from "#src/ids.ts";
import type { ExecutionEvent } from "#src/schemas/executionEvent.ts";
import {
  asOwner,
  databaseKinds,
  errorOf,
  newExecutionOf,
  newWorkflow,
  newWorkspace,
  type TestDatabase,
  testDatabase,
} from "#tests/support/databases.ts";
import { chain } from "#tests/support/engine/graphs.ts";
import { trigger } from "#tests/support/engine/rig.ts";

const tenantTables = [
  "workflows",
  "workflow_versions",
  "documents",
  "document_updates",
  "workflow_executions",
  "execution_events",
  "execution_waits",
  "execution_answers",
  "execution_signals",
  "payloads",
  "invitations",
  "members",
  "audit_log",
  "schedules",
  "agent_limits",
  "daily_budgets",
  "daily_spending",
  "workflow_budgets",
  "workflow_spending",
  "retention_rules",
  "storage_use",
];

for (const kind of databaseKinds) {
  describe(`the walls between workspaces on ${kind}`, () => {
    let under: TestDatabase;
    let db: Database;
    let mine: WorkspaceId;
    let theirs: WorkspaceId;
    beforeAll(async () => {
      under = await testDatabase(kind, 5);
      db = under.db;
      [mine, theirs] = [await newWorkspace(db), await newWorkspace(db)];
      const store = createDatabaseStore(db);
      for (const workspaceId of [mine, theirs]) {
        const execution = await newExecutionOf(db, chain(1), workspaceId);
        const body = { type: "execution_created", input: null, trigger } as const;
        await store.create(execution, [{ seq: 1, at: Date.now(), body }], null);
      }
    });
    afterAll(() => under[Symbol.asyncDispose]());

    test("every table has forced row-level security, and a policy for each role that may touch it", async () => {
      const tables = await asOwner<{ name: string; enabled: boolean; forced: boolean }>(
        db,
        `select relname as name, relrowsecurity as enabled, relforcerowsecurity as forced from pg_class
         where relnamespace = 'public'::regnamespace and relkind in ('r', 'p')`,
      );
      expect(tables.length).toBeGreaterThanOrEqual(14);
      for (const table of tables) expect(table).toEqual({ name: table.name, enabled: true, forced: true });
      const uncovered = await asOwner(
        db,
        `select grants.table_name, grants.grantee, grants.privilege_type from information_schema.role_table_grants grants
         where grants.table_schema = 'public' and grants.grantee like 'agentflow\\_%' and not exists (
           select from pg_policies policy where policy.tablename = grants.table_name
             and grants.grantee = any (policy.roles) and policy.cmd in ('ALL', grants.privilege_type))`,
      );
      expect([...uncovered]).toEqual([]);
      const grantees = await asOwner<{ grantee: string }>(
        db,
        `select distinct grantee from information_schema.role_table_grants where table_schema = 'public'
         and grantee not in (select tableowner from pg_tables where schemaname = 'public')`,
      );
      expect(grantees.map((row) => row.grantee).toSorted()).toEqual([
        "agentflow_engine",
        "agentflow_identity",
        "agentflow_tenant",
      ]);
    });

    test("every policy of a tenant names the workspace of the transaction, or hangs on one that does", async () => {
      const policies = await asOwner<{ tablename: string; qual: string | null; with_check: string | null }>(
        db,
        "select tablename, qual, with_check from pg_policies where 'agentflow_tenant' = any (roles)",
      );
      for (const policy of policies) {
        const rule = `${policy.qual} ${policy.with_check}`;
        const place = policy.tablename === "profiles" ? "members" : "app.workspace_id";
        expect(`${policy.tablename}: ${rule}`).toContain(place);
      }
    });

    test("the roles have no power of their own", async () => {
      const roles = await asOwner(
        db,
        `select rolname, rolsuper, rolbypassrls, rolcanlogin, rolcreaterole from pg_roles where rolname like 'agentflow\\_%'`,
      );
      expect(roles).toHaveLength(3);
      for (const role of roles)
        expect(role).toMatchObject({ rolsuper: false, rolbypassrls: false, rolcanlogin: false, rolcreaterole: false });
    });

    test("a workspace sees its own rows in every tenant table and none of another", async () => {
      for (const table of tenantTables) {
        const foreign = await withTenant(db, { workspaceId: mine }, (tx) =>
          tx.execute(sql`select 1 from ${sql.identifier(table)} where workspace_id <> ${mine}`),
        );
        expect({ table, foreign: foreign.length }).toEqual({ table, foreign: 0 });
      }
      const own = await withTenant(db, { workspaceId: mine }, (tx) => tx.select().from(workflowExecutions));
      expect(own).toHaveLength(1);
    });

    test("the engine sees of a workflow whether it is there and how far its document is, and nothing of what it says", async () => {
      const visible = await asOwner<{ column: string }>(
        db,
        `select table_name || '.' || column_name as column from information_schema.column_privileges
         where grantee = 'agentflow_engine' and table_name in ('workflows', 'documents', 'document_updates')`,
      );
      expect(visible.map((row) => row.column).toSorted()).toEqual([
        "documents.last_seq",
        "documents.workflow_id",
        "documents.workspace_id",
        "workflows.deleted_at",
        "workflows.id",
        "workflows.workspace_id",
      ]);
    });

    test("a row can neither be written into nor moved to another workspace", async () => {
      const id = await newWorkflow(db, mine);
      const move = withTenant(db, { workspaceId: mine }, (tx) =>
        tx.execute(sql`update workflows set workspace_id = ${theirs} where id = ${id}`),
      );
      expect(await errorOf(move)).toMatchObject({ code: "internal" });
      const write = withTenant(db, { workspaceId: mine }, (tx) =>
        tx.execute(sql`insert into workflows (id, workspace_id, created_by, name, workflow_data)
          values ('wf_x', ${theirs}, 'usr_x', 'x', '{}')`),
      );
      expect(await errorOf(write)).toMatchObject({ code: "internal" });
      const point = withTenant(db, { workspaceId: theirs }, (tx) =>
        tx.execute(sql`insert into documents (workflow_id, workspace_id) values (${id}, ${theirs})`),
      );
      expect(await errorOf(point)).toMatchObject({ code: "conflict" });
    });

    test("a missing or empty workspace sees nothing", async () => {
      for (const workspaceId of ["", " ", "null", "ws_none"] as WorkspaceId[]) {
        const seen = await withTenant(db, { workspaceId }, (tx) => tx.select().from(workflows));
        expect({ workspaceId, seen }).toEqual({ workspaceId, seen: [] });
      }
    });

    test("after a transaction that threw, the next one on any connection has neither its role nor its workspace", async () => {
      const attempts = Array.from({ length: 10 }, () =>
        errorOf(
          withTenant(db, { workspaceId: mine }, async (tx) => {
            await tx.select().from(workflows);
            throw new Error("in the middle");
          }),
        ),
      );
      await Promise.all(attempts);
      const left = await Promise.all(
        Array.from({ length: 10 }, () =>
          withIdentity(db, (tx) =>
            tx.execute<{ workspace: string | null; role: string; seen: number }>(
              sql`select current_setting('app.workspace_id', true) as workspace, current_user as role`,
            ),
          ),
        ),
      );
      for (const [row] of left) expect(row).toEqual({ workspace: "", role: "agentflow_identity" } as typeof row);
      // Without any context, as the tenant's role: nothing.
      const bare = await db.owner.transaction(async (tx) => {
        await tx.execute(sql`select set_config('role', 'agentflow_tenant', true)`);
        return tx.select().from(workflows);
      });
      expect(bare).toEqual([]);
    });

    test("500 queries of two workspaces at once on a pool of 5 see no row of the other", async () => {
      const foreign = await Promise.all(
        Array.from({ length: 500 }, async (_, index) => {
          const workspaceId = index % 2 === 0 ? mine : theirs;
          const rows = await withTenant(db, { workspaceId }, (tx) =>
            tx.select({ workspaceId: workflowExecutions.workspaceId }).from(workflowExecutions),
          );
          expect(rows.length).toBeGreaterThan(0);
          return rows.filter((row) => row.workspaceId !== workspaceId).length;
        }),
      );
      expect(foreign.reduce((sum, count) => sum + count, 0)).toBe(0);
    });

    test("retention can remove what belongs to an execution that has ended, and nothing of one that goes on", async () => {
      const store = createDatabaseStore(db);
      const at = Date.now();
      const opening: ExecutionEvent[] = [
        { seq: 1, at, body: { type: "execution_created", input: null, trigger } },
        { seq: 2, at, body: { type: "execution_started" } },
      ];
      const end: ExecutionEvent = { seq: 3, at, body: { type: "execution_succeeded", output: 1 } };
      const goesOn = await newExecutionOf(db, chain(1), mine);
      const ended = await newExecutionOf(db, chain(1), mine);
      await store.create(goesOn, opening, "worker");
      await store.create(ended, [...opening, end], "worker");
      const remove = (table: string, column: string, id: string) =>
        engineRows(db, `delete from ${table} where ${column} = $1 returning 1`, [id]);
      for (const [table, column] of [
        ["execution_events", "execution_id"],
        ["workflow_executions", "id"],
      ] as const) {
        expect(await remove(table, column, goesOn.id)).toHaveLength(0);
        expect((await remove(table, column, ended.id)).length).toBeGreaterThan(0);
      }
    });

    test("housekeeping can remove days of use that are long gone, and none that a budget may still ask for", async () => {
      const { workflowId } = await newExecutionOf(db, chain(1), mine);
      await asOwner(
        db,
        `insert into workflow_spending (workspace_id, workflow_id, day, tokens, dollars)
         select '${mine}', '${workflowId}', (now() at time zone 'utc')::date - ago, 1, 0 from unnest(array[0, 29, 40]) as ago`,
      );
      const gone = await engineRows<{ ago: number }>(
        db,
        "delete from workflow_spending where workflow_id = $1 returning (now() at time zone 'utc')::date - day as ago",
        [workflowId],
      );
      expect(gone.map(({ ago }) => Number(ago))).toEqual([40]);
    });

    test("a final status is absorbing for everybody, the owner included", async () => {
      const store = createDatabaseStore(db);
      const execution = await newExecutionOf(db, chain(1), mine);
      const at = Date.now();
      await store.create(
        execution,
        [
          { seq: 1, at, body: { type: "execution_created", input: null, trigger } },
          { seq: 2, at, body: { type: "execution_started" } },
          { seq: 3, at, body: { type: "step_skipped", stepKey: "n0" as never, reason: "disabled" } },
          { seq: 4, at, body: { type: "execution_succeeded", output: 1 } },
        ],
        "worker",
      );
      const changes = [
        `update workflow_executions set status = 'running' where id = '${execution.id}'`,
        `update workflow_executions set output_data = '2' where id = '${execution.id}'`,
      ];
      for (const change of changes) expect(await errorOf(asOwner(db, change))).toMatchObject({ code: "AF001" });
      await asOwner(db, `update workflow_executions set lease_owner = null where id = '${execution.id}'`);
    });
  });
}
