import { logEvents } from "#tests/support/logEvents.ts";
import type { RunningServer } from "#tests/support/serverProcess.ts";
import { slowly } from "./crashes.ts";
import type { Fault, Size } from "./rig/fault.ts";
import { lasting, usualKinds } from "./rig/load.ts";
import { openRig, until } from "./rig/rig.ts";
import { approval } from "./rig/workloads.ts";

/** I7 promises 10 s; a busy machine may take as long again. */
const cancelMs = 20_000;

async function cancelAnytime({ random, isShort }: Size) {
  await using rig = await openRig();
  slowly(rig, random);
  const redis = await rig.redis();
  const servers = [
    await rig.start({ redisUrl: redis.url, env: { AGENTFLOW_CAPACITY: "6" } }),
    // Nobody hears of what is asked here before the next beat.
    await rig.start({ role: "api" }),
  ] as const;
  const [first, other] = servers;
  const kinds = [...(await usualKinds(rig, first)), { workflowId: await rig.workflow(first, approval()), input: "x" }];
  const violations: string[] = [];
  const acknowledged = new Map<string, number>();
  const one = async (kind: (typeof kinds)[number], server: RunningServer) => {
    const id = await rig.submit(server, kind.workflowId, kind.input);
    if (id === null) return;
    await lasting(random.between(0, 800));
    // Twice, at two processes, at the same moment; or at the one that runs nothing.
    const asked = random.chance(0.25) ? [other] : [first, other];
    const answers = await Promise.all(asked.map((server) => rig.cancel(server, id)));
    if (answers.includes(true)) acknowledged.set(id, Date.now());
    // One that waits for a person ends by nothing else.
    else if (kind === kinds.at(-1)) violations.push(`${id}: a cancel of what waits was refused`);
  };
  const left = Array.from({ length: isShort ? 48 : 1_000 }, () => [random.pick(kinds), random.pick(servers)] as const);
  const lane = async () => {
    for (let next = left.shift(); next !== undefined; next = left.shift()) await one(...next);
  };
  await Promise.all(Array.from({ length: 8 }, lane));
  await rig.settled();
  const rows = await rig.sql<{ id: string; ended: Date; started: Date | null }[]>`
    select id, ended_at as ended, (select max(at) from ${rig.sql.unsafe(logEvents)}
      where execution_id = id and type = 'step_started') as started from workflow_executions`;
  for (const { id, ended, started } of rows) {
    const at = acknowledged.get(id);
    if (at === undefined) continue;
    if (ended.getTime() - at > cancelMs) violations.push(`${id}: ended ${ended.getTime() - at} ms after its cancel`);
    if (started !== null && started.getTime() > at)
      violations.push(`${id}: a step started ${started.getTime() - at} ms after the cancel was acknowledged`);
  }
  const verdict = await rig.verdict();
  return { ...verdict, violations: [...verdict.violations, ...violations] };
}

async function answerTwice({ random, isShort }: Size) {
  await using rig = await openRig();
  slowly(rig, random);
  const api = await rig.start({ role: "api" });
  let worker = await rig.start();
  const asking = await rig.workflow(api, approval());
  const hurried = await rig.workflow(api, approval("2 s"));
  const count = isShort ? 16 : 200;
  const ids = (await Promise.all(Array.from({ length: count }, () => rig.submit(api, asking)))).filter(
    (id) => id !== null,
  );
  const late = await rig.submit(api, hurried);
  const waitsOf = async () => {
    const [row] = await rig.sql<{ count: number }[]>`select count(*)::int as count from execution_waits`;
    return row?.count ?? 0;
  };
  await until("all wait", async () => (await waitsOf()) >= ids.length);
  const violations: string[] = [];
  const answer = async (server: RunningServer, id: string): Promise<string> => {
    const client = await rig.client(server);
    return client.call("POST", `/api/executions/${id}/answer`, { stepKey: "ask", decision: "approved" }).then(
      () => "taken",
      (error: unknown) => (String(error).includes("answered 409") ? "refused" : "lost"),
    );
  };
  for (const [at, id] of ids.entries()) {
    if (at % 8 === 4) {
      // In the middle of it the process that runs them is gone.
      await worker.crash();
      worker = await rig.start();
    }
    const both = [answer(api, id), answer(api, id), answer(worker, id)];
    const answers = await Promise.all(both);
    if (answers.filter((one) => one === "taken").length !== 1 || answers.includes("lost"))
      violations.push(`${id}: three answers at once were ${answers.join(", ")}`);
    if ((await answer(api, id)) !== "refused") violations.push(`${id}: an answer after the answer was taken`);
  }
  await until("the deadline has passed", async () => {
    const [row] = await rig.sql<{ count: number }[]>`
      select count(*)::int as count from workflow_executions where id = ${late} and status = 'succeeded'`;
    return row?.count === 1;
  });
  if (late !== null && (await answer(api, late)) !== "refused")
    violations.push("an answer after the deadline was taken");
  await rig.settled();
  for (const id of ids) {
    const effects = rig.ledger.callsOf(id).filter(({ answeredAt }) => answeredAt !== null);
    if (effects.length === 0) violations.push(`${id}: was approved, and nothing came of it`);
  }
  if (late !== null && rig.ledger.callsOf(late).length > 0) violations.push("what nobody approved in time was done");
  const verdict = await rig.verdict();
  return { ...verdict, violations: [...verdict.violations, ...violations] };
}

export const peopleFaults: readonly Fault[] = [
  {
    id: "R33",
    title: "a cancel comes to an end at any moment, twice, and while the execution ends",
    run: cancelAnytime,
  },
  {
    id: "R34",
    title: "an approval that is answered twice, late or while a process dies is answered once",
    run: answerTwice,
  },
];
