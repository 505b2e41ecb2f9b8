import { AppError } from "#src/errors.ts";
import { type App, createApp } from "./app.ts";
import { createDeps } from "./deps.ts";
import { type Env, readEnv } from "./env.ts";

/** How long a stop may take before the process ends anyway; work that is cut off goes on from its last commit. */
const stopMs = 15_000;

const say = (line: string) => console.log(`agentflow: ${line}`);

function fail(error: unknown): never {
  // What the operator must mend has a message for them; anything else is ours, with its stack.
  if (error instanceof AppError && error.code !== "internal") console.error(`agentflow: ${error.message}`);
  else console.error("agentflow: the start failed.", error);
  process.exit(1);
}

function listen(app: App, env: Env): void {
  try {
    // Without reusePort a second process on the same port is told so, instead of getting half of the requests.
    app.listen({ port: env.port, hostname: env.host, reusePort: false, development: false });
  } catch (error) {
    const message = `Port ${env.port} on ${env.host} cannot be opened: is something running there? Set PORT to another one.`;
    throw new AppError("unavailable", message, { cause: error });
  }
}

async function start() {
  const env = readEnv();
  const deps = await createDeps(env, { progress: say });
  const app = createApp(deps);
  listen(app, env);
  const port = app.server?.port ?? env.port;
  say(`ready on ${env.publicUrl ?? `http://${env.host.includes(":") ? `[${env.host}]` : env.host}:${port}`}`);

  let isStopping = false;
  const stop = async (signal: string) => {
    if (isStopping) return process.exit(1); // asked twice: at once
    isStopping = true;
    say(`${signal}: stopping`);
    setTimeout(() => process.exit(1), stopMs).unref();
    try {
      const closed = app.server?.stop();
      await deps.stop();
      app.server?.stop(true);
      await closed;
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
