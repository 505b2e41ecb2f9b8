// Starts an execution of a chain of four, gets stuck in the third step, and waits there to be killed.
import { appendFileSync } from "node:fs";
import { type DatabaseLocation, openDatabase } from "#db/client.ts";
import { migrate } from "#db/migrate.ts";
import { systemClock } from "#server/adapters/clock.ts";
import { createFeed } from "#server/execution/feed.ts";
import { createRunner } from "#server/execution/runner.ts";
import { newExecutionOf, newWorkspace } from "../databases.ts";
import { testCatalogue, testExecutors } from "../engine/agents.ts";
import { chain } from "../engine/graphs.ts";
import { trigger } from "../engine/rig.ts";

const { location, ledger } = JSON.parse(process.argv[2] ?? "{}") as { location: DatabaseLocation; ledger: string };
const db = await openDatabase(location);
await migrate(db);
const execution = await newExecutionOf(db, chain(4), await newWorkspace(db));
const runner = createRunner({
  db,
  feed: createFeed(),
  clock: systemClock,
  catalogue: testCatalogue,
  executors: testExecutors((_inputs, { stepKey, idempotencyKey }) => {
    appendFileSync(ledger, `${stepKey} ${idempotencyKey}\n`);
    if (stepKey !== "n2") return { out: stepKey };
    process.stdout.write(`${JSON.stringify(execution)}\n`);
    return new Promise(() => {});
  }),
  contextFor: () => ({}) as never,
  capacity: 4,
  log: { warn: () => {}, error: () => {} },
});
await runner.start({ execution, graph: chain(4), input: "in", trigger });
