import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { root } from "./architecture/sources.ts";
import { freePort } from "./services/freePort.mjs";

export interface RunningServer extends AsyncDisposable {
  readonly url: string;
  readonly pid: number;
  readonly port: number;
  /** Tells it something, once: SIGTERM asks it to stop. */
  signal(name: "SIGTERM" | "SIGINT"): void;
  /** What it said, when it has ended. */
  readonly said: Promise<string>;
  /** Its exit code, when it has ended. */
  readonly exited: Promise<number>;
  /** kill -9, as bad luck does it. */
  crash(): Promise<void>;
  /** Milliseconds from spawn to the first healthy answer. */
  readonly startMs: number;
}

/** A test runner that is told to stop takes its servers along: nothing stays behind on the machine. */
const alive = new Set<Bun.Subprocess>();
for (const signal of ["SIGTERM", "SIGINT"] as const) {
  process.once(signal, () => {
    for (const child of alive) child.kill("SIGKILL");
    process.exit(1);
  });
}

interface StartOptions {
  /** Port; a free one when absent. A restart on the same port is what a deploy looks like to clients. */
  readonly port?: number;
  /** Data folder; a fresh one, removed afterwards, when absent. */
  readonly folder?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** kill -9 while it starts. */
  readonly doom?: AbortSignal;
  /** Command that starts the server; `bun server/index.ts` when absent. */
  readonly command?: readonly string[];
}

/** The real server as its own process on a free loopback port. */
export async function startServer(options: StartOptions = {}): Promise<RunningServer> {
  const fresh = options.folder === undefined ? mkdtempSync(join(tmpdir(), "agentflow-server-")) : null;
  const port = options.port ?? (await freePort());
  const env = {
    PATH: process.env.PATH ?? "",
    HOME: process.env.HOME ?? "",
    NODE_ENV: "production",
    LOG_LEVEL: "warn",
    HOST: "127.0.0.1",
    PORT: String(port),
    AGENTFLOW_FOLDER: options.folder ?? fresh ?? "",
    ...options.env,
  };
  const begun = performance.now();
  const child = Bun.spawn([...(options.command ?? [process.execPath, "server/index.ts"])], {
    cwd: root,
    env,
    stdout: "pipe",
    stderr: "pipe",
  });
  alive.add(child);
  options.doom?.addEventListener("abort", () => child.kill("SIGKILL"));
  const complaints = Promise.all([child.stdout, child.stderr].map((stream) => new Response(stream).text())).then(
    (texts) => texts.join(""),
  );
  const url = `http://127.0.0.1:${port}`;
  const isHealthy = () =>
    fetch(`${url}/health`).then(
      (answer) => answer.ok,
      () => false,
    );
  while (!(await isHealthy())) {
    if (child.exitCode !== null || child.signalCode !== null || performance.now() - begun > 60_000) {
      child.kill("SIGKILL");
      throw new Error(`The server did not become healthy: ${await complaints}`);
    }
    await Bun.sleep(10);
  }
  return {
    url,
    pid: child.pid,
    port,
    signal: (name) => child.kill(name),
    exited: child.exited,
    said: complaints,
    async crash() {
      child.kill("SIGKILL");
      await child.exited;
    },
    startMs: performance.now() - begun,
    async [Symbol.asyncDispose]() {
      if (child.exitCode === null) child.kill("SIGTERM");
      await child.exited;
      alive.delete(child);
      if (fresh) rmSync(fresh, { recursive: true, force: true });
    },
  };
}
