import type { GraphInput } from "#src/schemas/graph.ts";
import { type ModelServer, startModelServer } from "#tests/support/aimock.ts";
import { freshPostgres } from "#tests/support/database.ts";
import { type RestClient, signUpOwner } from "#tests/support/restClient.ts";
import { type RunningServer, startServer } from "#tests/support/serverProcess.ts";
import { freshFolder } from "../support/freshFolder.ts";
import { requestOf } from "../support/load.ts";
import type { N8n } from "../support/n8n.ts";
import { peers } from "../support/peers.ts";
import type { PeerMeasure, Run } from "../support/plan.ts";
import type { PeerProcess } from "../support/processes.ts";
import { startProgram } from "../support/program.ts";
import { figure, limited, type Row } from "../support/row.ts";

const what = "kill -9 in the third of eight steps, until the next step runs";
const steps = 8;
const stepMs = 400;
/** A second worker has to notice; a process that starts again on its own folder knows. */
const limitMs = { restart: 3_000, other: 10_000 } as const;

/** Long enough that n8n is in the middle of it when it is killed. */
export const slowSeconds = 60;

/** Eight model calls, one after the other, each with its own prompt. */
function calls(): GraphInput {
  const ids = Array.from({ length: steps }, (_, index) => `call${index}`);
  return {
    nodes: ids.map((id, index) => ({
      ...{ id, key: id, name: id, agent: "llm", position: { x: 0, y: index * 100 } },
      config: { provider: "compatible", model: "test", prompt: `Say ${id}.` },
    })),
    edges: ids.slice(1).map((id, index) => ({
      ...{ id: `edge${index}`, source: `call${index}`, sourcePort: "text", target: id, targetPort: "context" },
    })),
  };
}

/** How often each call was asked for, in the order of their first time. */
function askedFor(models: ModelServer): number[] {
  const counts = new Map<string, number>();
  for (const { body } of models.requests()) {
    const prompt = /Say (call\d+)/.exec(JSON.stringify(body))?.[1] ?? "";
    counts.set(prompt, (counts.get(prompt) ?? 0) + 1);
  }
  return [...counts.values()];
}

interface Crash {
  readonly models: ModelServer;
  readonly server: RunningServer;
  readonly client: RestClient;
  /** Starts whoever goes on; it may be there already. */
  readonly next: () => Promise<RunningServer>;
}

interface Recovered {
  /** From the kill until the next call. */
  readonly ms: number;
  /** What of it a process that was started for it took to be healthy. */
  readonly startMs: number;
}

/** Throws when a call with a recorded answer was made again. */
async function crashed({ models, server, client, next }: Crash): Promise<Recovered> {
  const { id } = await client.call<{ id: string }>("POST", "/api/workflows", { name: "Calls", graph: calls() });
  const { executionId } = await client.call<{ executionId: string }>("POST", `/api/workflows/${id}/execute`, {});
  while (models.requests().length < 3) await Bun.sleep(5);
  await Bun.sleep(stepMs / 4);
  await server.crash();
  const begun = performance.now();
  const before = models.requests().length;
  const starting = next();
  while (models.requests().length === before && performance.now() - begun < 60_000) await Bun.sleep(5);
  const ms = performance.now() - begun;
  const { url, startMs } = await starting;
  const read = () => fetch(`${url}/api/executions/${executionId}`, { headers: { cookie: client.cookie } });
  for (let status = ""; status !== "succeeded"; ) {
    ({ status } = (await (await read()).json()) as { status: string });
    if (status === "failed" || performance.now() - begun > 60_000) throw new Error(`the execution is ${status}`);
    await Bun.sleep(20);
  }
  const asked = askedFor(models);
  if (asked.length !== steps || asked.some((times, index) => times > (index === 2 ? 2 : 1)))
    throw new Error(`a recorded step ran again: ${asked.join(" ")}`);
  return { ms, startMs };
}

async function ours(kind: keyof typeof limitMs): Promise<Recovered> {
  await using opened = new AsyncDisposableStack();
  const models = opened.use(await startModelServer());
  models.script({ text: "A call.", pieceSize: 4, paceMs: stepMs / 2 });
  const { path: folder } = opened.use(freshFolder());
  const database = kind === "other" ? opened.use(await freshPostgres()) : null;
  const env = {
    ...{ AGENTFLOW_MODEL_URL: `${models.url}/v1`, AGENTFLOW_MODEL_NAME: "test" },
    ...(database === null ? {} : { DATABASE_URL: database.url }),
  };
  const start = async () => opened.use(await startServer({ folder, env }));
  const server = await start();
  const client = await signUpOwner(server.url);
  const other = kind === "other" ? await start() : null;
  return await crashed({ models, server, client, next: async () => other ?? (await start()) });
}

/** Reads until a step begins; gives its number. */
async function nextStep(process_: PeerProcess): Promise<number> {
  for (;;) {
    const line = await process_.line();
    if (line === null) throw new Error(`it ended: ${process_.lastWords().slice(-300)}`);
    if (line.startsWith('{"step"')) return (JSON.parse(line) as { step: number }).step;
  }
}

/** From the start of the second process: a DBOS process recovers what it, by its executor's id, left behind. */
async function dbos(): Promise<{ ms: number; repeated: boolean }> {
  await using database = await freshPostgres();
  const request = { kind: "recovery", url: database.url, id: "crash", steps, ms: stepMs };
  const program = { peer: "dbos", program: "dbos", request } as const;
  {
    await using first = startProgram(program);
    while ((await nextStep(first)) < 2);
    await Bun.sleep(stepMs / 4);
    await first.kill();
  }
  const begun = performance.now();
  await using second = startProgram(program);
  const step = await nextStep(second);
  return { ms: performance.now() - begun, repeated: step < 2 };
}

/** What becomes of an execution of n8n in whose middle it was killed. */
export async function crashOfN8n(n8n: N8n, on: "n8n" | "n8nPostgres"): Promise<Row> {
  await requestOf(n8n.slowUrl, {})();
  for (let tries = 0; tries < 100 && !("running" in (await n8n.statuses())); tries++) await Bun.sleep(50);
  await n8n.kill();
  await n8n.restart();
  const statuses = await n8n.statuses();
  const became = ["crashed", "running", "waiting", "error"].find((status) => (statuses[status] ?? 0) > 0) ?? "gone";
  const theirs = `does not go on: marked “${became}” after a restart of ${figure(n8n.startMs(), "ms")}`;
  return { what, against: peers[on].label, ours: "goes on", theirs, ratio: null, wanted: "", holds: null };
}

export const recovery: PeerMeasure = {
  name: "recovery",
  async run(run: Run) {
    const restart = await ours("restart");
    const other = await ours("other");
    const again = `${what}: the same process, started again`;
    const healthy = `${figure(restart.ms, "ms")} with its database, ${figure(restart.startMs, "ms")} until healthy`;
    const rows: Row[] = [
      {
        ...limited({ what: again, against: "the limit", ours: restart.ms, unit: "ms", limit: limitMs.restart }),
        ours: healthy,
      },
      limited({
        ...{ what: `${what}: another worker, on PostgreSQL`, against: "the limit" },
        ...{ ours: other.ms, unit: "ms", limit: limitMs.other },
      }),
    ];
    const measured = run.peer("dbos", again, async () => {
      const { ms, repeated } = await dbos();
      const theirs = `${figure(ms, "ms")}, its database was never down${repeated ? ", a recorded step ran again" : ""}`;
      const ratio = ms / restart.ms;
      return [{ what: again, against: peers.dbos.label, ours: healthy, theirs, ratio, wanted: "", holds: null }];
    });
    return [...rows, ...(await measured)];
  },
};
