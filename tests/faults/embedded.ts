import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type postgres from "postgres";
import { openDatabase } from "#db/client.ts";
import { type RestClient, restClientAt, signUpOwner } from "#tests/support/restClient.ts";
import { startServer } from "#tests/support/serverProcess.ts";
import { judge } from "./rig/checker.ts";
import type { Fault, Size } from "./rig/fault.ts";
import { startLedger } from "./rig/ledger.ts";
import { lasting } from "./rig/load.ts";
import { until } from "./rig/rig.ts";
import { chain, timer } from "./rig/workloads.ts";

const points = [
  "afterCreate",
  "afterEffect@llm",
  "beforeCommit@step_succeeded",
  "afterCommit@step_succeeded",
  "afterCommit@execution_waiting",
  "beforeCommit@step_resumed",
  "afterCommit@execution_succeeded",
];

/** One process and its folder: killed at one point after the other, each time started again on what it left behind. */
async function killEmbedded({ random, isShort }: Size) {
  await using opened = new AsyncDisposableStack();
  const ledger = opened.use(await startLedger());
  ledger.treat(() => ({ kind: "answer", afterMs: random.between(10, 200) }));
  const folder = mkdtempSync(join(tmpdir(), "agentflow-faults-"));
  opened.defer(() => rmSync(folder, { recursive: true, force: true }));
  const start = (env: Record<string, string> = {}) =>
    startServer({
      folder,
      env: { AGENTFLOW_MODEL_URL: ledger.url, AGENTFLOW_MODEL_NAME: "test", LOG_LEVEL: "silent", ...env },
    });
  const accepted: string[] = [];
  const submit = (client: RestClient, id: string) =>
    client.call<{ executionId: string }>("POST", `/api/workflows/${id}/execute`, { input: "x" }).then(
      ({ executionId }) => accepted.push(executionId),
      () => 0,
    );
  const first = await start();
  const owner = await signUpOwner(first.url);
  const workflows: string[] = [];
  for (const graph of [chain(2), timer(3)])
    workflows.push((await owner.call<{ id: string }>("POST", "/api/workflows", { name: "W", graph })).id);
  await Promise.all(workflows.map((id) => submit(owner, id)));
  await lasting(random.between(0, 500));
  await first.crash();

  const tried = isShort
    ? [random.pick(points), random.pick(points), random.pick(points)]
    : points.flatMap((point) => Array.from({ length: 10 }, () => point));
  for (const point of tried) {
    const victim = await start({ NODE_ENV: "test", AGENTFLOW_FAILPOINTS: `${point}:${random.between(1, 3)}:kill` });
    const client = restClientAt(victim.url, owner.cookie);
    let isDead = false;
    const death = victim.exited.then(() => {
      isDead = true;
    });
    const begun = Date.now();
    while (!isDead) {
      if (Date.now() - begun > 90_000) throw new Error(`Nobody came to ${point}.`);
      await submit(client, random.pick(workflows));
      await Promise.race([death, lasting(200)]);
    }
  }
  const last = await start();
  const client = restClientAt(last.url, owner.cookie);
  const open = "status=queued&status=running&status=waiting&status=cancelling";
  await until("every execution has ended", async () => {
    const page = await client.call<{ items: unknown[] }>("GET", `/api/executions?limit=1&${open}`);
    return page.items.length === 0;
  });
  await last[Symbol.asyncDispose]();
  const db = await openDatabase({ folder });
  try {
    return await db.ownerSql.begin(async (sql) => {
      await sql`select set_config('role', 'none', true)`;
      return judge({ sql: sql as unknown as postgres.Sql, accepted, calls: ledger.calls, frozen: false });
    });
  } finally {
    await db.close();
  }
}

export const embeddedFaults: readonly Fault[] = [
  { id: "R02e", title: "the embedded database loses nothing when its process dies at any point", run: killEmbedded },
];
