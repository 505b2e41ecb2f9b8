import { readdirSync } from "node:fs";
import { join } from "node:path";
import { root } from "#tests/support/architecture/sources.ts";
import { slowly } from "./crashes.ts";
import type { Verdict } from "./rig/checker.ts";
import type { Fault, Size } from "./rig/fault.ts";
import { lasting, startLoad, usualKinds } from "./rig/load.ts";
import { openRig, type Rig, until } from "./rig/rig.ts";
import { chain, echo } from "./rig/workloads.ts";

/** A start that is not accepted says that it may be tried again, and nothing else went wrong. */
const refusedOtherwise = (rig: Rig): string[] =>
  rig.refusals
    .filter((reason) => !reason.includes("answered 503"))
    .map((reason) => `a start ended otherwise: ${reason}`);

async function shortOutages({ random, isShort, minutes }: Size) {
  await using rig = await openRig();
  slowly(rig, random);
  const proxy = await rig.proxy(rig.databaseUrl);
  const servers = await Promise.all([1, 2].map(() => rig.start({ databaseUrl: proxy.url })));
  const [first] = servers;
  if (first === undefined) throw new Error("No server.");
  await using load = startLoad(rig, { random, kinds: await usualKinds(rig, first), targets: servers, everyMs: 100 });
  const end = Date.now() + minutes * 60_000;
  for (let outages = 0; isShort ? outages < 3 : Date.now() < end; outages += 1) {
    await lasting(random.between(isShort ? 1_500 : 5_000, isShort ? 3_000 : 10_000));
    proxy.refuse();
    await lasting(random.between(0, 2_000));
    proxy.pass();
  }
  await load.stop();
  await rig.settled();
  const verdict = await rig.verdict();
  verdict.violations.push(...refusedOtherwise(rig));
  return verdict;
}

async function blackHole({ random, isShort, minutes }: Size) {
  await using rig = await openRig();
  slowly(rig, random);
  const proxy = await rig.proxy(rig.databaseUrl);
  const server = await rig.start({ databaseUrl: proxy.url });
  const client = await rig.client(server);
  const kinds = await usualKinds(rig, server);
  await using load = startLoad(rig, { random, kinds, targets: [server], everyMs: 200 });
  await lasting(1_000);
  const violations: string[] = [];
  proxy.hold();
  const end = Date.now() + (isShort ? 12_000 : minutes * 60_000);
  while (Date.now() < end) {
    const begun = performance.now();
    const answer = await client.call("GET", "/api/workflows").then(String, String);
    const ms = performance.now() - begun;
    if (!answer.includes("answered 503")) violations.push(`with the database away: ${answer}`);
    // 5 s are promised; a busy machine may take as long again.
    if (ms > 10_000) violations.push(`no answer for ${ms.toFixed(0)} ms`);
    const refused = await fetch(`${server.url}/api/workflows`, { headers: { cookie: client.cookie } });
    if (refused.headers.get("retry-after") === null) violations.push(`${refused.status} without Retry-After`);
    const health = await fetch(`${server.url}/health`);
    const { status } = (await health.json()) as { status: string };
    if (status !== "degraded" || health.status !== 503) violations.push(`health says ${health.status} ${status}`);
    // Nobody may end it for that.
    const alive = await fetch(`${server.url}/health/live`);
    if (alive.status !== 200) violations.push(`with the database away it is said to be dead: ${alive.status}`);
  }
  proxy.pass();
  const healed = performance.now();
  await until("people are served again", () =>
    client.call("GET", "/api/workflows").then(
      () => true,
      () => false,
    ),
  );
  const healMs = performance.now() - healed;
  if (healMs > 20_000) violations.push(`it took ${healMs.toFixed(0)} ms to find the way back`);
  await load.stop();
  await rig.settled();
  const [open] = await rig.sql<{ count: number }[]>`
    select count(*)::int as count from pg_stat_activity
    where datname = current_database() and application_name like 'agentflow%'`;
  // 10 for requests, 4 for the engine.
  if ((open?.count ?? 0) > 15) violations.push(`${open?.count} connections are open, the pools have 15`);
  const verdict = await rig.verdict();
  return { ...verdict, violations: [...verdict.violations, ...violations, ...refusedOtherwise(rig)] };
}

/** What a commit tells of when its answer is lost. */
const moments = [
  "execution_created",
  "step_started",
  "step_succeeded",
  "step_iterating",
  "execution_waiting",
  "execution_succeeded",
];

async function lostReplies({ random, isShort }: Size) {
  await using rig = await openRig();
  slowly(rig, random);
  const proxy = await rig.proxy(rig.databaseUrl);
  const server = await rig.start({ databaseUrl: proxy.url });
  const kinds = await usualKinds(rig, server);
  await using load = startLoad(rig, { random, kinds, targets: [server], everyMs: 150 });
  const wanted = isShort ? 12 : 500;
  for (let cuts = 0; cuts < wanted; cuts += 1) {
    const before = proxy.swallowed;
    proxy.swallowReplyTo(random.pick(moments));
    await until("a reply was lost", () => proxy.swallowed > before);
  }
  await load.stop();
  await rig.settled();
  const verdict = await rig.verdict();
  verdict.violations.push(...refusedOtherwise(rig));
  return verdict;
}

/** Every twentieth statement that writes what the engine keeps fails as one that met another. */
async function addSerializationFailures(rig: Rig): Promise<void> {
  await rig.sql.unsafe(`
    create sequence met;
    create function meet_another() returns trigger language plpgsql security definer as $$ begin
      if random() < 0.05 then
        perform nextval('public.met');
        raise exception 'injected' using errcode = case when random() < 0.5 then '40001' else '40P01' end;
      end if;
      return null;
    end $$`);
  for (const table of ["workflow_executions", "execution_waits", "execution_answers"])
    await rig.sql.unsafe(`create trigger meet_another before insert or update or delete on ${table}
      for each statement execute function meet_another()`);
}

async function conflicts({ random, isShort, minutes }: Size) {
  await using rig = await openRig();
  slowly(rig, random);
  const servers = [await rig.start(), await rig.start()] as const;
  const kinds = await usualKinds(rig, servers[0]);
  await addSerializationFailures(rig);
  await using load = startLoad(rig, { random, kinds, targets: servers, everyMs: 60 });
  await lasting(isShort ? 8_000 : minutes * 60_000);
  await load.stop();
  await rig.settled();
  const verdict = await rig.verdict();
  const [met] = await rig.sql<{ last_value: string }[]>`select last_value from met`;
  if (Number(met?.last_value) < 5) verdict.violations.push("hardly any statement met another: nothing was tried");
  // Tried again inside: nobody outside hears of it (5 % four times in a row is once in 160,000).
  for (const refusal of rig.refusals) verdict.violations.push(`a start was refused: ${refusal}`);
  return verdict;
}

async function parallelMigrations({ random, isShort }: Size) {
  const violations: string[] = [];
  let last: Verdict | null = null;
  for (let round = 0; round < (isShort ? 2 : 20); round += 1) {
    await using rig = await openRig();
    slowly(rig, random);
    const doomed = new AbortController();
    const starts = [rig.start(), rig.start(), rig.start({ doom: doomed.signal })];
    // Somewhere between its first connection and its last statement.
    await until("one of them is at the database", async () => {
      const [found] = await rig.sql<{ count: number }[]>`
        select count(*)::int as count from pg_stat_activity
        where datname = current_database() and application_name like 'agentflow%'`;
      return (found?.count ?? 0) > 0;
    });
    await lasting(random.between(0, 400));
    doomed.abort();
    const settled = await Promise.allSettled(starts);
    const living = settled.flatMap((one) => (one.status === "fulfilled" ? [one.value] : []));
    if (living.length < 2) violations.push(`${living.length} of two processes came up beside the one that was killed`);
    const [applied] = await rig.sql<
      { count: number }[]
    >`select count(*)::int as count from drizzle.__drizzle_migrations`;
    const shipped = readdirSync(join(root, "drizzle")).filter((name) => name.endsWith(".sql")).length;
    if (applied?.count !== shipped) violations.push(`${applied?.count} of ${shipped} migrations were applied`);
    const [server] = living;
    if (server === undefined) continue;
    // One more comes up, and finds nothing to do, while the others work.
    const kinds = [
      { workflowId: await rig.workflow(server, chain(2)), input: "x" },
      { workflowId: await rig.workflow(server, echo()), input: 1 },
    ];
    await using load = startLoad(rig, { random, kinds, targets: [server], everyMs: 50 });
    await rig.start();
    await load.stop();
    for (const refusal of rig.refusals)
      violations.push(`a start was refused while another process came up: ${refusal}`);
    await rig.settled();
    last = await rig.verdict();
    violations.push(...last.violations);
  }
  if (last === null) throw new Error("Nothing was tried.");
  return { ...last, violations };
}

export const databaseFaults: readonly Fault[] = [
  { id: "R10", title: "a database that goes away for seconds again and again loses nothing", run: shortOutages },
  {
    id: "R13",
    title: "while the database says nothing everybody is told so in time, and after it all is as before",
    run: blackHole,
  },
  { id: "R14", title: "a commit whose answer was lost is found, and done once", run: lostReplies },
  { id: "R16", title: "statements that met another are tried again inside", run: conflicts },
  {
    id: "R40",
    title: "several processes migrate one database once, also when one dies of it",
    run: parallelMigrations,
  },
];
