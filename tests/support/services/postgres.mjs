// A throw-away PostgreSQL cluster for tests and benches: own folder, loopback only, durable settings left on (fsync is what we measure).
import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

/** Folder with initdb and postgres, or null. Debian keeps them off the PATH. */
export function findPostgres() {
  const folders = (process.env.PATH ?? "").split(":");
  const debian = "/usr/lib/postgresql";
  if (existsSync(debian)) {
    const versions = readdirSync(debian).sort((a, b) => Number(b) - Number(a));
    folders.push(...versions.map((version) => join(debian, version, "bin")));
  }
  const found = folders.find((folder) => existsSync(join(folder, "initdb")) && existsSync(join(folder, "postgres")));
  // A PATH may hold links to some of its programs only; where the server really lives, all of them are.
  return found === undefined ? null : dirname(realpathSync(join(found, "postgres")));
}

/** PostgreSQL refuses to run as root; root runs it as the account that Debian's package made. */
function asServiceAccount(command, args) {
  return process.getuid?.() === 0 ? ["runuser", ["-u", "postgres", "--", command, ...args]] : [command, args];
}

/**
 * Starts a cluster on `port` of the loopback address. Resolves when it answers.
 * @returns {Promise<{ url: string, stop: () => Promise<void> }>} superuser URL; `stop` ends the process and removes the folder
 */
export async function startPostgres(port) {
  const bin = findPostgres();
  if (bin === null) throw new Error("PostgreSQL was not found.");
  const folder = mkdtempSync(join(tmpdir(), "agentflow-postgres-"));
  if (process.getuid?.() === 0) spawnSync("chown", ["postgres", folder]);
  const run = (command, args) => {
    const [file, all] = asServiceAccount(join(bin, command), args);
    return spawnSync(file, all, { encoding: "utf8", cwd: folder });
  };
  const made = run("initdb", [
    "-D",
    join(folder, "cluster"),
    "-U",
    "postgres",
    "-A",
    "trust",
    "-E",
    "UTF8",
    "--locale=C.UTF-8",
  ]);
  if (made.status !== 0) throw new Error(`initdb failed: ${made.stderr}`);
  const options = [
    "-D",
    join(folder, "cluster"),
    "-p",
    String(port),
    "-k",
    folder,
    "-h",
    "127.0.0.1",
    "-c",
    "max_connections=300",
  ];
  const [file, all] = asServiceAccount(join(bin, "postgres"), options);
  const server = spawn(file, all, { cwd: folder, stdio: "ignore" });
  const url = `postgres://postgres@127.0.0.1:${port}/postgres`;
  const ended = new Promise((resolve) => server.once("exit", resolve));
  const stop = async () => {
    // SIGINT is PostgreSQL's fast shutdown; runuser passes it on.
    run("pg_ctl", ["-D", join(folder, "cluster"), "stop", "-m", "fast"]);
    await ended;
    rmSync(folder, { recursive: true, force: true });
  };
  for (let tries = 0; tries < 150; tries++) {
    if (run("pg_isready", ["-h", "127.0.0.1", "-p", String(port)]).status === 0) return { url, stop };
    if (server.exitCode !== null) break;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  await stop();
  throw new Error("PostgreSQL did not start.");
}
