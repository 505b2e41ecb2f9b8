import { expect, test } from "bun:test";
import { systemClock } from "#server/adapters/clock.ts";
import { newId } from "#server/adapters/ids.ts";
import { startHousekeeping } from "#server/housekeeping/housekeeping.ts";
import type { Clock } from "#src/engine/ports.ts";
import { alphabet } from "#src/engine/upcast.ts";
import { asOwner, databaseKinds, newExecutionOf, newWorkspace, testDatabase } from "#tests/support/databases.ts";
import { seedEnded } from "#tests/support/endedExecutions.ts";
import { chain } from "#tests/support/engine/graphs.ts";

/** A minute is over in a few milliseconds. */
const hasty: Clock = { ...systemClock, sleep: (ms, signal) => systemClock.sleep(Math.min(ms, 5), signal) };

for (const kind of databaseKinds)
  test(`on ${kind} the housekeeping comes by itself, to all that has to be done, and ends when it is told to`, async () => {
    await using under = await testDatabase(kind);
    const { db } = under;
    const like = await newExecutionOf(db, chain(1), await newWorkspace(db));
    await seedEnded(db, like, { count: 250, daysAgo: [100, 95], series: "a" });
    await seedEnded(db, like, { count: 5, daysAgo: [50, 40], series: "b" });
    await asOwner(
      db,
      `update workflow_executions set lease_owner = 'unreadable:${alphabet.number - 1}' where id = 'exe_b000000000001'`,
    );
    await asOwner(
      db,
      `insert into daily_spending (workspace_id, day, tokens, dollars)
         select '${like.workspaceId}', (now() at time zone 'utc')::date - ago, 1, 0 from generate_series(0, 2600) as ago;
       insert into workflow_spending (workspace_id, workflow_id, day, tokens, dollars)
         select '${like.workspaceId}', '${like.workflowId}', (now() at time zone 'utc')::date - ago, 1, 0 from generate_series(0, 200) as ago`,
    );
    const failures: object[] = [];
    const log = { warn: (context: object) => void failures.push(context) };
    const housekeeping = startHousekeeping({ db, clock: hasty, newId, log });
    const isDone = async () => {
      const [row] = await asOwner(
        db,
        `select (select count(*)::int from workflow_executions) as left,
           (select count(*)::int from workflow_executions where lease_owner is not null) as parked,
           (select removed::int from storage_use where checked_at is not null) as removed,
           (select count(*)::int from daily_spending) + (select count(*)::int from workflow_spending) as days`,
      );
      // Today and 90 days before, of the workspace and of the workflow.
      return row?.left === 5 && row.parked === 0 && row.removed === 250 && row.days === 2 * 91;
    };
    while (!(await isDone())) await new Promise((resolve) => setImmediate(resolve));
    await housekeeping.stop();
    expect(failures).toEqual([]);
  }, 60_000);

test("the housekeeping of the embedded database counts tables that have grown, for the planner", async () => {
  await using under = await testDatabase("pglite");
  const { db } = under;
  const like = await newExecutionOf(db, chain(1), await newWorkspace(db));
  await seedEnded(db, like, { count: 6_000, events: 1, daysAgo: [3, 1], series: "a" });
  const counted = async () =>
    Number((await asOwner(db, "select reltuples from pg_class where relname = 'workflow_executions'"))[0]?.reltuples);
  expect(await counted()).toBe(-1);
  const housekeeping = startHousekeeping({ db, clock: hasty, newId, log: { warn: () => {} } });
  while ((await counted()) < 0) await new Promise((resolve) => setImmediate(resolve));
  await housekeeping.stop();
  expect(await counted()).toBe(6_000);
}, 60_000);
