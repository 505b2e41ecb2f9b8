import { type Database, openDatabase } from "#db/client.ts";
import { migrate } from "#db/migrate.ts";
import { newId } from "#server/adapters/ids.ts";
import { createDatabaseStore } from "#server/execution/store.ts";
import { pauseFactor } from "#server/housekeeping/housekeeping.ts";
import { applyRetention } from "#server/housekeeping/retention.ts";
import type { ExecutionStore, NewExecution } from "#src/engine/ports.ts";
import { startedEvents } from "#src/engine/start.ts";
import { freshPostgres } from "#tests/support/database.ts";
import { asOwner, newExecutionOf, newWorkspace } from "#tests/support/databases.ts";
import { seedEnded } from "#tests/support/endedExecutions.ts";
import { chain } from "#tests/support/engine/graphs.ts";
import { trigger } from "#tests/support/engine/rig.ts";
import { fixed, type Measure, type Measurement, median } from "../support/measurement.ts";

const kept = 1_000;
const mostSlowdown = 2;

interface Extent {
  readonly executions: number;
  readonly eventsEach: number;
  /** As if they had been measured as they ended; otherwise that is measured too. */
  readonly isMeasured: boolean;
  /** The removal is held up so often, to see what a start takes beside nothing: what else the machine does changes within minutes. */
  readonly rounds: number;
}

const graph = chain(1);
const begun = startedEvents({ input: null, trigger, at: Date.now() });

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

/** Until there is nothing to do, or after so many batches. */
async function prune(db: Database, batches = Number.POSITIVE_INFINITY): Promise<Pruned> {
  const tookMs: number[] = [];
  const at = performance.now();
  await applyRetention({
    ...{ db, newId, now: () => performance.timeOrigin + performance.now(), isStopping: () => tookMs.length >= batches },
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

const sizeOfOne = 3_000;

/** Ended executions of the last 80 days, a tenth at a time. */
async function seed(db: Database, like: NewExecution, { executions, eventsEach, isMeasured }: Extent): Promise<void> {
  for (const [part, series] of [..."abcdefghij"].entries()) {
    const daysAgo = [80 - part * 7, 74 - part * 7] as const;
    const storedBytes = isMeasured ? sizeOfOne : null;
    await seedEnded(db, like, { count: executions / 10, events: eventsEach, daysAgo, series, storedBytes });
  }
  if (isMeasured)
    await asOwner(
      db,
      `insert into storage_use (workspace_id, executions, execution_bytes, events, event_bytes, measured_until)
       values ('${like.workspaceId}', ${executions}, ${executions * sizeOfOne}, 0, 0, now())`,
    );
  await asOwner(db, "analyze");
}

interface Times {
  readonly calm: number[];
  readonly busy: number[];
  readonly batches: number[];
  readonly seconds: number;
}

const calmMs = 2_000;

/** Removes all but what is kept in rounds; starts executions all the while, and a moment before and after each round. */
async function removeInRounds(db: Database, like: NewExecution, { executions, rounds }: Extent): Promise<Times> {
  const store = createDatabaseStore(db);
  const times = { calm: [] as number[], busy: [] as number[], batches: [] as number[], seconds: 0 };
  const beCalm = async () => {
    const until = performance.now() + calmMs;
    times.calm.push(...(await startMany(store, like, () => performance.now() > until)));
  };
  const warm = performance.now() + calmMs;
  await startMany(store, like, () => performance.now() > warm);
  await beCalm();
  await asOwner(
    db,
    `insert into retention_rules (workspace_id, max_executions, updated_by) values ('${like.workspaceId}', ${kept}, 'usr_1')`,
  );
  for (let round = 1; round <= rounds; round += 1) {
    let isOver = false;
    const starting = startMany(store, like, () => isOver);
    const removed = await prune(db, round < rounds ? executions / 100 / rounds : undefined);
    isOver = true;
    times.busy.push(...(await starting));
    times.batches.push(...removed.tookMs);
    times.seconds += removed.seconds;
    await beCalm();
  }
  return times;
}

async function measurePruning(extent: Extent): Promise<Measurement[]> {
  const { executions, eventsEach } = extent;
  await using server = await freshPostgres();
  const db = await openDatabase({ url: server.url });
  try {
    await migrate(db);
    const like = await newExecutionOf(db, graph, await newWorkspace(db));
    await seed(db, like, extent);
    // Measured first, beside nothing: what a workspace with so many has behind it when its limit is lowered.
    const measured = await prune(db);
    const { calm, busy, batches, seconds } = await removeInRounds(db, like, extent);
    const rate = (executions - kept) / seconds;
    const whose = executions === usual.executions ? "" : ` of ${executions}`;
    return [
      slowdown(`median${whose}`, median(calm), median(busy)),
      slowdown(`95 of 100${whose}`, percentile95(calm), percentile95(busy)),
      growth(`removing ${executions - kept} executions of ${eventsEach} events at ${fixed(rate, 0)}/s`, batches),
      ...(extent.isMeasured ? [] : [growth(`measuring ${executions} executions`, measured.tookMs)]),
    ];
  } finally {
    await db.close();
  }
}

const usual: Extent = { executions: 100_000, eventsEach: 5, isMeasured: false, rounds: 1 };

/** Removing what is over the retention rule while executions start. */
export const pruning: Measure = { name: "pruning", needs: ["postgres"], run: () => measurePruning(usual) };

/** The same of a million: some twenty minutes, so only when it is asked for by name. */
export const pruningOfAMillion: Measure = {
  name: "pruning-million",
  needs: ["postgres"],
  run: () => measurePruning({ executions: 1_000_000, eventsEach: 2, isMeasured: true, rounds: 10 }),
};
