import { logEvents } from "#tests/support/logEvents.ts";
import type { RunningServer } from "#tests/support/serverProcess.ts";
import type { Fault, Size } from "./rig/fault.ts";
import { items, lasting, startLoad, usualKinds } from "./rig/load.ts";
import type { Random } from "./rig/random.ts";
import { openRig, type Rig, until } from "./rig/rig.ts";
import { statusOf as memoryOf } from "./rig/watched.ts";
import { approval, chain, echo, fanOut, timer } from "./rig/workloads.ts";

/** A lease (10 s), the look for it (1 s), and what a busy machine adds: R01 allows 35 s. */
const recoveryMs = 35_000;

/** Calls take some time, so that a crash finds some under way. */
export const slowly = (rig: Rig, random: Random): void =>
  rig.ledger.treat(() => ({ kind: "answer", afterMs: random.between(20, 400) }));

async function withRecoveryBound(rig: Rig, options: { frozen?: boolean } = {}) {
  const verdict = await rig.verdict(options);
  if (verdict.slowestRecoveryMs > recoveryMs)
    verdict.violations.push(`a recovery took ${verdict.slowestRecoveryMs} ms`);
  return verdict;
}

async function killWorkers({ random, isShort, minutes }: Size) {
  await using rig = await openRig();
  slowly(rig, random);
  const api = await rig.start({ role: "api" });
  const workers = [await rig.start({ role: "worker" }), await rig.start({ role: "worker" })];
  const kinds = await usualKinds(rig, api);
  await using load = startLoad(rig, { random, kinds, targets: [api], everyMs: 150 });
  const end = Date.now() + minutes * 60_000;
  for (let kills = 0; isShort ? kills < 2 : Date.now() < end; kills += 1) {
    await lasting(random.between(3_000, isShort ? 4_000 : 7_000));
    const [victim] = workers.splice(random.between(0, 1), 1);
    await victim?.crash();
    workers.push(await rig.start({ role: "worker" }));
  }
  await load.stop();
  await rig.settled();
  return await withRecoveryBound(rig);
}

/** Where a process dies, and what has to run for it to get there. */
interface CrashPoint {
  readonly at: string;
  readonly graph: "chain" | "fan" | "timer" | "echo" | "cancelled";
  /** It accepts the execution itself. */
  readonly accepts?: boolean;
  /** How often the point may be passed before. */
  readonly upTo?: number;
}

const crashPoints: readonly CrashPoint[] = [
  { at: "beforeCreate", graph: "chain", accepts: true },
  { at: "afterCreate", graph: "chain", accepts: true },
  // A look a second: by the fourth it has long been seen to be up.
  { at: "beforeClaim", graph: "chain", upTo: 1 },
  { at: "afterClaim", graph: "chain" },
  { at: "beforeEffect@llm", graph: "chain", upTo: 4 },
  { at: "afterEffect@llm", graph: "chain", upTo: 4 },
  { at: "beforeCommit@step_succeeded", graph: "chain", upTo: 4 },
  { at: "afterCommit@step_succeeded", graph: "chain", upTo: 4 },
  { at: "afterCommit@step_iterating", graph: "fan" },
  { at: "beforeCommit@step_succeeded", graph: "fan", upTo: 14 },
  { at: "afterCommit@step_succeeded", graph: "fan", upTo: 14 },
  { at: "afterCommit@execution_waiting", graph: "timer" },
  { at: "beforeCommit@step_resumed", graph: "timer" },
  { at: "beforeCommit@cancel_requested", graph: "cancelled" },
  { at: "afterCommit@cancel_requested", graph: "cancelled" },
  { at: "beforeCommit@execution_succeeded", graph: "echo" },
  { at: "afterCommit@execution_succeeded", graph: "echo" },
  { at: "beforeRenew", graph: "chain" },
];

async function statusOf(rig: Rig, id: string): Promise<string | undefined> {
  const [row] = await rig.sql<{ status: string }[]>`select status from workflow_executions where id = ${id}`;
  return row?.status;
}

/** Starts a process that dies at its point, and gives it work until it has. */
async function dieAt(rig: Rig, { point, nth, api }: { point: CrashPoint; nth: number; api: RunningServer }) {
  const early = point.at === "beforeClaim" || point.at === "beforeRenew" ? 4 : 0;
  const failpoints = `${point.at}:${nth + early}:kill`;
  const graphs = { chain: chain(2), fan: fanOut(3), timer: timer(3), echo: echo(), cancelled: chain(2) };
  const workflowId = await rig.workflow(api, graphs[point.graph]);
  const role = point.accepts === true ? "all" : "worker";
  // On a busy machine it may come to an early point before anybody has seen it up.
  const victim = await rig.start({ role, failpoints }).catch(() => null);
  if (victim === null) return;
  let isDead = false;
  const death = victim.exited.then(() => {
    isDead = true;
  });
  const input = point.graph === "fan" ? items(6) : "x";
  const began = Date.now();
  while (!isDead) {
    if (Date.now() - began > 90_000) throw new Error(`Nobody came to ${failpoints}.`);
    const id = await rig.submit(point.accepts === true ? victim : api, workflowId, input);
    if (point.graph === "cancelled" && id !== null) {
      // Whoever accepted it would cancel it while it still waits: the victim has to run it.
      await until("it runs", async () => isDead || (await statusOf(rig, id)) !== "queued");
      await Promise.all([rig.cancel(api, id), rig.cancel(api, id)]);
    }
    await Promise.race([death, lasting(300)]);
  }
}

async function dieEverywhere({ random, isShort, minutes }: Size) {
  await using rig = await openRig();
  slowly(rig, random);
  const redis = await rig.redis();
  const api = await rig.start({ role: "api", redisUrl: redis.url });
  await rig.client(api);
  // Fifty times each in the usual five minutes' size, though it takes four times as long.
  const tries = crashPoints.flatMap((point) =>
    Array.from({ length: isShort ? 1 : Math.ceil(10 * minutes) }, () => ({
      point,
      nth: random.between(1, point.upTo ?? 2),
      api,
    })),
  );
  const lane = async () => {
    for (let next = tries.shift(); next !== undefined; next = tries.shift()) await dieAt(rig, next);
  };
  await Promise.all([lane(), lane(), lane()]);
  // Whatever the dead have left behind is for this one.
  await rig.start({ role: "worker", redisUrl: redis.url });
  await rig.settled();
  return await rig.verdict();
}

const answers = ({ url }: RunningServer, limitMs: number): Promise<boolean> =>
  fetch(`${url}/health`, { signal: AbortSignal.timeout(limitMs) }).then(
    ({ ok }) => ok,
    () => false,
  );

/** Freezes workers at the worst moments, lets another finish their work, and thaws them. */
async function freeze(rig: Rig, failure: string) {
  const api = await rig.start({ role: "api" });
  const workflowId = await rig.workflow(api, chain(2));
  // The first to take one of them is frozen with a result in its hands; the second with an answer on its way.
  const frozen = [
    await rig.start({
      role: "worker",
      failpoints: `beforeCommit@step_succeeded:3:${failure}`,
      env: { AGENTFLOW_CAPACITY: "2" },
    }),
    await rig.start({ role: "worker", failpoints: `beforeEffect@llm:2:${failure}`, env: { AGENTFLOW_CAPACITY: "2" } }),
  ];
  await Promise.all(Array.from({ length: 8 }, () => rig.submit(api, workflowId)));
  for (const server of frozen) await until("it is frozen", async () => !(await answers(server, 1_000)));
  const healthy = await rig.start({ role: "worker" });
  return { api, workflowId, frozen, healthy };
}

async function stopAndContinue({ random }: Size) {
  await using rig = await openRig();
  slowly(rig, random);
  const { api, workflowId, frozen, healthy } = await freeze(rig, "stop");
  await rig.settled();
  for (const { pid } of frozen) process.kill(pid, "SIGCONT");
  await healthy.crash();
  // Those that were away go on as if nothing had been: this work is theirs alone.
  await Promise.all([1, 2, 3, 4].map(() => rig.submit(api, workflowId)));
  await rig.settled();
  return await withRecoveryBound(rig, { frozen: true });
}

async function blockThread({ random }: Size) {
  await using rig = await openRig();
  slowly(rig, random);
  const { api, workflowId, frozen, healthy } = await freeze(rig, "block-14000");
  await rig.settled();
  for (const server of frozen) await until("it answers again", () => answers(server, 5_000));
  await healthy.crash();
  await Promise.all([1, 2, 3, 4].map(() => rig.submit(api, workflowId)));
  await rig.settled();
  return await withRecoveryBound(rig, { frozen: true });
}

async function deploy({ random, isShort }: Size) {
  await using rig = await openRig();
  slowly(rig, random);
  let [old, other] = await Promise.all([rig.start(), rig.start()]);
  const kinds = await usualKinds(rig, old);
  await using load = startLoad(rig, { random, kinds, targets: [old, other], everyMs: 100 });
  const violations: string[] = [];
  for (let deploys = 0; deploys < (isShort ? 2 : 20); deploys += 1) {
    await lasting(1_500);
    const begun = performance.now();
    // A balancer sends nobody there from the moment on that it is told to stop.
    load.targets.splice(load.targets.indexOf(old), 1);
    old.signal("SIGTERM");
    const next = await rig.start();
    if ((await old.exited) !== 0) violations.push("a process that was told to stop ended with an error");
    // Grace 1 s, the last requests 5 s, and the start of the next beside it.
    if (performance.now() - begun > 30_000) violations.push("a process took more than 30 s to stop");
    load.targets.push(next);
    [old, other] = [other, next];
  }
  await load.stop();
  await rig.settled();
  for (const refusal of rig.refusals) violations.push(`a start was refused during a deploy: ${refusal}`);
  const verdict = await rig.verdict();
  const [failed] = await rig.sql<{ count: number }[]>`
    select count(*)::int as count from ${rig.sql.unsafe(logEvents)} where type in ('step_attempt_failed', 'step_failed')`;
  if (failed?.count !== 0) violations.push(`${failed?.count} attempts count as failed`);
  return { ...verdict, violations: [...verdict.violations, ...violations] };
}

async function killEverything({ random, isShort }: Size) {
  await using rig = await openRig();
  slowly(rig, random);
  const servers = await Promise.all([rig.start(), rig.start()]);
  const [first] = servers;
  const kinds = await usualKinds(rig, first);
  const asking = await rig.workflow(first, approval());
  await using load = startLoad(rig, { random, kinds, targets: servers, everyMs: 100 });
  const waiting = await rig.submit(first, asking);
  await lasting(2_000);
  await Promise.all(servers.map((server) => server.crash()));
  load.targets.splice(0);
  await load.stop();
  // Long enough for the timers to fall due while nobody is there.
  await lasting(isShort ? 4_000 : 120_000);
  const boot = await rig.start();
  const bootAt = Date.now();
  const client = await rig.client(boot);
  await client.call("POST", `/api/executions/${waiting}/answer`, { stepKey: "ask", decision: "approved" });
  await rig.settled();
  const verdict = await withRecoveryBound(rig);
  const resumed = await rig.sql<{ late: number }[]>`
    select extract(epoch from max(at) - ${new Date(bootAt)}::timestamptz) * 1000 as late from ${rig.sql.unsafe(logEvents)}
    where type = 'step_resumed' and execution_id <> ${waiting}`;
  // 5 s after the boot, or after a lease that still had to run out; twice that on a busy machine.
  const lateMs = Number(resumed[0]?.late ?? 0);
  if (lateMs > 30_000) verdict.violations.push(`a timer was ${lateMs} ms late`);
  return verdict;
}

async function killInFanOut({ random, isShort }: Size) {
  await using rig = await openRig();
  rig.ledger.treat(() => ({ kind: "answer", afterMs: random.between(0, isShort ? 100 : 20) }));
  const api = await rig.start({ role: "api" });
  let worker = await rig.start({ role: "worker" });
  const workflowId = await rig.workflow(api, fanOut(20));
  const id = await rig.submit(api, workflowId, items(isShort ? 200 : 10_000));
  const recorded = async () => {
    const [row] = await rig.sql<{ events: number }[]>`
      select coalesce(sum(event_count), 0)::int as events from execution_events where execution_id = ${id}`;
    return row?.events ?? 0;
  };
  const idleKiB = memoryOf(worker.pid, "VmRSS");
  let peakKiB = 0;
  for (let kills = 0; kills < (isShort ? 2 : 10); kills += 1) {
    const before = await recorded();
    await until("some more items are done", async () => (await recorded()) > before + 40);
    peakKiB = Math.max(peakKiB, memoryOf(worker.pid, "VmHWM"));
    await worker.crash();
    worker = await rig.start({ role: "worker" });
  }
  await rig.settled(600_000);
  peakKiB = Math.max(peakKiB, memoryOf(worker.pid, "VmHWM"));
  const verdict = await withRecoveryBound(rig);
  const [joins] = await rig.sql<{ count: number }[]>`
    select count(*)::int as count from ${rig.sql.unsafe(logEvents)}
    where execution_id = ${id} and type = 'step_succeeded' and body ->> 'stepKey' = 'each'`;
  if (joins?.count !== 1) verdict.violations.push(`${joins?.count} joins`);
  // The log of one execution is held while it runs: some kilobytes an item, and no more with each recovery.
  if (peakKiB > idleKiB + 256_000) verdict.violations.push(`a worker took ${peakKiB} KiB, idle ${idleKiB}`);
  return { ...verdict, notes: [`a worker's memory: ${idleKiB} KiB idle, ${peakKiB} KiB at most`] };
}

export const crashes: readonly Fault[] = [
  { id: "R01", title: "workers that are killed lose nothing and repeat nothing that is recorded", run: killWorkers },
  { id: "R02", title: "a process may die at any point of an execution", run: dieEverywhere },
  {
    id: "R03",
    title: "a worker that was frozen for longer than its lease changes nothing when it is back",
    run: stopAndContinue,
  },
  { id: "R04", title: "a deploy under load refuses no start and fails no attempt", run: deploy },
  { id: "R06", title: "after all processes were killed everything goes on by itself, timers too", run: killEverything },
  {
    id: "R07",
    title: "a process whose thread is blocked loses its leases and records nothing twice",
    run: blockThread,
  },
  { id: "R37", title: "a fan-out that is killed again and again is joined once", run: killInFanOut },
];
