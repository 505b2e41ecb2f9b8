import { Database } from "bun:sqlite";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import postgres from "postgres";
import { freshPostgres } from "#tests/support/database.ts";
import { freePort } from "#tests/support/services/freePort.mjs";
import { freshFolder } from "./freshFolder.ts";
import { installed } from "./install.ts";
import { type HttpPeer, untilServes } from "./nodeRed.ts";
import { type PeerProcess, startProcess, untilAnswers } from "./processes.ts";

export interface N8n extends HttpPeer {
  /** Begins a run that takes as long as it is told, and answers at once. */
  readonly slowUrl: string;
  /** Milliseconds from spawn to the first run of a workflow, of the last start. */
  startMs(): number;
  /** How many executions it has by status. */
  statuses(): Promise<Record<string, number>>;
  kill(): Promise<void>;
  /** Starts it again on the same data. */
  restart(): Promise<void>;
}

interface N8nOptions {
  readonly on: "n8n" | "n8nPostgres";
  readonly branches: { readonly count: number; readonly ms: number };
  readonly slowSeconds: number;
}

interface NodeSketch {
  readonly name: string;
  readonly type: string;
  readonly parameters?: object;
}

function workflow(id: string, nodes: readonly NodeSketch[], edges: Readonly<Record<string, readonly string[]>>) {
  const connections = Object.entries(edges).map(([from, to]) => [
    from,
    { main: [to.map((node, index) => ({ node, type: "main", index: node === "Join" ? index : 0 }))] },
  ]);
  return {
    ...{ id, name: id, active: false, settings: { executionOrder: "v1" }, pinData: {}, staticData: null },
    nodes: nodes.map(({ name, type, parameters = {} }, index) => ({
      ...{ id: `${id}-${index}`, name, type: `n8n-nodes-base.${type}`, typeVersion: type === "webhook" ? 2 : 1 },
      ...{ position: [index * 10, 0], parameters, ...(type === "webhook" ? { webhookId: `bench-${name}` } : {}) },
    })),
    connections: Object.fromEntries(connections),
  };
}

const webhook = (path: string, responseMode: "lastNode" | "onReceived") => ({
  ...{ name: `Webhook ${path}`, type: "webhook", parameters: { path, httpMethod: "GET", responseMode, options: {} } },
});

/** A wait of a length of time; under 65 s n8n keeps it in memory. */
const wait = (name: string, seconds: number) => ({
  ...{ name, type: "wait", parameters: { resume: "timeInterval", amount: seconds, unit: "seconds" } },
});

function workflows({ branches, slowSeconds }: N8nOptions) {
  const names = Array.from({ length: branches.count }, (_, index) => `Branch ${index}`);
  const waits = names.map((name) => wait(name, branches.ms / 1_000));
  const toJoin = Object.fromEntries(names.map((name) => [name, ["After"]]));
  return [
    workflow("one", [webhook("one", "lastNode"), { name: "Step", type: "noOp" }], { "Webhook one": ["Step"] }),
    // Two triggers in one workflow: each publishing is a start of n8n.
    workflow(
      "others",
      [
        ...[webhook("many", "lastNode"), ...waits, { name: "After", type: "noOp" }],
        ...[webhook("slow", "onReceived"), wait("Long", slowSeconds), { name: "Last", type: "noOp" }],
      ],
      { "Webhook many": names, ...toJoin, "Webhook slow": ["Long"], Long: ["Last"] },
    ),
  ];
}

interface Place {
  readonly env: Readonly<Record<string, string>>;
  statuses(): Promise<Record<string, number>>;
}

const countByStatus = "select status, count(*) as n from execution_entity group by status";
type Counted = { readonly status: string; readonly n: number | string };
const toRecord = (rows: readonly Counted[]) => Object.fromEntries(rows.map(({ status, n }) => [status, Number(n)]));

async function placeOf(on: N8nOptions["on"], folder: string, opened: AsyncDisposableStack): Promise<Place> {
  if (on === "n8n") {
    const file = join(folder, ".n8n", "database.sqlite");
    const statuses = async () => {
      using db = new Database(file, { readonly: true });
      return toRecord(db.query<Counted, []>(countByStatus).all());
    };
    return { env: { DB_TYPE: "sqlite" }, statuses };
  }
  const database = opened.use(await freshPostgres());
  const { hostname, port, username, password, pathname } = new URL(database.url);
  const env = {
    DB_TYPE: "postgresdb",
    DB_POSTGRESDB_HOST: hostname,
    DB_POSTGRESDB_PORT: port || "5432",
    DB_POSTGRESDB_DATABASE: pathname.slice(1),
    DB_POSTGRESDB_USER: decodeURIComponent(username),
    DB_POSTGRESDB_PASSWORD: decodeURIComponent(password),
  };
  const statuses = async () => {
    const sql = postgres(database.url, { max: 1, onnotice: () => {} });
    const rows = await sql.unsafe<Counted[]>(countByStatus);
    await sql.end();
    return toRecord(rows);
  };
  return { env, statuses };
}

/** What keeps it on this machine, and saves every execution. */
const settings = {
  N8N_HOST: "127.0.0.1",
  N8N_LISTEN_ADDRESS: "127.0.0.1",
  N8N_DIAGNOSTICS_ENABLED: "false",
  N8N_VERSION_NOTIFICATIONS_ENABLED: "false",
  N8N_TEMPLATES_ENABLED: "false",
  N8N_PERSONALIZATION_ENABLED: "false",
  N8N_RUNNERS_ENABLED: "false",
  N8N_ENFORCE_SETTINGS_FILE_PERMISSIONS: "false",
  N8N_LOG_LEVEL: "error",
  EXECUTIONS_DATA_SAVE_ON_SUCCESS: "all",
  EXECUTIONS_DATA_SAVE_ON_ERROR: "all",
  NODE_ENV: "production",
};

/** n8n with three workflows of ours, on loopback; its folder and its database are removed afterwards. */
export async function startN8n(options: N8nOptions): Promise<N8n> {
  const { folder: install, node, env } = installed(options.on);
  await using opened = new AsyncDisposableStack();
  const { path: folder } = opened.use(freshFolder());
  const place = await placeOf(options.on, folder, opened);
  const [port, brokerPort] = [await freePort(), await freePort()];
  const all = { ...env, ...settings, ...place.env, N8N_PORT: String(port), N8N_USER_FOLDER: folder };
  const run = (...args: string[]) =>
    startProcess({
      command: [node, join(install, "node_modules", "n8n", "bin", "n8n"), ...args],
      cwd: folder,
      env: { ...all, N8N_RUNNERS_BROKER_PORT: String(brokerPort) },
    });
  const file = join(folder, "workflows.json");
  writeFileSync(file, JSON.stringify(workflows(options)));
  await toItsEnd(run("import:workflow", `--input=${file}`));
  for (const { id } of workflows(options)) await toItsEnd(run("publish:workflow", `--id=${id}`));

  const url = `http://127.0.0.1:${port}`;
  let server: PeerProcess | null = null;
  let startMs = 0;
  const start = async () => {
    const process_ = run("start");
    server = process_;
    const begun = performance.now();
    await untilServes(`${url}/webhook/one`, () => untilAnswers(`${url}/healthz/readiness`, process_));
    startMs = performance.now() - begun;
  };
  opened.defer(async () => server?.[Symbol.asyncDispose]());
  await start();
  const ending = opened.move();
  return {
    oneStepUrl: `${url}/webhook/one`,
    branchesUrl: `${url}/webhook/many`,
    slowUrl: `${url}/webhook/slow`,
    startMs: () => startMs,
    statuses: place.statuses,
    async kill() {
      await server?.kill();
    },
    restart: start,
    [Symbol.asyncDispose]: () => ending.disposeAsync(),
  };
}

/** A command of its own, to its end. Throws with its last words. */
async function toItsEnd(process_: PeerProcess): Promise<void> {
  await using ended = process_;
  while ((await ended.line()) !== null);
  for (let tries = 0; tries < 100 && ended.exitCode() === null; tries++) await Bun.sleep(20);
  if (ended.exitCode() !== 0) throw new Error(`its command failed: ${ended.lastWords().slice(-400)}`);
}
