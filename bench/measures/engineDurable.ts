import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Database, type DatabaseLocation, openDatabase } from "#db/client.ts";
import { engineStatement } from "#db/engine.ts";
import { migrate } from "#db/migrate.ts";
import { createDatabaseStore } from "#server/execution/store.ts";
import type { Graph } from "#src/schemas/graph.ts";
import { freshPostgres } from "#tests/support/database.ts";
import { asOwner, newExecutionOf, newWorkspace } from "#tests/support/databases.ts";
import { chain, sketch } from "#tests/support/engine/graphs.ts";
import { lightWork, type Owner, runOnce } from "../support/engine.ts";
import { fixed, type Measure, type Measurement, median } from "../support/measurement.ts";

const steps = 300;
const rounds = 25;

interface Chain {
  readonly what: string;
  readonly graph: Graph;
  /** Of what a commit takes. */
  readonly limit: number;
}
const durable: Chain = { what: "Durable step", graph: chain(steps), limit: 1.5 };
/** Nobody outside sees what they do, so their commits are shared. */
const local: Chain = { what: "Step that stays in the process", graph: localChain(), limit: 0.25 };

function localChain(): Graph {
  const ids = Array.from({ length: steps - 1 }, (_, index) => `o${index}`);
  return sketch(
    { in: "input", ...Object.fromEntries(ids.map((id) => [id, "output"])) },
    ids.map((id, index) => `${index === 0 ? "in" : `o${index - 1}`}.value -> ${id}.value`),
  );
}

/**
 * What a step of a lone execution costs on the real store, against the least that making anything durable costs: a prepared
 * insert of one row of the log's shape, without row-level security, in a commit of its own.
 */
export const enginePostgres: Measure = {
  name: "enginePostgres",
  needs: ["postgres"],
  async run() {
    await using server = await freshPostgres();
    return await compare("PostgreSQL", { url: server.url }, [durable, local]);
  },
};

/** The same on the embedded database, in a folder: with its waits for the disk. */
export const enginePglite: Measure = {
  name: "enginePglite",
  needs: [],
  async run() {
    const folder = await mkdtemp(join(tmpdir(), "agentflow-bench-"));
    try {
      return await compare("PGlite in a folder", { folder }, [durable]);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  },
};

async function compare(name: string, location: DatabaseLocation, chains: readonly Chain[]): Promise<Measurement[]> {
  const db = await openDatabase(location);
  try {
    await migrate(db);
    const commitsOf = await durableCommits(db);
    const measured: Measurement[] = [];
    for (const one of chains)
      measured.push(await compareChain(name, one, { chainOnce: await runsOf(db, one.graph), commitsOf }));
    return measured;
  } finally {
    await db.close();
  }
}

interface Sides {
  readonly chainOnce: () => Promise<number>;
  readonly commitsOf: (count: number) => Promise<number>;
}

async function compareChain(
  name: string,
  { what, limit }: Chain,
  { chainOnce, commitsOf }: Sides,
): Promise<Measurement> {
  const stepMs: number[] = [];
  const commitMs: number[] = [];
  // Half of the commits before the chain and half after it, and a ratio for each round: a machine that is busy for a while, or
  // grows busier, hits both sides alike. The first rounds warm both up.
  for (let round = -3; round < rounds; round++) {
    const before = await commitsOf(steps / 2);
    const step = (await chainOnce()) / steps;
    const commit = (before + (await commitsOf(steps / 2))) / steps;
    if (round < 0) continue;
    stepMs.push(step);
    commitMs.push(commit);
  }
  const ratio = median(stepMs.map((step, round) => step / (commitMs[round] ?? Number.NaN)));
  return {
    what: `${what}, ${name}, chain of ${steps} (median of ${rounds} rounds)`,
    value: `${fixed(median(stepMs) * 1000, 0)} us`,
    against: `one insert in its own commit, ${fixed(median(commitMs) * 1000, 0)} us`,
    ratio: fixed(ratio, 2),
    limit: `${limit} x`,
    holds: ratio <= limit,
  };
}

/** Runs it once, from its creation to its end; gives the milliseconds. */
async function runsOf(db: Database, graph: Graph): Promise<() => Promise<number>> {
  const { workspaceId, workflowId, versionId } = await newExecutionOf(db, graph, await newWorkspace(db));
  const owner: Owner = { workspaceId, workflowId, versionId };
  const store = createDatabaseStore(db);
  return () => runOnce({ store, graph, owner, work: lightWork });
}

const insertOne = `insert into bench_commits (execution_id, seq, workspace_id, type, body, at)
values ($1, $2, $3, $4, $5, to_timestamp($6::float8 / 1000))`;

/** Single-row commits, one after the other, by the engine's driver, role and connections; gives the milliseconds. */
export async function durableCommits(db: Database): Promise<(count: number) => Promise<number>> {
  await asOwner(db, "create table bench_commits (like execution_events including all)");
  await asOwner(db, "grant insert on bench_commits to agentflow_engine");
  let series = 0;
  return async (count) => {
    series += 1;
    const begun = performance.now();
    for (let seq = 1; seq <= count; seq++) {
      const body = JSON.stringify({ type: "step_succeeded", stepKey: `n${seq}`, attempt: 1, outputs: { out: 1 } });
      const row = [`exe_${series}`, seq, "wsp_bench", "step_succeeded", body, Date.now()];
      await engineStatement(db, insertOne, row);
    }
    return performance.now() - begun;
  };
}
