import { AppError } from "#src/errors.ts";
import { type App, createApp, createWorkerApp } from "./app.ts";
import { createDeps } from "./deps.ts";
import { type Env, readEnv } from "./env.ts";
import { endByWhatNobodyCaught } from "./uncaught.ts";

/** How long a stop may take after the grace period before the process ends anyway; what is cut off goes on from its last commit. */
const stopMs = 15_000;
/** How long requests that were accepted may take once nothing new is. */
const lastRequestsMs = 5_000;

const say = (line: string) => console.log(`agentflow: ${line}`);

function fail(error: unknown): never {
  // What the operator must mend has a message for them; anything else is ours, with its stack.
  if (error instanceof AppError && error.code !== "internal") console.error(`agentflow: ${error.message}`);
  else console.error("agentflow: the start failed.", error);
  process.exit(1);
}

type Listening = Pick<App, "listen" | "server">;

function listen(app: Listening, env: Env): void {
  try {
    // Without reusePort a second process on the same port is told so, instead of getting half of the requests.
    app.listen({ port: env.port, hostname: env.host, reusePort: false, development: false });
  } catch (error) {
    const message = `Port ${env.port} on ${env.host} cannot be opened: is something running there? Set PORT to another one.`;
    throw new AppError("unavailable", message, { cause: error });
  }
}

/** Lets accepted requests end. Sockets do not end by themselves: they are told to go elsewhere when the rest is stopped. */
async function closePort(app: Listening): Promise<void> {
  const late = Promise.withResolvers<void>();
  const server = app.server;
  const look = setInterval(() => {
    if (server === null || server === undefined || server.pendingRequests === 0) late.resolve();
  }, 20);
  const timer = setTimeout(late.resolve, lastRequestsMs);
  void server?.stop();
  await late.promise;
  clearInterval(look);
  clearTimeout(timer);
}

async function start() {
  const env = readEnv();
  const deps = await createDeps(env, { progress: say });
  const app: Listening = env.role === "worker" ? (createWorkerApp(deps) as unknown as Listening) : createApp(deps);
  endByWhatNobodyCaught(process, { log: deps.log, exit: (code) => process.exit(code) });
  listen(app, env);
  const port = app.server?.port ?? env.port;
  say(`ready on ${env.publicUrl ?? `http://${env.host.includes(":") ? `[${env.host}]` : env.host}:${port}`}`);

  let isStopping = false;
  const stop = async (signal: string) => {
    if (isStopping) return process.exit(1); // asked twice: at once
    isStopping = true;
    say(`${signal}: stopping`);
    setTimeout(() => process.exit(1), env.graceMs + stopMs).unref();
    try {
      // The port stays open meanwhile: a balancer reads "draining" there, and who still comes is served.
      await deps.drain();
      await closePort(app);
      await deps.stop();
      await app.server?.stop(true);
      process.exit(0);
    } catch (error) {
      deps.log.error({ err: error }, "the stop failed");
      process.exit(1);
    }
  };
  process.on("SIGTERM", () => void stop("SIGTERM"));
  process.on("SIGINT", () => void stop("SIGINT"));
}

await start().catch(fail);
