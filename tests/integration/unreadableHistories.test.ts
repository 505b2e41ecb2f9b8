import { describe, expect, test } from "bun:test";
import { engineRows } from "#db/engine.ts";
import { findExecution, readEvents } from "#db/queries/executions.ts";
import { unparkUnreadable } from "#db/statements/parkUnreadable.ts";
import { withTenant } from "#db/tenant.ts";
import { createDatabaseStore } from "#server/execution/store.ts";
import { alphabet } from "#src/engine/upcast.ts";
import { asOwner, errorOf, newExecutionOf } from "#tests/support/databases.ts";
import { eachDatabase } from "#tests/support/eachDatabase.ts";
import { chain } from "#tests/support/engine/graphs.ts";
import { trigger } from "#tests/support/engine/rig.ts";

for (const { kind, db, workspaceId } of await eachDatabase()) {
  describe(`a history that a newer release wrote, on ${kind}`, () => {
    /** An execution whose second event is of a type that nobody here knows. */
    async function fromTomorrow() {
      const execution = await newExecutionOf(db, chain(2), workspaceId);
      await createDatabaseStore(db).create(
        execution,
        [{ seq: 1, at: Date.now(), body: { type: "execution_created", input: { n: 1 }, trigger } }],
        null,
      );
      await asOwner(
        db,
        `with row as (update workflow_executions set last_seq = 2, status = 'running' where id = '${execution.id}' returning *)
         insert into execution_events (execution_id, seq, workspace_id, type, body, at)
         select id, 2, workspace_id, 'execution_dreamt', '{"type":"execution_dreamt"}', now() from row`,
      );
      return execution;
    }
    const rowOf = async (id: string) =>
      (await asOwner(db, `select status, error, lease_owner, last_seq from workflow_executions where id = '${id}'`))[0];

    test("is put aside once, in its last good state, and holds nobody else up", async () => {
      const store = createDatabaseStore(db);
      const strange = await fromTomorrow();
      const plain = await newExecutionOf(db, chain(1), workspaceId);
      const created = { type: "execution_created", input: null, trigger } as const;
      await store.create(plain, [{ seq: 1, at: Date.now(), body: created }], null);
      const claimed = await store.claim("worker", 10);
      expect(claimed.map(({ lease }) => lease.executionId)).toEqual([plain.id]);
      expect(await store.claim("other", 10)).toEqual([]);
      expect(await store.claimOne("other", strange.id)).toEqual([]);
      expect(await rowOf(strange.id)).toMatchObject({
        status: "running",
        error: null,
        last_seq: 2,
        lease_owner: `unreadable:${alphabet.number}`,
      });
    });

    test("is shown as far as it can be read, with the reason", async () => {
      const { id } = await fromTomorrow();
      const detail = await withTenant(db, { workspaceId }, (tx) => findExecution(tx, { workspaceId, id }));
      expect(detail).toMatchObject({ status: "running", input: { n: 1 }, heldUp: { code: "history_unreadable" } });
      const page = (afterSeq: number) =>
        withTenant(db, { workspaceId }, (tx) => readEvents(tx, { workspaceId, id }, { afterSeq, limit: 10 }));
      expect(await page(0)).toHaveLength(1);
      expect(await errorOf(page(1))).toMatchObject({ code: "history_unreadable" });
    });

    test("of an execution that has ended is shown as far as it can be read, too", async () => {
      const { id } = await fromTomorrow();
      await asOwner(
        db,
        `update workflow_executions set status = 'succeeded', output_data = '1', ended_at = now() where id = '${id}'`,
      );
      const detail = await withTenant(db, { workspaceId }, (tx) => findExecution(tx, { workspaceId, id }));
      expect(detail).toMatchObject({ status: "succeeded", output: 1, heldUp: { code: "history_unreadable" } });
    });

    test("is taken up again by a release that knows more", async () => {
      const store = createDatabaseStore(db);
      const { id } = await fromTomorrow();
      await store.claim("old", 10);
      await engineRows(db, unparkUnreadable, [alphabet.number]);
      expect((await rowOf(id))?.lease_owner).toBe(`unreadable:${alphabet.number}`);
      await asOwner(
        db,
        `update workflow_executions set lease_owner = 'unreadable:${alphabet.number - 1}' where id = '${id}'`,
      );
      // What it could not read: here it is taken away, where a newer release would know it.
      await asOwner(
        db,
        `update workflow_executions set last_seq = 1, status = 'queued' where id = '${id}';
         delete from execution_events where execution_id = '${id}' and seq = 2`,
      );
      await engineRows(db, unparkUnreadable, [alphabet.number]);
      const claimed = await store.claim("new", 10);
      expect(claimed.map(({ lease }) => lease.executionId)).toEqual([id]);
    });
  });
}
