import { type ModelServer, startModelServer } from "./aimock.ts";
import { freshPostgres } from "./database.ts";
import { type RestClient, signUpOwner } from "./restClient.ts";
import { type RunningServer, startServer } from "./serverProcess.ts";
import { freePort } from "./services/freePort.mjs";
import { startRedis } from "./services/redis.mjs";

type Role = "all" | "api" | "worker";

/** Several real server processes on one fresh PostgreSQL database, with a Redis of their own or without. */
export interface Cluster extends AsyncDisposable {
  readonly models: ModelServer;
  readonly databaseUrl: string;
  readonly redisUrl: string | null;
  /** Starts one more process. */
  start(role: Role, env?: Readonly<Record<string, string>>): Promise<RunningServer>;
  /** The owner, who signs up at the first process that is named. */
  owner(server: RunningServer): Promise<RestClient>;
  stopRedis(): Promise<void>;
  restartRedis(): Promise<void>;
}

export async function startCluster(options: { readonly redis: boolean }): Promise<Cluster> {
  await using opened = new AsyncDisposableStack();
  const models = opened.use(await startModelServer());
  const database = opened.use(await freshPostgres());
  const port = await freePort();
  let redis = options.redis ? await startRedis(port) : null;
  opened.defer(async () => redis?.stop());
  const redisUrl = redis?.url ?? null;
  const servers: RunningServer[] = [];
  opened.defer(async () => {
    await Promise.all(servers.map((server) => server[Symbol.asyncDispose]()));
  });
  const all = opened.move();
  return {
    models,
    databaseUrl: database.url,
    redisUrl,
    async start(role, env = {}) {
      const server = await startServer({
        env: {
          DATABASE_URL: database.url,
          AGENTFLOW_ROLE: role,
          AGENTFLOW_MODEL_URL: `${models.url}/v1`,
          AGENTFLOW_MODEL_NAME: "test",
          ...(redisUrl === null ? {} : { REDIS_URL: redisUrl }),
          ...env,
        },
      });
      servers.push(server);
      return server;
    },
    owner: (server) => signUpOwner(server.url),
    async stopRedis() {
      await redis?.stop();
      redis = null;
    },
    async restartRedis() {
      redis = await startRedis(port);
    },
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  };
}
