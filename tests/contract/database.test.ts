import { describe, expect, test } from "bun:test";
import { eq, sql } from "drizzle-orm";
import { type Database, openDatabase } from "#db/client.ts";
import { engineRows } from "#db/engine.ts";
import { migrate } from "#db/migrate.ts";
import { agents, auditLog, documents, documentUpdates, profiles, workflows } from "#db/schema/index.ts";
import { withEngine, withIdentity, withTenant } from "#db/tenant.ts";
import { newId } from "#server/adapters/ids.ts";
import { registry } from "#src/agents/registry.ts";
import { freshPostgres } from "#tests/support/database.ts";
import { asOwner, errorOf, newWorkflow, newWorkspace } from "#tests/support/databases.ts";
import { eachDatabase } from "#tests/support/eachDatabase.ts";

for (const { kind, db, workspaceId } of await eachDatabase()) {
  describe(`the database on ${kind}`, () => {
    const names = () => withTenant(db, { workspaceId }, (tx) => tx.select({ name: workflows.name }).from(workflows));

    test("a transaction that throws leaves nothing, and passes the error on", async () => {
      const gone = newId("workflow");
      const attempt = withTenant(db, { workspaceId }, async (tx) => {
        await tx.insert(workflows).values({
          id: gone,
          workspaceId,
          createdBy: newId("profile"),
          name: "gone",
          workflowData: { nodes: [], edges: [], notes: [], settings: { timeoutMs: 1 } },
        });
        throw new RangeError("no");
      });
      expect(await errorOf(attempt)).toMatchObject({ code: "internal", cause: expect.any(RangeError) });
      expect((await names()).map((row) => row.name)).not.toContain("gone");
    });

    test("many transactions at once all succeed, and each sees what it wrote", async () => {
      const made = await Promise.all(
        Array.from({ length: 40 }, async (_, index) => {
          const id = await newWorkflow(db, workspaceId, `parallel ${index}`);
          const [row] = await withTenant(db, { workspaceId }, (tx) =>
            tx.select({ name: workflows.name }).from(workflows).where(eq(workflows.id, id)),
          );
          return row?.name;
        }),
      );
      expect(made).toEqual(Array.from({ length: 40 }, (_, index) => `parallel ${index}`));
    });

    test("a statement of the engine waits for an open transaction and then answers", async () => {
      const order: string[] = [];
      let outside: Promise<unknown> = Promise.resolve();
      const { promise: isOpen, resolve: opened } = Promise.withResolvers<void>();
      const inside = withTenant(db, { workspaceId }, async (tx) => {
        opened();
        await tx.execute(sql`select 1`);
        order.push("inside");
      });
      await isOpen;
      outside = engineRows(db, "select 1", []).then(() => order.push("outside"));
      await Promise.all([inside, outside]);
      expect(order.toSorted()).toEqual(["inside", "outside"]);
    });

    test("a door opened inside another door's transaction is refused, not waited for", async () => {
      const nested = withTenant(db, { workspaceId }, () => withIdentity(db, async () => 1));
      expect(await errorOf(nested)).toMatchObject({ code: "internal" });
      // Begun inside, done when the transaction has ended: then it is not inside.
      const later = Promise.withResolvers<void>();
      const started: Promise<unknown>[] = [];
      await withTenant(db, { workspaceId }, async () => {
        started.push(later.promise.then(() => names()));
      });
      later.resolve();
      await Promise.all(started);
    });

    test("jsonb, times, bytes, big numbers and words in any language come back as they went in", async () => {
      const graph = {
        nodes: [],
        edges: [],
        notes: [
          { id: "n", text: 'a "quoted" \\ line\nGrüße 🎉 {1,2}', position: { x: -1.5, y: 0 }, width: 40, height: 40 },
        ],
        settings: { timeoutMs: 3 },
      } as unknown as typeof workflows.$inferInsert.workflowData;
      const id = newId("workflow");
      const createdAt = new Date("2026-02-03T04:05:06.789Z");
      const bytes = Uint8Array.from({ length: 70_000 }, (_, index) => index % 256);
      await withTenant(db, { workspaceId }, async (tx) => {
        const name = "日本語 Ärger";
        await tx
          .insert(workflows)
          .values({ id, workspaceId, createdBy: newId("profile"), name, workflowData: graph, createdAt });
        await tx.insert(documents).values({ workflowId: id, workspaceId, lastSeq: Number.MAX_SAFE_INTEGER });
        await tx.insert(documentUpdates).values({ workflowId: id, seq: 1, workspaceId, update: bytes });
      });
      const [row] = await withTenant(db, { workspaceId }, (tx) =>
        tx
          .select({ workflow: workflows, lastSeq: documents.lastSeq, update: documentUpdates.update })
          .from(workflows)
          .innerJoin(documents, eq(documents.workflowId, workflows.id))
          .innerJoin(documentUpdates, eq(documentUpdates.workflowId, workflows.id))
          .where(eq(workflows.id, id)),
      );
      expect(row?.workflow.name).toBe("日本語 Ärger");
      expect(row?.workflow.workflowData).toEqual(graph);
      expect(row?.workflow.createdAt).toEqual(createdAt);
      expect(row?.workflow.deletedAt).toBeNull();
      expect(row?.lastSeq).toBe(Number.MAX_SAFE_INTEGER);
      expect(Buffer.from(row?.update ?? []).equals(Buffer.from(bytes))).toBe(true);
    });

    test("a plain execute gives an array of rows", async () => {
      const rows = await withTenant(db, { workspaceId }, (tx) => tx.execute<{ one: number }>(sql`select 1 as one`));
      expect([...rows]).toEqual([{ one: 1 }]);
    });

    test("full-text search finds a name and, stemmed, a description", async () => {
      const id = await newWorkflow(db, workspaceId, "Quarterly zebra");
      await withTenant(db, { workspaceId }, (tx) =>
        tx.update(workflows).set({ description: "Summarises invoices" }).where(eq(workflows.id, id)),
      );
      for (const words of ["zebra", "invoice"]) {
        const found = await withTenant(db, { workspaceId }, (tx) =>
          tx
            .select({ id: workflows.id })
            .from(workflows)
            .where(sql`${workflows.search} @@ websearch_to_tsquery('english', ${words})`),
        );
        expect(found).toEqual([{ id }]);
      }
    });

    test("errors tell what to do and never show SQL", async () => {
      const name = newId("profile").slice(4, 30);
      const add = (username: string) =>
        withIdentity(db, (tx) => tx.insert(profiles).values({ id: newId("profile"), username, passwordHash: "x" }));
      await add(name);
      const again = await errorOf(add(name.toUpperCase()));
      expect(again).toMatchObject({ code: "conflict", retryable: false });
      expect(String((again as Error).message)).not.toMatch(/insert|profiles|unique/i);
      expect(await errorOf(add("nul \u0000 in it"))).toMatchObject({ code: "bad_request" });
    });

    test("migrating again changes nothing", async () => {
      const before = await asOwner(db, "select hash from drizzle.__drizzle_migrations order by id");
      await migrate(db);
      expect(await asOwner(db, "select hash from drizzle.__drizzle_migrations order by id")).toEqual(before);
      expect(before.length).toBeGreaterThan(0);
    });

    test("a database of another release is refused", async () => {
      await asOwner(db, "insert into drizzle.__drizzle_migrations (hash, created_at) values ('from the future', 1)");
      try {
        expect(await errorOf(migrate(db))).toMatchObject({ code: "unavailable" });
      } finally {
        await asOwner(db, "delete from drizzle.__drizzle_migrations where hash = 'from the future'");
        await migrate(db);
      }
    });

    test("the catalogue lists every built-in agent of the registry to every workspace, and no tenant can change one", async () => {
      const listed = () =>
        withTenant(db, { workspaceId }, (tx) => tx.select().from(agents).where(eq(agents.isBuiltin, true)));
      expect((await listed()).map((agent) => agent.name).toSorted()).toEqual(Object.keys(registry).toSorted());
      await withTenant(db, { workspaceId }, (tx) => tx.update(agents).set({ displayName: "mine" }));
      await withTenant(db, { workspaceId }, (tx) => tx.delete(agents));
      expect((await listed()).map((agent) => agent.displayName)).not.toContain("mine");
      expect(await listed()).toHaveLength(Object.keys(registry).length);
    });

    test("what must never change cannot be changed through any door", async () => {
      const id = newId("audit");
      await withTenant(db, { workspaceId }, (tx) =>
        tx.insert(auditLog).values({ id, workspaceId, action: "test.done" }),
      );
      const changes = [
        withTenant(db, { workspaceId }, (tx) => tx.update(auditLog).set({ action: "test.undone" })),
        withTenant(db, { workspaceId }, (tx) => tx.delete(auditLog)),
        withTenant(db, { workspaceId }, (tx) => tx.execute(sql`update workflow_versions set number = 2`)),
        withTenant(db, { workspaceId }, (tx) => tx.execute(sql`update workflow_executions set status = 'failed'`)),
        withTenant(db, { workspaceId }, (tx) => tx.execute(sql`select password_hash from profiles`)),
        withEngine(db, (tx) => tx.execute(sql`update execution_events set seq = 2`)),
        withEngine(db, (tx) => tx.execute(sql`select 1 from profiles`)),
        withIdentity(db, (tx) => tx.execute(sql`select 1 from workflows`)),
      ];
      for (const change of await Promise.allSettled(changes)) {
        expect(change.status).toBe("rejected");
        if (change.status === "rejected") expect(String(change.reason.cause?.cause)).toContain("permission denied");
      }
    });
  });
}

describe("several processes on one PostgreSQL", () => {
  test("migrating at the same moment makes the tables once", async () => {
    await using fresh = await freshPostgres();
    const processes = await Promise.all(Array.from({ length: 4 }, () => openDatabase({ url: fresh.url, poolSize: 2 })));
    try {
      await Promise.all(processes.map(migrate));
      const [first] = processes;
      if (!first) throw new Error("No process");
      const applied = await asOwner(
        first,
        "select hash, count(*)::int as times from drizzle.__drizzle_migrations group by hash",
      );
      expect(applied.every((row) => row.times === 1)).toBe(true);
    } finally {
      await Promise.all(processes.map((process) => process.close()));
    }
  });

  test("new databases of one cluster, which share the roles, are migrated at the same moment", async () => {
    await using one = await freshPostgres();
    await using two = await freshPostgres();
    await using three = await freshPostgres();
    const databases = await Promise.all([one, two, three].map(({ url }) => openDatabase({ url })));
    try {
      await Promise.all(databases.map(migrate));
    } finally {
      await Promise.all(databases.map((database) => database.close()));
    }
  }, 30_000);

  test("an owner who is no superuser can migrate and use every door", async () => {
    await using fresh = await freshPostgres();
    await using admin = await openAs(fresh.url);
    const login = `owner_${newId("audit").slice(-10)}`;
    const database = new URL(fresh.url).pathname.slice(1);
    await admin.db.ownerSql.unsafe(`create role ${login} login createrole`);
    await admin.db.ownerSql.unsafe(`alter database ${database} owner to ${login}`);
    await admin.db.ownerSql.unsafe(`alter schema public owner to ${login}`);
    const url = new URL(fresh.url);
    url.username = login;
    {
      await using owner = await openAs(url.href);
      await migrate(owner.db);
      const workspaceId = await newWorkspace(owner.db);
      await newWorkflow(owner.db, workspaceId);
      const seen = await withTenant(owner.db, { workspaceId }, (tx) => tx.select({ id: workflows.id }).from(workflows));
      expect(seen).toHaveLength(1);
      expect(await engineRows(owner.db, "select 1 from workflow_executions", [])).toEqual([]);
      // Forced: the owner of the tables, outside the doors, sees nothing either.
      expect([...(await owner.db.ownerSql`select id from workflows`)]).toEqual([]);
    }
    await admin.db.ownerSql.unsafe(`reassign owned by ${login} to current_user`);
    await admin.db.ownerSql.unsafe(`drop owned by ${login}`);
    await admin.db.ownerSql.unsafe(`drop role ${login}`);
  });
});

async function openAs(url: string): Promise<{ db: Database } & AsyncDisposable> {
  const db = await openDatabase({ url });
  return { db, [Symbol.asyncDispose]: () => db.close() };
}
