import { join } from "node:path";
import postgres from "postgres";
import type { GraphInput } from "#src/schemas/graph.ts";
import { type ChaosProxy, startChaosProxy } from "#tests/support/chaosProxy.ts";
import { freshPostgres } from "#tests/support/database.ts";
import { type RestClient, restClientAt, signUpOwner } from "#tests/support/restClient.ts";
import { type RunningServer, startServer } from "#tests/support/serverProcess.ts";
import { freePort } from "#tests/support/services/freePort.mjs";
import { startRedis } from "#tests/support/services/redis.mjs";
import { judge, type Verdict } from "./checker.ts";
import { type Ledger, startLedger } from "./ledger.ts";

export interface ServerOptions {
  readonly role?: "all" | "api" | "worker";
  /** Where it finds the database, when not directly. */
  readonly databaseUrl?: string;
  readonly redisUrl?: string;
  readonly modelUrl?: string;
  /** See server/execution/failpoints.ts; makes it a test build. */
  readonly failpoints?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Where it writes what lives on its heap; see probe.ts. */
  readonly probe?: string;
  /** kill -9 while it starts. */
  readonly doom?: AbortSignal;
}

/** A Redis of the fault's own, behind a proxy, that can go away and come back empty. */
export interface OwnRedis {
  readonly url: string;
  readonly proxy: ChaosProxy;
  stop(): Promise<void>;
  restart(): Promise<void>;
}

/** Real server processes on one fresh database, a target that keeps a ledger, and a judge for afterwards. */
export interface Rig extends AsyncDisposable {
  readonly databaseUrl: string;
  /** Past every wall, for looking. */
  readonly sql: postgres.Sql;
  readonly ledger: Ledger;
  readonly accepted: readonly string[];
  /** Why starts were not accepted. */
  readonly refusals: readonly string[];
  start(options?: ServerOptions): Promise<RunningServer>;
  proxy(target: string): Promise<ChaosProxy>;
  redis(): Promise<OwnRedis>;
  /** The owner at this process; signs up at the first that is named. */
  client(server: RunningServer): Promise<RestClient>;
  workflow(server: RunningServer, graph: GraphInput): Promise<string>;
  /** Starts an execution. Null when nobody promised anything: refused, or no answer. */
  submit(server: RunningServer, workflowId: string, input?: unknown): Promise<string | null>;
  /** Whether the cancel was acknowledged; not when the execution had ended before, or nobody answered. */
  cancel(server: RunningServer, id: string): Promise<boolean>;
  /** Waits until every execution has ended. */
  settled(limitMs?: number): Promise<void>;
  verdict(options?: { readonly frozen?: boolean }): Promise<Verdict>;
}

/** Waits for a condition. Throws, naming it, after `limitMs`: far more than any promise takes. */
export async function until(what: string, holds: () => boolean | Promise<boolean>, limitMs = 120_000): Promise<void> {
  const begun = performance.now();
  while (!(await holds())) {
    if (performance.now() - begun > limitMs) throw new Error(`Not so after ${limitMs / 1_000} s: ${what}.`);
    await Bun.sleep(25);
  }
}

const probePath = join(import.meta.dir, "probe.ts");

async function ownRedis(opened: AsyncDisposableStack): Promise<OwnRedis> {
  const port = await freePort();
  let running: Awaited<ReturnType<typeof startRedis>> | null = await startRedis(port);
  const proxy = await startChaosProxy(running.url);
  const stop = async () => {
    await running?.stop();
    running = null;
  };
  opened.defer(async () => {
    await proxy[Symbol.asyncDispose]();
    await stop();
  });
  return {
    url: proxy.url.replace(/\/$/, ""),
    proxy,
    stop,
    async restart() {
      running = await startRedis(port);
    },
  };
}

export async function openRig(): Promise<Rig> {
  await using opened = new AsyncDisposableStack();
  const ledger = opened.use(await startLedger());
  const database = opened.use(await freshPostgres());
  const sql = postgres(database.url, { max: 2, onnotice: () => {} });
  opened.defer(() => sql.end({ timeout: 1 }));
  const accepted: string[] = [];
  const refusals: string[] = [];
  const deaths: string[] = [];
  let owner: Promise<RestClient> | null = null;
  const stack = opened.move();

  async function start(options: ServerOptions = {}): Promise<RunningServer> {
    const {
      role = "all",
      databaseUrl = database.url,
      redisUrl,
      modelUrl = ledger.url,
      failpoints,
      env = {},
      probe,
      doom,
    } = options;
    const server = await startServer({
      ...(doom === undefined ? {} : { doom }),
      ...(probe === undefined ? {} : { command: [process.execPath, "--preload", probePath, "server/index.ts"] }),
      env: {
        LOG_LEVEL: "fatal",
        DATABASE_URL: databaseUrl,
        AGENTFLOW_ROLE: role,
        AGENTFLOW_MODEL_URL: modelUrl,
        AGENTFLOW_MODEL_NAME: "test",
        AGENTFLOW_GRACE_SECONDS: "1",
        ...(redisUrl === undefined ? {} : { REDIS_URL: redisUrl }),
        ...(failpoints === undefined ? {} : { NODE_ENV: "test", AGENTFLOW_FAILPOINTS: failpoints }),
        ...(probe === undefined ? {} : { FAULTS_PROBE: probe }),
        ...env,
      },
    });
    let isExpected = failpoints !== undefined;
    void server.exited.then(async () => {
      if (!isExpected) deaths.push(`process ${server.pid} ended by itself: ${(await server.said).slice(-2_000)}`);
    });
    const expected = () => {
      isExpected = true;
    };
    stack.defer(async () => {
      expected();
      // One that is frozen hears nothing else.
      await server.crash();
      await server[Symbol.asyncDispose]();
    });
    return {
      ...server,
      crash() {
        expected();
        return server.crash();
      },
      signal(name) {
        expected();
        server.signal(name);
      },
    };
  }
  async function client(server: RunningServer): Promise<RestClient> {
    owner ??= signUpOwner(server.url);
    return restClientAt(server.url, (await owner).cookie);
  }
  return {
    databaseUrl: database.url,
    sql,
    ledger,
    accepted,
    refusals,
    start,
    client,
    proxy: async (target) => stack.use(await startChaosProxy(target)),
    redis: () => ownRedis(stack),
    async workflow(server, graph) {
      const at = await client(server);
      return (await at.call<{ id: string }>("POST", "/api/workflows", { name: "W", graph })).id;
    },
    async submit(server, workflowId, input = "x") {
      const at = await client(server);
      const started = await at
        .call<{ executionId: string }>("POST", `/api/workflows/${workflowId}/execute`, { input })
        .catch((error: unknown) => {
          refusals.push(String(error));
          return null;
        });
      if (started !== null) accepted.push(started.executionId);
      return started?.executionId ?? null;
    },
    async cancel(server, id) {
      const at = await client(server);
      return at.call("POST", `/api/executions/${id}/cancel`, {}).then(
        () => true,
        () => false,
      );
    },
    async settled(limitMs) {
      const open = () => sql<Record<string, unknown>[]>`
        select id, status, last_seq, lease_owner, lease_expires_at - now() as lease, wake_at - now() as wakes, answers
        from workflow_executions where status not in ('succeeded', 'failed', 'cancelled') limit 5`;
      await until("every execution has ended", async () => (await open()).length === 0, limitMs).catch(
        async (error) => {
          throw new Error(`${error} ${deaths.join(", ")} ${JSON.stringify(await open())}`);
        },
      );
    },
    async verdict({ frozen = false } = {}) {
      const verdict = await judge({ sql, accepted, calls: ledger.calls, frozen });
      verdict.violations.push(...deaths);
      return verdict;
    },
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}
