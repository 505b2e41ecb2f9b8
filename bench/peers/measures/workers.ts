import { fileURLToPath } from "node:url";
import { openDatabase } from "#db/client.ts";
import { migrate } from "#db/migrate.ts";
import { systemClock } from "#server/adapters/clock.ts";
import { newId } from "#server/adapters/ids.ts";
import { createDatabaseStore } from "#server/execution/store.ts";
import { queuedEvents } from "#src/engine/start.ts";
import { freshPostgres } from "#tests/support/database.ts";
import { asOwner, newExecutionOf, newWorkspace } from "#tests/support/databases.ts";
import { chain } from "#tests/support/engine/graphs.ts";
import type { PeerMeasure } from "../support/plan.ts";
import { startProcess } from "../support/processes.ts";
import { figure } from "../support/row.ts";

const steps = 5;
const stepMs = 100;
const capacity = 50;
const atLeast = 1.9;
/** What a worker process may take until it is ready. */
const startMs = 3_000;
const program = fileURLToPath(new URL("../programs/ownWorker.ts", import.meta.url));

/**
 * How many queued executions so many worker processes end in a second: over the middle of the queue, when they are all at work.
 * Before it they start, and after it places stay empty for want of work.
 */
async function rate(workers: number, executions: number): Promise<number> {
  await using opened = new AsyncDisposableStack();
  const database = opened.use(await freshPostgres());
  const db = await openDatabase({ url: database.url });
  opened.defer(() => db.close());
  await migrate(db);
  const ids = await newExecutionOf(db, chain(steps), await newWorkspace(db));
  const store = createDatabaseStore(db);
  const trigger = { kind: "api", by: { kind: "system", name: "bench" } } as const;
  await Promise.all(
    Array.from({ length: executions }, () => {
      const events = queuedEvents({ input: null, trigger, at: systemClock.now() });
      return store.create({ ...ids, id: newId("execution") }, events, null);
    }),
  );
  const argument = JSON.stringify({ url: database.url, capacity, ms: stepMs, beginAt: Date.now() + startMs });
  const env = { PATH: process.env.PATH ?? "", HOME: process.env.HOME ?? "" };
  for (let worker = 0; worker < workers; worker++)
    opened.use(startProcess({ command: [process.execPath, program, argument], cwd: process.cwd(), env }));
  const longest = performance.now() + 120_000;
  const ended = "select count(*)::int as n from workflow_executions where status = 'succeeded'";
  const middle = `select percentile_disc(array[0.1, 0.9]) within group (order by ended_at) as at from workflow_executions`;
  const between = `select extract(epoch from at[2] - at[1])::float8 as seconds from (${middle}) as middle`;
  while (((await asOwner<{ n: number }>(db, ended))[0]?.n ?? 0) < executions) {
    if (performance.now() > longest) throw new Error("The workers did not get through the queue.");
    await Bun.sleep(100);
  }
  const [row] = await asOwner<{ seconds: number }>(db, between);
  return (0.8 * executions) / (row?.seconds ?? Number.NaN);
}

/** What a second process is worth when the first is full. */
export const workers: PeerMeasure = {
  name: "workers",
  async run({ scale }) {
    const one = await rate(1, scale.workerExecutions);
    const two = await rate(2, scale.workerExecutions);
    return [
      {
        what: `${scale.workerExecutions} queued executions of ${steps} steps of ${stepMs} ms, ${capacity} at once in a process`,
        ...{ against: "one worker process of ours", ours: `${figure(two, "/s")} with two`, theirs: figure(one, "/s") },
        ...{ ratio: two / one, wanted: `at least ${atLeast} x`, holds: two / one >= atLeast },
      },
    ];
  },
};
