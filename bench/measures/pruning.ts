import { type Database, openDatabase } from "#db/client.ts";
import { migrate } from "#db/migrate.ts";
import { newId } from "#server/adapters/ids.ts";
import { createDatabaseStore } from "#server/execution/store.ts";
import { pauseFactor } from "#server/housekeeping/housekeeping.ts";
import { applyRetention } from "#server/housekeeping/retention.ts";
import type { ExecutionStore, NewExecution } from "#src/engine/ports.ts";
import { startedEvents } from "#src/engine/start.ts";
import { compile } from "#src/graph/compile.ts";
import { freshPostgres } from "#tests/support/database.ts";
import { asOwner, newExecutionOf, newWorkspace } from "#tests/support/databases.ts";
import { seedEnded } from "#tests/support/endedExecutions.ts";
import { testCatalogue } from "#tests/support/engine/agents.ts";
import { chain } from "#tests/support/engine/graphs.ts";
import { trigger } from "#tests/support/engine/rig.ts";
import { fixed, type Measure, type Measurement, median } from "../support/measurement.ts";

const executions = 100_000;
const kept = 1_000;
const eventsEach = 5;
const mostSlowdown = 2;

const graph = chain(1);
const { plan } = compile(graph, testCatalogue);
if (plan === null) throw new Error("The bench's graph does not compile.");
const begun = startedEvents(plan, { input: null, trigger, at: Date.now() });

/** Starts one execution after another until it is told to end; gives the milliseconds of each. */
async function startMany(store: ExecutionStore, like: NewExecution, isOver: () => boolean): Promise<number[]> {
  const took: number[] = [];
  while (!isOver()) {
    const at = performance.now();
    await store.create({ ...like, id: newId("execution") }, begun, "bench");
    took.push(performance.now() - at);
  }
  return took;
}

interface Pruned {
  readonly tookMs: readonly number[];
  readonly seconds: number;
}

async function prune(db: Database): Promise<Pruned> {
  const tookMs: number[] = [];
  const at = performance.now();
  await applyRetention({
    ...{ db, newId, now: () => performance.timeOrigin + performance.now(), isStopping: () => false },
    pause: async (ms) => {
      tookMs.push(ms);
      await Bun.sleep(Math.max(10, pauseFactor * ms));
    },
  });
  return { tookMs, seconds: (performance.now() - at) / 1_000 };
}

/** Of batches that do the same work: the last tenth beside the first. */
function growth(name: string, tookMs: readonly number[]): Measurement {
  const tenth = Math.ceil(tookMs.length / 10);
  const first = median(tookMs.slice(0, tenth));
  const last = median(tookMs.slice(-tenth));
  return {
    what: `${name}, a batch of the last tenth of ${tookMs.length}`,
    value: `${fixed(last)} ms`,
    against: `a batch of the first tenth: ${fixed(first)} ms`,
    ratio: fixed(last / first, 2),
    limit: `at most ${mostSlowdown}`,
    holds: last / first <= mostSlowdown,
  };
}

function slowdown(which: string, calm: number, pruning: number): Measurement {
  return {
    what: `the start of an execution while old ones are removed, ${which}`,
    value: `${fixed(pruning, 2)} ms`,
    against: `before: ${fixed(calm, 2)} ms`,
    ratio: fixed(pruning / calm, 2),
    limit: `at most ${mostSlowdown}`,
    holds: pruning / calm <= mostSlowdown,
  };
}

const percentile95 = (samples: readonly number[]): number =>
  [...samples].sort((a, b) => a - b)[Math.floor(samples.length * 0.95)] ?? Number.NaN;

/** Removing what is over the retention rule while executions start. */
export const pruning: Measure = {
  name: "pruning",
  needs: ["postgres"],
  async run() {
    await using server = await freshPostgres();
    const db = await openDatabase({ url: server.url });
    try {
      await migrate(db);
      const like = await newExecutionOf(db, graph, await newWorkspace(db));
      for (const [part, series] of [..."abcdefghij"].entries()) {
        const daysAgo = [80 - part * 7, 74 - part * 7] as const;
        await seedEnded(db, like, { count: executions / 10, events: eventsEach, daysAgo, series });
      }
      await asOwner(db, "analyze");
      const store = createDatabaseStore(db);
      // Measured first, beside nothing: what a workspace with so many has behind it when its limit is lowered.
      const measured = await prune(db);
      const until = performance.now() + 8_000;
      await startMany(store, like, () => performance.now() > until - 6_000);
      const calm = await startMany(store, like, () => performance.now() > until);
      await asOwner(
        db,
        `insert into retention_rules (workspace_id, max_executions, updated_by) values ('${like.workspaceId}', ${kept}, 'usr_1')`,
      );
      let isOver = false;
      const starting = startMany(store, like, () => isOver);
      const removed = await prune(db);
      isOver = true;
      const busy = await starting;
      const rate = (executions - kept) / removed.seconds;
      return [
        slowdown("median", median(calm), median(busy)),
        slowdown("95 of 100", percentile95(calm), percentile95(busy)),
        growth(
          `removing ${executions - kept} executions of ${eventsEach} events at ${fixed(rate, 0)}/s`,
          removed.tookMs,
        ),
        growth(`measuring ${executions} executions`, measured.tookMs),
      ];
    } finally {
      await db.close();
    }
  },
};
