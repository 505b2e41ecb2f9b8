// A worker process of ours with a limit of its own, whose steps take as long as it is told. Ends when it is told to.
import { openDatabase } from "#db/client.ts";
import { systemClock } from "#server/adapters/clock.ts";
import { createFeed } from "#server/execution/feed.ts";
import { createRunner } from "#server/execution/runner.ts";
import type { StepPorts } from "#src/engine/deps.ts";
import { testCatalogue } from "#tests/support/engine/agents.ts";
import { waitWork } from "../../support/engine.ts";

interface Told {
  readonly url: string;
  readonly capacity: number;
  /** Of a step. */
  readonly ms: number;
  /** When to look for work, in milliseconds of the clock: all workers at once. */
  readonly beginAt: number;
}
const { url, capacity, ms, beginAt } = JSON.parse(process.argv[2] ?? "{}") as Told;
const db = await openDatabase({ url });
await Bun.sleep(Math.max(0, beginAt - Date.now()));
const runner = createRunner({
  ...{ db, capacity, catalogue: testCatalogue, executors: { work: waitWork(ms) }, clock: systemClock },
  feed: createFeed(),
  contextFor: () => ({}) as StepPorts,
  log: { warn: console.error, error: console.error },
});
process.once("SIGTERM", async () => {
  await runner.stop();
  await db.close();
  process.exit(0);
});
