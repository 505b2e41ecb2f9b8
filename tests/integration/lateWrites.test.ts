import { expect, test } from "bun:test";
import { findExecution } from "#db/queries/executions.ts";
import { appendHop } from "#db/statements/appendHop.ts";
import { withTenant } from "#db/tenant.ts";
import { systemClock } from "#server/adapters/clock.ts";
import { createFeed } from "#server/execution/feed.ts";
import { createRunner } from "#server/execution/runner.ts";
import { createDatabaseStore } from "#server/execution/store.ts";
import { toLogRows } from "#src/engine/logRows.ts";
import type { ExecutionEvent, ExecutionEventBody, StepKey } from "#src/schemas/executionEvent.ts";
import { asOwner, newExecutionOf, newWorkspace, testDatabase } from "#tests/support/databases.ts";
import { testCatalogue, testExecutors } from "#tests/support/engine/agents.ts";
import { chain } from "#tests/support/engine/graphs.ts";
import { trigger } from "#tests/support/engine/rig.ts";

const step = (number: number) => `n${number}` as StepKey;
const eventsFrom = (seq: number, ...bodies: ExecutionEventBody[]): ExecutionEvent[] =>
  bodies.map((body, index) => ({ seq: seq + index, at: Date.now(), body }));

test("a write that was on its way when its lease was taken over is in the history, or nowhere: the next worker has begun nothing without it", async () => {
  await using database = await testDatabase("postgres");
  const { db } = database;
  const graph = chain(3);
  const execution = await newExecutionOf(db, graph, await newWorkspace(db));
  const store = createDatabaseStore(db);
  const first = eventsFrom(
    1,
    { type: "execution_created", input: null, trigger },
    { type: "execution_started" },
    { type: "step_started", stepKey: step(0), attempt: 1, inputs: {} },
  );
  await store.create(execution, first, "one");

  const late = eventsFrom(
    4,
    { type: "step_succeeded", stepKey: step(0), attempt: 1, outputs: { out: "late" } },
    { type: "step_started", stepKey: step(1), attempt: 1, inputs: { in: ["late"] } },
  );
  const [row] = toLogRows(
    late,
    late.map(({ body }) => JSON.stringify(body)),
  );
  if (row === undefined) throw new Error("No row.");
  const { promise: letGo, resolve: commit } = Promise.withResolvers<void>();
  const { promise: isSent, resolve: sent } = Promise.withResolvers<void>();
  // Stuck between its statement and its commit, for longer than its lease.
  const stuck = db.ownerSql.begin(async (sql) => {
    await sql`select set_config('role', 'none', true)`;
    const { seq, count, type, body, at } = row;
    const done = await sql.unsafe(appendHop, [execution.id, "one", 1, seq - 1, count, type, body, at]);
    expect(done).toHaveLength(1);
    sent();
    await letGo;
  });
  await isSent;
  await asOwner(db, "update workflow_executions set lease_expires_at = now() - interval '1 s'");

  const ran: string[] = [];
  const feed = createFeed();
  const { promise: ended, resolve: end } = Promise.withResolvers<void>();
  feed.subscribe(execution.id, (message) => {
    if (message.kind === "event" && message.event.body.type === "execution_succeeded") end();
  });
  const runner = createRunner({
    ...{ db, feed, catalogue: testCatalogue, capacity: 4, log: { warn: () => {}, error: () => {} } },
    clock: { ...systemClock, sleep: (ms, signal) => systemClock.sleep(Math.min(ms, 200), signal) },
    executors: testExecutors((_inputs, { stepKey }) => {
      ran.push(stepKey);
      return { out: stepKey };
    }),
    contextFor: () => ({}) as never,
  });
  const isWaiting = async () =>
    (
      await asOwner(
        db,
        "select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'",
      )
    ).length > 0;
  while (!(await isWaiting())) await Bun.sleep(20);
  expect(ran).toEqual([]);

  commit();
  await stuck;
  await ended;
  await runner.stop();
  // The step whose end was on its way is not run again; the one that it started was, and is tried once more.
  expect(ran).toEqual(["n1", "n2"]);
  const { workspaceId, id } = execution;
  const detail = await withTenant(db, { workspaceId }, (tx) => findExecution(tx, { workspaceId, id }));
  expect(detail).toMatchObject({ status: "succeeded" });
  expect(detail?.steps.find(({ stepKey }) => stepKey === "n0")).toMatchObject({ status: "succeeded", attempt: 1 });
}, 30_000);
