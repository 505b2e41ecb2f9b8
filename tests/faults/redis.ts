import { Redis } from "ioredis";
import { logEvents } from "#tests/support/logEvents.ts";
import { owner } from "#tests/support/restClient.ts";
import { openSocketClient, seqsOf, type Watching } from "#tests/support/socketClient.ts";
import { slowly } from "./crashes.ts";
import type { Fault, Size } from "./rig/fault.ts";
import { items, lasting, startLoad, usualKinds } from "./rig/load.ts";
import { unreliableMessages } from "./rig/pubsub.ts";
import { openRig, type Rig, until } from "./rig/rig.ts";
import { chain, fanOut } from "./rig/workloads.ts";

async function apiAndWorkers(rig: Rig, redisUrl: string) {
  const api = await rig.start({ role: "api", redisUrl });
  await rig.start({ role: "worker", redisUrl });
  await rig.start({ role: "worker", redisUrl });
  return api;
}

async function flushed({ random, isShort, minutes }: Size) {
  await using rig = await openRig();
  slowly(rig, random);
  const redis = await rig.redis();
  const api = await apiAndWorkers(rig, redis.url);
  const kinds = await usualKinds(rig, api);
  await using load = startLoad(rig, { random, kinds, targets: [api], everyMs: 150 });
  const admin = new Redis(redis.url);
  const end = Date.now() + (isShort ? 6_000 : minutes * 60_000);
  while (Date.now() < end) {
    await lasting(isShort ? 500 : 10_000);
    await admin.flushall();
  }
  admin.disconnect();
  await load.stop();
  await rig.settled();
  const verdict = await rig.verdict();
  for (const refusal of rig.refusals) verdict.violations.push(`a start was refused: ${refusal}`);
  return verdict;
}

const signIn = (url: string): Promise<number> =>
  fetch(`${url}/api/auth/sign-in`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ username: owner.username, password: owner.password }),
  }).then(({ status }) => status);

async function away({ random, isShort, minutes }: Size) {
  await using rig = await openRig();
  slowly(rig, random);
  const redis = await rig.redis();
  const api = await apiAndWorkers(rig, redis.url);
  const kinds = await usualKinds(rig, api);
  const violations: string[] = [];
  await using load = startLoad(rig, { random, kinds, targets: [api], everyMs: 200 });
  await lasting(1_000);
  await redis.stop();
  const before = await endedCount(rig);
  // Who counts sign-ins is not there: nobody may try at will.
  if ((await signIn(api.url)) !== 503) violations.push("a sign-in was not refused while nobody counts them");
  await lasting(isShort ? 5_000 : minutes * 60_000);
  await until("executions end without Redis", async () => (await endedCount(rig)) > before + 5);
  const health = (await (await fetch(`${api.url}/health`)).json()) as { status: string };
  if (health.status !== "degraded") violations.push(`health says ${health.status}`);
  await redis.restart();
  await until("people can sign in again", async () => (await signIn(api.url)) === 200);
  await load.stop();
  await rig.settled();
  for (const refusal of rig.refusals) violations.push(`a start was refused: ${refusal}`);
  const verdict = await rig.verdict();
  return { ...verdict, violations: [...verdict.violations, ...violations] };
}

async function endedCount(rig: Rig): Promise<number> {
  const [row] = await rig.sql<{ count: number }[]>`
    select count(*)::int as count from workflow_executions where status in ('succeeded', 'failed', 'cancelled')`;
  return row?.count ?? 0;
}

async function badMessages({ random, isShort }: Size) {
  await using rig = await openRig();
  rig.ledger.treat(() => ({ kind: "answer", paceMs: random.between(5, 60) }));
  const redis = await rig.redis();
  redis.proxy.rewriteReplies(unreliableMessages(random));
  const api = await apiAndWorkers(rig, redis.url);
  const client = await rig.client(api);
  const kinds = [
    { workflowId: await rig.workflow(api, chain(3)), input: "x" },
    { workflowId: await rig.workflow(api, fanOut(3)), input: items(6) },
  ];
  await using socket = openSocketClient(api.url, client.cookie);
  const watched: { id: string; watching: Watching }[] = [];
  for (let count = 0; count < (isShort ? 12 : 500); count += 1) {
    const { workflowId, input } = random.pick(kinds);
    const id = await rig.submit(api, workflowId, input);
    if (id !== null) watched.push({ id, watching: socket.watch(id as never) });
    await lasting(random.between(0, 200));
  }
  await rig.settled();
  const verdict = await rig.verdict();
  for (const { id, watching } of watched) {
    // The end comes to who watches, however little of the rest did.
    await until("who watches hears of the end", () => seqsOf(watching.seen).length > 0 && endsWell(watching));
    const rows = await rig.sql<
      { seq: number }[]
    >`select seq from ${rig.sql.unsafe(logEvents)} where execution_id = ${id} order by seq`;
    if (
      !Bun.deepEquals(
        seqsOf(watching.seen),
        rows.map(({ seq }) => seq),
      )
    )
      verdict.violations.push(`${id}: who watched saw ${seqsOf(watching.seen).join(" ")} of ${rows.length} events`);
    watching[Symbol.dispose]();
  }
  return verdict;
}

const endsWell = ({ seen }: Watching): boolean =>
  seen.some(({ data }) => data.kind === "event" && data.event.body.type === "execution_succeeded");

export const redisFaults: readonly Fault[] = [
  { id: "R20", title: "a Redis that is flushed again and again takes nothing along", run: flushed },
  {
    id: "R21",
    title: "without Redis executions run, nobody signs in uncounted, and all is well when it is back, empty",
    run: away,
  },
  {
    id: "R24",
    title: "who watches sees each event once, in order, whatever becomes of the messages between processes",
    run: badMessages,
  },
];
