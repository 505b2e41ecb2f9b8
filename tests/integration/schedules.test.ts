import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { PgBoss } from "pg-boss";
import { bossConnection } from "#db/bossConnection.ts";
import { createFiring } from "#server/schedules/firing.ts";
import { startTicker } from "#server/schedules/ticker.ts";
import type { WorkflowId } from "#src/ids.ts";
import type { Schedule } from "#src/schemas/schedule.ts";
import { freshPostgres } from "#tests/support/database.ts";
import { asOwner, databaseKinds } from "#tests/support/databases.ts";
import { echoGraph } from "#tests/support/graphs.ts";
import { codeOf, openTestServer, type TestClient, type TestServer } from "#tests/support/testServer.ts";

const minute = 60_000;

for (const kind of databaseKinds) {
  describe(`schedules on ${kind}`, () => {
    let postgres: Awaited<ReturnType<typeof freshPostgres>> | null = null;
    let server: TestServer;
    let owner: TestClient;
    let workflowId: WorkflowId;
    beforeAll(async () => {
      postgres = kind === "postgres" ? await freshPostgres() : null;
      // As an api process: what fires is what the test fires.
      server = await openTestServer({ env: { databaseUrl: postgres?.url ?? null, role: "api" } });
      owner = await server.owner();
      workflowId = (await owner.trpc.workflows.create.mutate({ name: "Hourly", graph: echoGraph() as never })).id;
    }, 60_000);
    afterAll(async () => {
      await server[Symbol.asyncDispose]();
      await postgres?.[Symbol.asyncDispose]();
    });

    const create = (wish: Partial<{ cron: string; timezone: string; enabled: boolean; input: never }> = {}) =>
      owner.trpc.schedules.create.mutate({ workflowId, name: "S", cron: "0 * * * *", ...wish });
    const read = async ({ id }: Schedule): Promise<Schedule> => {
      const { items } = await owner.trpc.schedules.list.query({ workflowId });
      const found = items.find((item) => item.id === id);
      if (found === undefined) throw new Error("It is not listed");
      return found;
    };
    const dueAt = (schedule: Schedule): number => Date.parse(schedule.nextRunAt ?? "");
    const firingAt = (at: number) =>
      createFiring({ db: server.deps.db, start: server.deps.services.workflows.startFor, now: () => at });
    const executions = async () => (await owner.trpc.executions.list.query({ workflowId, limit: 100 })).items;
    const remove = ({ id }: Schedule) => owner.trpc.schedules.delete.mutate({ id });

    test("the next time is reckoned in the schedule's time zone", async () => {
      const schedule = await create({ cron: "30 8 * * *", timezone: "Asia/Kolkata" });
      // India is 5:30 ahead, all year.
      expect(schedule.nextRunAt).toMatch(/T03:00:00\.000Z$/);
      expect(dueAt(schedule)).toBeGreaterThan(Date.now());
      const paused = await owner.trpc.schedules.update.mutate({ id: schedule.id, enabled: false });
      expect(paused).toMatchObject({ enabled: false, nextRunAt: null, cron: "30 8 * * *" });
      const moved = await owner.trpc.schedules.update.mutate({ id: schedule.id, enabled: true, timezone: "UTC" });
      expect(moved.nextRunAt).toMatch(/T08:30:00\.000Z$/);
      await remove(schedule);
      expect(await codeOf(remove(schedule))).toBe("not_found");
    });

    test("one that was deleted starts nothing, and comes back as the same one with what it had done", async () => {
      const schedule = await create({ cron: "*/5 * * * *" });
      const due = dueAt(schedule);
      await firingAt(due)();
      const fired = await read(schedule);
      expect(fired.lastExecutionId).not.toBeNull();
      await remove(schedule);
      expect((await owner.trpc.schedules.list.query({ workflowId })).items).toEqual([]);
      const before = (await executions()).length;
      await firingAt(due + 60 * minute)();
      expect(await executions()).toHaveLength(before);
      const { nextRunAt, ...restored } = await owner.trpc.schedules.restore.mutate({ id: schedule.id });
      expect(restored).toMatchObject({ id: schedule.id, lastExecutionId: fired.lastExecutionId, enabled: true });
      expect(Date.parse(nextRunAt ?? "")).toBeGreaterThan(Date.now());
      expect((await owner.trpc.schedules.restore.mutate({ id: schedule.id })).id).toBe(schedule.id);
      await remove(schedule);
    });

    test("a cron line that is none and an unknown time zone are refused in words, and change nothing", async () => {
      const words = (wish: Parameters<typeof create>[0]) => create(wish).catch((error: Error) => error.message);
      expect(await words({ cron: "every day" })).toContain("is no cron line");
      expect(await words({ cron: "61 * * * *" })).toContain("is no cron line");
      expect(await words({ cron: "* * * * * *" })).toContain("five fields");
      expect(await words({ cron: "H 8 * * *" })).toContain("H is no fixed time");
      expect(await words({ timezone: "Mars/Olympus" })).toContain("is no time zone");
      const schedule = await create();
      expect(await codeOf(owner.trpc.schedules.update.mutate({ id: schedule.id, cron: "no" }))).toBe("bad_request");
      expect(await read(schedule)).toEqual(schedule);
      await remove(schedule);
    });

    test("a preview tells the next five times, across a change of the clocks, and refuses in the same words", async () => {
      const preview = (cron: string, timezone = "UTC") => owner.trpc.schedules.preview.query({ cron, timezone });
      const { nextRuns } = await preview("0 9 1 1,7 *", "Europe/Berlin");
      expect(nextRuns).toHaveLength(5);
      expect([...nextRuns].sort()).toEqual(nextRuns);
      const local = new Intl.DateTimeFormat("en", { timeZone: "Europe/Berlin", hour: "2-digit", hourCycle: "h23" });
      expect(nextRuns.map((at) => local.format(Date.parse(at)))).toEqual(["09", "09", "09", "09", "09"]);
      expect(new Set(nextRuns.map((at) => at.slice(11, 13)))).toEqual(new Set(["07", "08"]));
      const leapDays = (await preview("0 0 29 2 *")).nextRuns;
      expect(leapDays.map((at) => at.slice(4, 16))).toEqual(Array(5).fill("-02-29T00:00"));
      expect(await codeOf(preview("0 0 30 2 *"))).toBe("bad_request");
      expect(await preview("every day").catch((error: Error) => error.message)).toContain("is no cron line");
      expect(await codeOf(preview("0 0 * * *", "Mars/Olympus"))).toBe("bad_request");
    });

    test("what is due starts once, whichever processes look at the same moment, and says who started it", async () => {
      const schedule = await create({ input: { n: 1 } as never });
      const before = (await executions()).length;
      const at = dueAt(schedule);
      expect(await firingAt(at - 1)()).toBe(0);
      await Promise.all([firingAt(at + 1_000)(), firingAt(at + 1_000)(), firingAt(at + 2_000)()]);
      const made = await executions();
      expect(made).toHaveLength(before + 1);
      expect(made[0]?.trigger).toEqual({
        kind: "schedule",
        by: { kind: "schedule", scheduleId: schedule.id, name: "S" },
      });
      const after = await read(schedule);
      expect(after).toMatchObject({
        lastRunAt: schedule.nextRunAt,
        lastExecutionId: made[0]?.id as never,
        lastStatus: "queued",
        lastError: null,
      });
      expect(dueAt(after)).toBe(at + 60 * minute);
      await remove(schedule);
    });

    test("after a long pause it fires once, not once for each time that has passed", async () => {
      const schedule = await create();
      const before = (await executions()).length;
      const late = dueAt(schedule) + 48 * 60 * minute + 5 * minute;
      expect(await firingAt(late)()).toBe(1);
      expect(await firingAt(late)()).toBe(0);
      expect(await executions()).toHaveLength(before + 1);
      expect(dueAt(await read(schedule))).toBe(late + 55 * minute);
      await remove(schedule);
    });

    test("a process that dies between the start and the next time leaves neither a gap nor a second start", async () => {
      const schedule = await create();
      const before = (await executions()).length;
      const at = dueAt(schedule);
      await firingAt(at)();
      // As if the schedule had not been moved on.
      await asOwner(
        server.deps.db,
        `update schedules set next_run_at = last_run_at, last_execution_id = null where id = '${schedule.id}'`,
      );
      expect(await firingAt(at)()).toBe(1);
      const made = await executions();
      expect(made).toHaveLength(before + 1);
      expect((await read(schedule)).lastExecutionId).toBe(made[0]?.id as never);
      await remove(schedule);
    });

    test("a workflow that cannot start leaves its reason, and the schedule goes on", async () => {
      const graph = echoGraph();
      const broken = { ...graph, nodes: graph.nodes.map((node) => ({ ...node, agent: "llm", config: {} })) };
      const { id } = await owner.trpc.workflows.create.mutate({ name: "Broken", graph: broken as never });
      const schedule = await owner.trpc.schedules.create.mutate({ workflowId: id, name: "S", cron: "0 * * * *" });
      expect(await firingAt(dueAt(schedule))()).toBe(1);
      const { items } = await owner.trpc.schedules.list.query({ workflowId: id });
      expect(items[0]).toMatchObject({ lastExecutionId: null, lastRunAt: schedule.nextRunAt });
      expect(items[0]?.lastError).toBeTruthy();
      expect(items[0]?.nextRunAt).not.toBe(schedule.nextRunAt);
      await remove(schedule);
    });

    test("pg-boss ticks: at its start, and for each tick of its queue", async () => {
      let ticks = 0;
      let needed = false;
      let waiting: (() => void) | null = null;
      const until = (count: number) =>
        new Promise<void>((resolve) => {
          waiting = () => ticks >= count && resolve();
          waiting();
        });
      const connection = bossConnection(server.deps.db);
      const isEmbedded = kind === "pglite";
      const troubles: unknown[] = [];
      const ticker = startTicker({
        connection,
        isEmbedded,
        isNeeded: async () => needed,
        tick: async () => {
          ticks += 1;
          waiting?.();
        },
        log: { warn: (trouble: unknown) => void troubles.push(trouble) } as never,
      });
      const schemas = () =>
        asOwner(server.deps.db, "select 1 from information_schema.schemata where schema_name = 'pgboss'");
      expect(await schemas()).toHaveLength(0);
      needed = true;
      // The look at its start may still be under way and have found nothing needed.
      const waker = setInterval(ticker.wake, 20);
      await until(1);
      clearInterval(waker);
      const lines = await asOwner(server.deps.db, "select name, cron from pgboss.schedule");
      expect([...lines]).toEqual([{ name: "schedules", cron: "* * * * *" }]);

      const other = new PgBoss({
        db: connection as never,
        ...(isEmbedded ? { backend: "pglite" as const } : {}),
        schedule: false,
        supervise: false,
      });
      other.on("error", (error: unknown) => troubles.push(error));
      await other.start();
      await other.send("schedules", {});
      await until(2);
      await other.stop({ graceful: false });
      await ticker.stop();
      expect(troubles).toEqual([]);
    }, 60_000);
  });
}
