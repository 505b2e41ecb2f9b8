import { describe, expect, test } from "bun:test";
import { openDatabase } from "#db/client.ts";
import { systemClock } from "#server/adapters/clock.ts";
import { newId } from "#server/adapters/ids.ts";
import { createFeed } from "#server/execution/feed.ts";
import { createRunner } from "#server/execution/runner.ts";
import { createDatabaseStore } from "#server/execution/store.ts";
import { queuedEvents } from "#src/engine/start.ts";
import { AppError } from "#src/errors.ts";
import type { WorkspaceId } from "#src/ids.ts";
import type { Graph } from "#src/schemas/graph.ts";
import { asOwner, errorOf, newExecutionOf, newWorkspace } from "#tests/support/databases.ts";
import { eachDatabase } from "#tests/support/eachDatabase.ts";
import { testCatalogue, testExecutors, type Work } from "#tests/support/engine/agents.ts";
import { chain } from "#tests/support/engine/graphs.ts";
import { trigger } from "#tests/support/engine/rig.ts";

for (const { kind, db, url } of await eachDatabase()) {
  describe(`claims on ${kind}`, () => {
    const store = createDatabaseStore(db);

    /** No two are of the same age. */
    let at = Date.now() - 60_000;
    /** Queues so many of one workflow; gives their ids in that order. */
    async function queue(
      workspaceId: WorkspaceId,
      { count = 1, priority = 0, limit = null as number | null, perMinute = null as number | null } = {},
    ): Promise<string[]> {
      const first = await newExecutionOf(db, chain(1), workspaceId);
      const ids: string[] = [];
      for (let made = 0; made < count; made += 1) {
        const execution = {
          ...first,
          id: newId("execution"),
          placing: { priority, concurrencyLimit: limit, slot: null, startsPerMinute: perMinute },
        };
        await store.create(execution, queuedEvents({ input: null, trigger, at: ++at }), null);
        ids.push(execution.id);
      }
      return ids;
    }
    const claimed = async (limit: number, worker = "worker") =>
      (await store.claim(worker, limit)).map(({ lease }) => lease.executionId as string);
    const clear = () =>
      asOwner(
        db,
        "update workflow_executions set status = 'cancelled', lease_owner = null, ended_at = now() where status < 'succeeded'",
      );

    test("a workspace that queued many does not delay another one's few", async () => {
      const [noisy, quiet] = [await newWorkspace(db), await newWorkspace(db)];
      const many = await queue(noisy, { count: 60 });
      expect(await claimed(10)).toEqual(many.slice(0, 10));
      const [few] = [await queue(quiet, { count: 2 })];
      // One place is free, then another: both are the quiet one's, which has none running.
      expect(await claimed(1)).toEqual(few.slice(0, 1));
      expect(await claimed(1)).toEqual(few.slice(1));
      expect(await claimed(1)).toEqual(many.slice(10, 11));
      await clear();
    });

    test("inside a workspace the highest priority comes first, then the oldest; between workspaces it counts for nothing", async () => {
      const [eager, other] = [await newWorkspace(db), await newWorkspace(db)];
      const [low] = await queue(eager, { priority: -1 });
      const normal = await queue(eager, { count: 2 });
      const high = await queue(eager, { count: 2, priority: 1 });
      const [theirs] = await queue(other, { priority: -1 });
      expect((await claimed(2)).toSorted()).toEqual([high[0], theirs].map(String).toSorted());
      const rest = [high[1], ...normal, low].map(String);
      for (const id of rest) expect(await claimed(1)).toEqual([id]);
      await clear();
    });

    test("no more of a workflow run than its limit, whoever claims at the same moment, and a full one hides nothing behind it", async () => {
      const workspaceId = await newWorkspace(db);
      const limited = await queue(workspaceId, { count: 30, limit: 3 });
      const free = await queue(workspaceId, { count: 4 });
      const others = url === null ? [] : await Promise.all([1, 2, 3].map(() => openDatabase({ url })));
      const stores = [store, ...others.map(createDatabaseStore)];
      const taken = await Promise.all(
        stores.flatMap((each, at) => [1, 2, 3].map((n) => each.claim(`worker ${at} ${n}`, 10))),
      );
      // A claim that met another at this moment leaves things to the next second.
      const ids = [...taken.flat(), ...(await store.claim("worker", 10))].map(
        ({ lease }) => lease.executionId as string,
      );
      expect(new Set(ids).size).toBe(ids.length);
      expect(ids.filter((id) => limited.includes(id)).toSorted()).toEqual(limited.slice(0, 3).toSorted());
      expect(ids.filter((id) => free.includes(id)).toSorted()).toEqual(free.toSorted());
      for (const other of others) await other.close();
      await clear();
    });

    /** As if so many seconds had gone by since they were let in. */
    const later = (seconds: number) =>
      asOwner(db, `update workflow_executions set admitted_at = admitted_at - interval '${seconds} seconds'`);

    test("no more of a workflow begin in a minute than its rate, in their order, and nobody else waits for them", async () => {
      const workspaceId = await newWorkspace(db);
      const rated = await queue(workspaceId, { count: 7, limit: 100, perMinute: 3 });
      const free = await queue(workspaceId, { count: 2 });
      expect((await claimed(20)).toSorted()).toEqual([...rated.slice(0, 3), ...free].toSorted());
      expect(await claimed(20)).toEqual([]);
      await later(40);
      expect(await claimed(20)).toEqual([]);
      await later(21);
      expect((await claimed(2)).toSorted()).toEqual(rated.slice(3, 5).toSorted());
      expect(await claimed(20)).toEqual(rated.slice(5, 6));
      expect(await claimed(20)).toEqual([]);
      await later(61);
      expect(await claimed(20)).toEqual(rated.slice(6));
      await clear();
    });

    test("the rate holds whoever claims at the same moment, for those that have ended already, too", async () => {
      const rated = await queue(await newWorkspace(db), { count: 30, limit: 100, perMinute: 4 });
      const others = url === null ? [] : await Promise.all([1, 2, 3].map(() => openDatabase({ url })));
      const stores = [store, ...others.map(createDatabaseStore)];
      const taken = await Promise.all(
        stores.flatMap((each, of) => [1, 2, 3].map((n) => each.claim(`rate ${of} ${n}`, 3))),
      );
      const ids = taken.flat().map(({ lease }) => lease.executionId as string);
      ids.push(...(await claimed(10)));
      expect(ids.toSorted()).toEqual(rated.slice(0, 4).toSorted());
      await asOwner(
        db,
        "update workflow_executions set status = 'succeeded', lease_owner = null, ended_at = now() where start_number is not null and status < 'succeeded'",
      );
      expect(await claimed(10)).toEqual([]);
      await later(61);
      expect((await claimed(10)).toSorted()).toEqual(rated.slice(4, 8).toSorted());
      for (const other of others) await other.close();
      await clear();
    });

    test("a rate and a limit at once both hold, and one that is claimed anew has not begun twice", async () => {
      const rated = await queue(await newWorkspace(db), { count: 5, limit: 1, perMinute: 2 });
      expect(await claimed(10)).toEqual(rated.slice(0, 1));
      await store.release("worker");
      expect(await claimed(10)).toEqual(rated.slice(0, 1));
      expect(await claimed(10)).toEqual([]);
      await asOwner(
        db,
        `update workflow_executions set status = 'succeeded', lease_owner = null where id = '${rated[0]}'`,
      );
      expect(await claimed(10)).toEqual(rated.slice(1, 2));
      await asOwner(
        db,
        `update workflow_executions set status = 'succeeded', lease_owner = null where id = '${rated[1]}'`,
      );
      expect(await claimed(10)).toEqual([]);
      await clear();
    });

    test("one that was asleep takes a place of its workflow again, before those that have not begun", async () => {
      const workspaceId = await newWorkspace(db);
      const limited = await queue(workspaceId, { count: 4, limit: 2 });
      const [free] = await queue(workspaceId, { count: 1 });
      const set = (id: string | undefined, what: string) =>
        asOwner(db, `update workflow_executions set ${what} where id = '${id}'`);
      expect((await claimed(10)).toSorted()).toEqual([...limited.slice(0, 2), free].map(String).toSorted());
      // The first and the free one sleep; the third takes the first one's place.
      for (const id of [limited[0], free]) await set(id, "status = 'waiting', lease_owner = null, wake_at = null");
      expect(await claimed(10)).toEqual(limited.slice(2, 3));
      // Both are woken: the one without a limit goes on, the other has no place yet.
      for (const id of [limited[0], free]) await set(id, "wake_at = now()");
      expect(await claimed(10)).toEqual([String(free)]);
      await set(limited[1], "status = 'succeeded', lease_owner = null");
      expect(await claimed(10)).toEqual(limited.slice(0, 1));
      await set(limited[2], "status = 'succeeded', lease_owner = null");
      expect(await claimed(10)).toEqual(limited.slice(3));
      await clear();
    });

    function runner(work: Work, options: { capacity?: number; queueLimit?: number } = {}) {
      return createRunner({
        db,
        feed: createFeed(),
        clock: systemClock,
        catalogue: testCatalogue,
        executors: testExecutors(work),
        contextFor: () => ({}) as never,
        capacity: options.capacity ?? 10,
        ...(options.queueLimit === undefined ? {} : { queueLimit: options.queueLimit }),
        graceMs: 0,
        log: { warn: () => {}, error: () => {} },
      });
    }
    const withLimit = (concurrency: number): Graph => {
      const graph = chain(1);
      return { ...graph, settings: { ...graph.settings, concurrency } };
    };

    test("a start beyond the workflow's limit waits, and begins as soon as one of them has ended", async () => {
      const gates: (() => void)[] = [];
      let most = 0;
      let running = 0;
      const { promise: all, resolve: done } = Promise.withResolvers<void>();
      let left = 6;
      const under = runner(async () => {
        running += 1;
        most = Math.max(most, running);
        await new Promise<void>((resolve) => gates.push(resolve));
        running -= 1;
        left -= 1;
        if (left === 0) done();
        return { out: 1 };
      });
      const graph = withLimit(2);
      const first = await newExecutionOf(db, graph, await newWorkspace(db));
      const statuses = [];
      for (let at = 0; at < 6; at += 1) {
        const execution = { ...first, id: newId("execution") };
        statuses.push((await under.start({ execution, graph, input: null, trigger })).status);
      }
      expect(statuses).toEqual(["running", "running", "queued", "queued", "queued", "queued"]);
      const opener = setInterval(() => gates.shift()?.(), 5);
      await all;
      clearInterval(opener);
      expect(most).toBe(2);
      await under.stop();
      await clear();
    });

    test("what one workspace may have waiting is bounded: beyond it a start is refused, and another workspace is not", async () => {
      const under = runner(() => new Promise(() => {}), { capacity: 0, queueLimit: 3 });
      const workspaceId = await newWorkspace(db);
      const first = await newExecutionOf(db, chain(1), workspaceId);
      const start = (execution: typeof first) => under.start({ execution, graph: chain(1), input: null, trigger });
      for (let at = 0; at < 3; at += 1)
        expect((await start({ ...first, id: newId("execution") })).status).toBe("queued");
      const refusal = await errorOf(start({ ...first, id: newId("execution") }));
      expect(refusal).toBeInstanceOf(AppError);
      expect(refusal).toMatchObject({ code: "rate_limited", retryAfterMs: 5_000 });
      const elsewhere = await newExecutionOf(db, chain(1), await newWorkspace(db));
      expect((await start(elsewhere)).status).toBe("queued");
      await under.stop();
      await clear();
    });
  });
}
