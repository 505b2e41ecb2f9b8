import type { RunningServer } from "#tests/support/serverProcess.ts";
import { slowly } from "./crashes.ts";
import type { Fault, Size } from "./rig/fault.ts";
import { openRig, type Rig, until } from "./rig/rig.ts";
import { branches, chain, echo } from "./rig/workloads.ts";

interface Delivery {
  readonly key: string;
  readonly workflowId: string;
  readonly input: unknown;
}

/** As who delivers does it: again until somebody has answered. Gives the answer's body. */
async function deliver(rig: Rig, { key, workflowId, input }: Delivery, next: () => RunningServer): Promise<string> {
  let body = "";
  await until(`${key} is answered`, async () => {
    const server = next();
    const { cookie } = await rig.client(server);
    const answer = await fetch(`${server.url}/api/workflows/${workflowId}/execute`, {
      method: "POST",
      headers: { cookie, "content-type": "application/json", "idempotency-key": key },
      body: JSON.stringify({ input }),
    }).catch(() => null);
    const text = (await answer?.text().catch(() => null)) ?? null;
    if (answer === null || text === null || answer.status === 503) return false;
    body = `${answer.status} ${text}`;
    return true;
  });
  return body;
}

/** Twenty at once under each key, while processes are killed and the answers to their commits are lost. */
async function sameDelivery({ random, isShort }: Size) {
  await using rig = await openRig();
  slowly(rig, random);
  const proxy = await rig.proxy(rig.databaseUrl);
  const start = () => rig.start({ databaseUrl: proxy.url });
  const servers = [await start(), await start()];
  const [first] = servers;
  if (first === undefined) throw new Error("No server.");
  const workflows = await Promise.all([chain(2), branches(), echo()].map((graph) => rig.workflow(first, graph)));
  const keys = isShort ? 12 : 300;
  const violations: string[] = [];
  const answered = new Map<string, string>();
  for (let nth = 0; nth < keys; nth += 1) {
    const delivery = { key: `delivery ${nth}`, workflowId: random.pick(workflows), input: { nth } };
    if (random.chance(0.4)) proxy.swallowReplyTo("execution_created");
    const all = Array.from({ length: 20 }, () => deliver(rig, delivery, () => random.pick(servers)));
    if (nth % 6 === 3) {
      const victim = servers.shift();
      await victim?.crash();
      servers.push(await start());
    }
    const bodies = new Set(await Promise.all(all));
    const [body = ""] = bodies;
    if (bodies.size > 1 || !body.startsWith("200 ")) violations.push(`${delivery.key}: ${[...bodies].join(" and ")}`);
    answered.set(delivery.key, body);
  }
  await rig.settled();
  const rows = await rig.sql<{ id: string; key: string }[]>`
    select id, trigger #>> '{once,key}' as key from workflow_executions`;
  if (rows.length !== keys) violations.push(`${rows.length} executions of ${keys} keys`);
  for (const { id, key } of rows)
    if (!answered.get(key)?.includes(id)) violations.push(`${key}: ${id} is there, ${answered.get(key)} was answered`);
  const verdict = await rig.verdict();
  return { ...verdict, violations: [...verdict.violations, ...violations] };
}

export const startFaults: readonly Fault[] = [
  {
    id: "R31",
    title: "one delivery twenty times at once, at processes that die, is one execution and one answer",
    run: sameDelivery,
  },
];
