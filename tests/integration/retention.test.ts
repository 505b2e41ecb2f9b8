import { afterAll, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import type { Database } from "#db/client.ts";
import { engineRows } from "#db/engine.ts";
import { onlyOne } from "#db/onlyOne.ts";
import { reclaim } from "#db/reclaim.ts";
import { batchEvents, batchPayloads, batchSize, measureEnded, removeOldest } from "#db/statements/storage.ts";
import { newId } from "#server/adapters/ids.ts";
import { applyRetention } from "#server/housekeeping/retention.ts";
import type { NewExecution } from "#src/engine/ports.ts";
import type { RetentionRule } from "#src/schemas/retention.ts";
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

for (const kind of databaseKinds) {
  describe(`retention on ${kind}`, () => {
    let under: TestDatabase;
    let db: Database;
    let mine: NewExecution;
    let theirs: NewExecution;
    beforeAll(async () => {
      under = await testDatabase(kind);
      db = under.db;
    }, 60_000);
    beforeEach(async () => {
      await asOwner(
        db,
        "truncate workflow_executions, execution_events, storage_use, retention_rules, audit_log cascade",
      );
      mine = await newExecutionOf(db, chain(1), await newWorkspace(db));
      theirs = await newExecutionOf(db, chain(1), await newWorkspace(db));
    });
    afterAll(() => under[Symbol.asyncDispose]());

    const round = () =>
      applyRetention({ db, newId, now: Date.now, pause: () => Promise.resolve(), isStopping: () => false });
    async function rule({ maxAgeDays, maxExecutions, maxBytes }: Partial<RetentionRule>) {
      await asOwner(
        db,
        `insert into retention_rules (workspace_id, max_age_days, max_executions, max_bytes, updated_by)
         values ('${mine.workspaceId}', ${maxAgeDays ?? null}, ${maxExecutions ?? null}, ${maxBytes ?? null}, 'usr_1')`,
      );
    }
    const ids = async ({ workspaceId } = mine) =>
      (
        await asOwner<{ id: string }>(
          db,
          `select id from workflow_executions where workspace_id = '${workspaceId}' order by id`,
        )
      ).map(({ id }) => id);
    async function use() {
      const [row] = await asOwner(
        db,
        `select executions::int, events::int, removed::int, payloads::int,
           (execution_bytes + event_bytes + payload_bytes)::int as bytes,
           execution_bytes::int, event_bytes::int, payload_bytes::int from storage_use where workspace_id = '${mine.workspaceId}'`,
      );
      return row;
    }
    const rowsLeft = async () =>
      (await asOwner(db, `select (select count(*)::int from execution_events) as events`))[0];

    test("removes what ended too long ago, with its events, in every workspace by its own rule", async () => {
      await rule({ maxAgeDays: 10 });
      await seedEnded(db, mine, { count: 5, daysAgo: [15, 11], series: "a" });
      await seedEnded(db, mine, { count: 2, daysAgo: [9, 8], series: "b" });
      await seedEnded(db, theirs, { count: 2, daysAgo: [95, 80], series: "c" });
      await round();
      expect(await ids()).toEqual(["exe_b000000000001", "exe_b000000000002"]);
      // Without a rule: 90 days.
      expect(await ids(theirs)).toEqual(["exe_c000000000002"]);
      expect(await rowsLeft()).toEqual({ events: 9 });
      expect(await use()).toMatchObject({ executions: 2, events: 6, removed: 5 });
    });

    test("removes the oldest over the count, in as many batches as it takes", async () => {
      await rule({ maxExecutions: 30 });
      await seedEnded(db, mine, { count: 450, daysAgo: [5, 1], series: "a" });
      await round();
      const left = await ids();
      expect(left).toHaveLength(30);
      expect(left[0]).toBe("exe_a000000000421");
      expect(await use()).toMatchObject({ executions: 30, events: 90, removed: 420 });
    });

    test("removes the oldest over the bytes, and its sums are what is left", async () => {
      await seedEnded(db, mine, { count: 20, daysAgo: [5, 1], series: "a" });
      await round();
      const before = await use();
      expect(before).toMatchObject({ executions: 20, events: 60, removed: 0 });
      const each = Number(before?.bytes) / 20;
      await rule({ maxBytes: 1_000_000_000 });
      await asOwner(db, `update retention_rules set max_bytes = ${Math.round(each * 7.5)}`);
      await round();
      expect(await ids()).toHaveLength(7);
      const after = await use();
      expect(after).toMatchObject({ executions: 7, events: 21, bytes: Math.round(each * 7) });
      await asOwner(db, "update workflow_executions set stored_bytes = null; delete from storage_use");
      await engineRows(db, measureEnded, [mine.workspaceId]);
      expect(await use()).toEqual({ ...after, removed: 0 });
    });

    test("never removes what goes on, nor a child whose parent does", async () => {
      await rule({ maxAgeDays: 1, maxExecutions: 1, maxBytes: 1_000_000 });
      await seedEnded(db, mine, { count: 4, daysAgo: [50, 40], series: "a" });
      await asOwner(
        db,
        `delete from workflow_executions where id = 'exe_a000000000001';
         insert into workflow_executions (id, workspace_id, workflow_id, version_id, status, trigger, last_seq)
         select 'exe_a000000000001', workspace_id, workflow_id, version_id, 'waiting', trigger, 3 from workflow_executions where id = 'exe_a000000000002';
         update workflow_executions set trigger = trigger || '{"parent":{"executionId":"exe_a000000000001","stepKey":"a"}}' where id = 'exe_a000000000002'`,
      );
      await round();
      expect(await ids()).toEqual(["exe_a000000000001", "exe_a000000000002"]);
      await asOwner(
        db,
        "update workflow_executions set status = 'succeeded', ended_at = now() where id = 'exe_a000000000001'",
      );
      await round();
      expect(await ids()).toEqual(["exe_a000000000001"]);
    });

    test("takes one that is larger than a batch away in pieces", async () => {
      await rule({ maxAgeDays: 1 });
      await seedEnded(db, mine, { count: 1, events: 9_000, daysAgo: [9, 9], series: "a" });
      await seedEnded(db, mine, { count: 3, daysAgo: [8, 7], series: "b" });
      await engineRows(db, measureEnded, [mine.workspaceId]);
      const given = [mine.workspaceId, Date.now(), null, null];
      const [first] = await engineRows<{ executions: number; events: number }>(db, removeOldest, given);
      expect(first).toEqual({ executions: 0, events: batchEvents });
      await round();
      expect(await ids()).toEqual([]);
      expect(await rowsLeft()).toEqual({ events: 0 });
      expect(await use()).toMatchObject({ executions: 0, events: 0, bytes: 0, removed: 4 });
    });

    test("removes large values with their executions, in pieces where there are many, and counts them before", async () => {
      await seedEnded(db, mine, { count: 3, daysAgo: [9, 7], series: "a" });
      const fill = (id: string, many: number) =>
        asOwner(
          db,
          `insert into payloads (execution_id, hash, workspace_id, bytes, value)
           select '${id}', n::text, '${mine.workspaceId}', 100000, to_json(repeat(md5(n::text), 3000)) from generate_series(1, ${many}) as n`,
        );
      await fill("exe_a000000000001", 2 * batchPayloads + 1);
      await fill("exe_a000000000003", 2);
      await rule({ maxExecutions: 100 });
      await round();
      const before = await use();
      expect(before).toMatchObject({ executions: 3, payloads: 2 * batchPayloads + 3 });
      const [bytes] = await asOwner<{ bytes: number }>(
        db,
        "select sum(pg_column_size(value) + 300)::int as bytes from payloads",
      );
      expect(before?.payload_bytes).toBe(bytes?.bytes);
      const [sums] = await asOwner<{ bytes: number }>(
        db,
        "select sum(stored_bytes)::int as bytes from workflow_executions",
      );
      expect(before?.bytes).toBe(sums?.bytes);

      const given = [mine.workspaceId, null, 1, null];
      const pieces = [];
      for (let batch = 0; batch < 3; batch += 1) pieces.push((await engineRows(db, removeOldest, given))[0]);
      // The second goes with the first piece of the first: it has none.
      expect(pieces).toEqual([
        { executions: 1, events: 6 + batchPayloads },
        { executions: 0, events: batchPayloads },
        { executions: 1, events: 1 },
      ]);
      expect(await ids()).toEqual(["exe_a000000000003"]);
      expect(await use()).toMatchObject({ executions: 1, payloads: 2, removed: 2 });
    });

    test("tells the audit log once an hour what it removed", async () => {
      await rule({ maxAgeDays: 10 });
      await seedEnded(db, mine, { count: 3, daysAgo: [15, 12], series: "a" });
      await round();
      await seedEnded(db, mine, { count: 2, daysAgo: [15, 12], series: "b" });
      await round();
      const entries = () =>
        asOwner(db, "select action, principal, detail ->> 'executions' as executions from audit_log");
      expect([...(await entries())]).toEqual([{ action: "retention.removed", principal: null, executions: "3" }]);
      await asOwner(db, "update storage_use set reported_at = now() - interval '2 hours'");
      await round();
      expect(await entries()).toHaveLength(2);
    });

    test("ends between two batches when it is told to", async () => {
      await rule({ maxExecutions: 1 });
      await seedEnded(db, mine, { count: 3 * batchSize, daysAgo: [5, 1], series: "a" });
      for (let batch = 0; batch < 4; batch += 1) await engineRows(db, measureEnded, [mine.workspaceId]);
      let pauses = 0;
      const pause = async () => {
        pauses += 1;
      };
      await applyRetention({ db, newId, now: Date.now, pause, isStopping: () => pauses === 1 });
      expect(await ids()).toHaveLength(2 * batchSize);
    });
  });
}

test("the embedded database gives the room of removed rows to new ones", async () => {
  await using under = await testDatabase("pglite");
  const { db } = under;
  const like = await newExecutionOf(db, chain(1), await newWorkspace(db));
  const fill = (series: string) => seedEnded(db, like, { count: 2_000, events: 5, daysAgo: [5, 1], series });
  const size = async () => {
    const [row] = await asOwner<{ bytes: number }>(db, "select pg_relation_size('execution_events')::int as bytes");
    return row?.bytes ?? 0;
  };
  await fill("a");
  const full = await size();
  await asOwner(db, "delete from execution_events; delete from workflow_executions");
  await reclaim(db);
  await fill("b");
  expect(await size()).toBeLessThan(full * 1.1);
  // Whoever asks next is the engine again.
  const [who] = await engineRows<{ role: string }>(db, "select current_user::text as role", []);
  expect(who?.role).toBe("agentflow_engine");
}, 60_000);

test("what only one may do is done by one process at a time", async () => {
  await using under = await testDatabase("postgres");
  const tried: boolean[] = [];
  const outer = await onlyOne(under.db, "a", async () => {
    tried.push(await onlyOne(under.db, "a", async () => {}));
  });
  expect({ outer, tried }).toEqual({ outer: true, tried: [false] });
  expect(await onlyOne(under.db, "a", async () => {})).toBe(true);
});
