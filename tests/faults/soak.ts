import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { judge, type Verdict } from "./rig/checker.ts";
import type { Fault, Size } from "./rig/fault.ts";
import { growthPerHour, levelOf, type Point } from "./rig/growth.ts";
import { items, type Kind, lasting, startLoad } from "./rig/load.ts";
import type { HeapSample } from "./rig/probe.ts";
import { openRig, type Rig, type ServerOptions } from "./rig/rig.ts";
import { heapOf, look, type Sample, type Watched } from "./rig/watched.ts";
import { branches, chain, fanOut, timer } from "./rig/workloads.ts";

const minuteMs = 60_000;

/**
 * A process has to stay as it is once it is warm: after a third of the time, an hour at most. In the three fitted hours of the long form
 * memory may grow by 1 % an hour. Forty minutes cannot show so little: a collector's own moves are 2 to 3 % of the memory; so in a
 * shorter soak it is 8 % an hour of what the process takes and 4 % of what lives on its heap after a full collection.
 */
const boundsOf = (minutes: number) => (minutes >= 240 ? { rss: 0.01, heap: 0.01 } : { rss: 0.08, heap: 0.04 });
/** What is counted moves by whole things: so many more are no growth, whatever share they are. */
const slack = {
  rss: 0,
  heap: 1_000_000,
  files: 4,
  threads: 4,
  timers: 12,
  functions: 400,
  listeners: 1,
  connections: 2,
};

async function lightKinds(rig: Rig, server: Watched["server"]): Promise<Kind[]> {
  const of = async (graph: Parameters<Rig["workflow"]>[1], input: unknown) => ({
    workflowId: await rig.workflow(server, graph),
    input,
  });
  return Promise.all([
    of(chain(1), "x"),
    of(chain(3), "x"),
    of(branches(), "x"),
    of(fanOut(2), items(4)),
    of(timer(3), "x"),
  ]);
}

/** Judges what has ended before retention removes it; `all` when nothing runs any more. */
function judgeAsTheyEnd(rig: Rig) {
  const open = new Set<string>();
  let noted = 0;
  const sum = { violations: [] as string[], executions: 0, events: 0, recoveries: 0, slowestRecoveryMs: 0, calls: 0 };
  return {
    sum,
    async judgeEnded(): Promise<void> {
      for (const id of rig.accepted.slice(noted)) open.add(id);
      noted = rig.accepted.length;
      const ended = await rig.sql<{ id: string }[]>`select id from workflow_executions
        where ended_at < now() - interval '10 seconds' and id = any(${[...open]})`;
      const of = ended.map(({ id }) => id);
      const theirs = new Set(of);
      const calls = rig.ledger.calls.filter(({ key }) => theirs.has(key.split(":", 1)[0] ?? ""));
      const verdict = await judge({ sql: rig.sql, accepted: of, calls, frozen: false, of });
      for (const id of of) open.delete(id);
      sum.violations.push(...verdict.violations);
      for (const count of ["executions", "events", "recoveries", "calls"] as const) sum[count] += verdict[count];
      sum.slowestRecoveryMs = Math.max(sum.slowestRecoveryMs, verdict.slowestRecoveryMs);
    },
    /** Accepted, and not seen to end. */
    open,
  };
}

interface Growing {
  readonly what: string;
  readonly points: readonly Point[];
  /** Share an hour. */
  readonly bound: number;
  /** More than the bound by so much is nothing. */
  readonly slack: number;
}

/** Prints what a series did, and says so when it grew. */
function grown({ what, points, bound, slack }: Growing): string[] {
  const perHour = growthPerHour(points);
  const first = levelOf(points.slice(0, Math.ceil(points.length / 5)));
  const last = levelOf(points.slice(-Math.ceil(points.length / 5)));
  const line = `${what}: ${first} -> ${last}, ${(perHour * 100).toFixed(1)} % an hour`;
  console.log(`    ${line}`);
  return perHour > bound && last - first > slack ? [`${line}; ${bound * 100} % are allowed`] : [];
}

interface Series {
  readonly watched: readonly Watched[];
  readonly connections: readonly Point[];
  readonly bytes: readonly Point[];
  readonly warmMs: number;
  readonly minutes: number;
}

function judgeGrowth({ watched, connections, bytes, warmMs, minutes }: Series): string[] {
  const bounds = boundsOf(minutes);
  const warm = (points: readonly Point[]) => points.filter(([at]) => at >= warmMs);
  const violations: string[] = [];
  for (const one of watched) {
    const seen = (of: (sample: Sample) => number) => warm(one.samples.map((sample) => [sample.atMs, of(sample)]));
    const heap = heapOf(one);
    const inside = (of: (sample: HeapSample) => number) => warm(heap.map((sample) => [sample.atMs, of(sample)]));
    violations.push(
      ...grown({ what: `${one.name}, KiB`, points: seen((at) => at.rssKiB), bound: bounds.rss, slack: slack.rss }),
      ...grown({ what: `${one.name}, files`, points: seen((at) => at.files), bound: 0.02, slack: slack.files }),
      ...grown({ what: `${one.name}, threads`, points: seen((at) => at.threads), bound: 0.02, slack: slack.threads }),
    );
    if (heap.length === 0) continue;
    for (const [what, of, allowed] of [
      ["bytes of heap", (at) => at.heapBytes, slack.heap],
      ["timers", (at) => at.timers, slack.timers],
      ["functions", (at) => at.functions, slack.functions],
      ["listeners of the process", (at) => at.processListeners, slack.listeners],
    ] as const satisfies readonly (readonly [string, (sample: HeapSample) => number, number])[])
      violations.push(
        ...grown({ what: `${one.name}, ${what}`, points: inside(of), bound: bounds.heap, slack: allowed }),
      );
    console.log(`    ${one.name}, what there is more of: ${growingTypes(heap, warmMs)}`);
  }
  violations.push(
    ...grown({ what: "connections", points: warm(connections), bound: 0.02, slack: slack.connections }),
    // Its free room is reused, never given back: autovacuum lets a fifth be dead.
    ...grown({ what: "bytes of database", points: warm(bytes), bound: 0.15, slack: 0 }),
  );
  return violations;
}

function growingTypes(heap: readonly HeapSample[], warmMs: number): string {
  const warm = heap.filter(({ atMs }) => atMs >= warmMs);
  const [first, last] = [warm[0], warm.at(-1)];
  if (first === undefined || last === undefined) return "nothing was seen";
  return Object.entries(last.types)
    .map(([name, count]) => [name, count - (first.types[name] ?? 0)] as const)
    .sort(([, a], [, b]) => b - a)
    .slice(0, 6)
    .map(([name, more]) => `${name} ${more}`)
    .join(", ");
}

/** What the product says its ended executions take, beside what their tables take. */
async function judgeStorage(rig: Rig, { kept, perSecond }: { kept: number; perSecond: number }): Promise<string[]> {
  const violations: string[] = [];
  const [said] = await rig.sql<{ executions: string; bytes: string }[]>`
    select executions, execution_bytes + event_bytes + payload_bytes as bytes from storage_use`;
  const [real] = await rig.sql<{ bytes: string; executions: number }[]>`
    select sum(pg_total_relation_size(name::regclass))::bigint as bytes, (select count(*) from workflow_executions)::int as executions
    from unnest(array['workflow_executions', 'execution_events', 'payloads']) as name`;
  const [saidBytes, realBytes] = [Number(said?.bytes), Number(real?.bytes)];
  console.log(
    `    kept ${real?.executions} executions (${kept} allowed), said to take ${saidBytes}, their tables take ${realBytes}`,
  );
  // A round a minute removes what has come meanwhile, and the last had to wait for its round.
  if ((real?.executions ?? 0) > kept + 5 * 60 * perSecond)
    violations.push(`${real?.executions} executions are kept, ${kept} are allowed`);
  if (realBytes > 3 * saidBytes || saidBytes > 1.5 * realBytes)
    violations.push(`executions are said to take ${saidBytes} bytes, their tables take ${realBytes}`);
  return violations;
}

/** So many executions a second for as long as told, with a kill and a stop of the database by turns, six in all an hour. */
async function soak({ random, minutes, perSecond = 20 }: Size): Promise<Verdict> {
  const folder = mkdtempSync(join(tmpdir(), "agentflow-soak-"));
  using _folder = { [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }) };
  await using rig = await openRig();
  const redis = await rig.redis();
  const proxy = await rig.proxy(rig.databaseUrl);
  const start = (options: ServerOptions) => rig.start({ databaseUrl: proxy.url, redisUrl: redis.url, ...options });
  const probe = (name: string) => join(folder, name);
  const watched: Watched[] = [
    { name: "all", server: await start({ probe: probe("all") }), probe: probe("all"), samples: [] },
    { name: "api", server: await start({ role: "api" }), probe: null, samples: [] },
    {
      name: "worker",
      server: await start({ role: "worker", probe: probe("worker") }),
      probe: probe("worker"),
      samples: [],
    },
  ];
  const targets = watched.slice(0, 2).map(({ server }) => server);
  let victim = await start({ role: "worker" });
  const [first] = targets;
  if (first === undefined) throw new Error("No server.");
  const client = await rig.client(first);
  const kinds = await lightKinds(rig, first);
  // Each minute what has ended is judged: nothing may be removed sooner.
  const kept = Math.ceil(perSecond * 60 * Math.max(3, Math.min(10, minutes / 6)));
  await client.call("PUT", "/api/workspace/retention", { maxAgeDays: null, maxExecutions: kept, maxBytes: null });
  const judged = judgeAsTheyEnd(rig);
  const connections: Point[] = [];
  const bytes: Point[] = [];
  await using load = startLoad(rig, { random, kinds, targets, everyMs: 1_000 / perSecond });
  const begun = Date.now();
  const warmMs = begun + Math.min(minutes / 3, 60) * minuteMs;
  const faultEveryMs = Math.min(10, minutes / 6) * minuteMs;
  let [faults, looks] = [0, 0];
  const tellMinute = (minute: number) => {
    const memory = watched.map(({ name, samples }) => `${name} ${samples.at(-1)?.rssKiB} KiB`).join(", ");
    const size = `${((bytes.at(-1)?.[1] ?? 0) / 2 ** 20).toFixed(0)} MiB`;
    console.log(
      `    minute ${minute}: ${rig.accepted.length} accepted, ${judged.sum.executions} judged, ${rig.refusals.length} refused; ${memory}; database ${size}; ${connections.at(-1)?.[1]} connections; ${judged.sum.violations.length} violations`,
    );
  };
  while (Date.now() - begun < minutes * minuteMs) {
    await lasting(5_000);
    for (const one of watched) await look(one);
    looks += 1;
    if (looks % 6 === 0) {
      const [row] = await rig.sql<{ size: string; open: number }[]>`select pg_database_size(current_database()) as size,
        (select count(*)::int from pg_stat_activity where datname = current_database() and application_name like 'agentflow%') as open`;
      bytes.push([Date.now(), Number(row?.size)]);
      connections.push([Date.now(), row?.open ?? 0]);
    }
    if (looks % 12 === 0) {
      await judged.judgeEnded();
      tellMinute(looks / 12);
    }
    if (Date.now() - begun < (faults + 0.5) * faultEveryMs) continue;
    faults += 1;
    if (faults % 2 === 1) {
      await victim.crash();
      victim = await start({ role: "worker" });
    } else {
      proxy.refuse();
      await lasting(10_000);
      proxy.pass();
    }
  }
  await load.stop();
  await rig.settled();
  await lasting(10_000);
  await judged.judgeEnded();
  const { sum } = judged;
  for (const id of judged.open) sum.violations.push(`${id}: was accepted and was not seen to end`);
  for (const reason of rig.refusals)
    if (!reason.includes("answered 503")) sum.violations.push(`a start ended otherwise: ${reason}`);
  sum.violations.push(...judgeGrowth({ watched, connections, bytes, warmMs, minutes }));
  sum.violations.push(...(await judgeStorage(rig, { kept, perSecond })));
  return sum;
}

/** Asked for by name only: it goes on for as long as told, and shows nothing in a minute. */
export const soaks: readonly Fault[] = [{ id: "soak", title: "under steady load nothing grows (R44)", run: soak }];
