import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { arch, platform, tmpdir } from "node:os";
import { join } from "node:path";
import { type Installation, installations, nodeVersion, type PeerName, peers } from "./peers.ts";

/** Kept from run to run: n8n alone is 3 GB. */
export const installFolder = join(tmpdir(), "agentflow-peers");
const slowestMs = 20 * 60_000;

export interface Installed {
  readonly folder: string;
  /** The Node that runs it. */
  readonly node: string;
  readonly env: Readonly<Record<string, string>>;
}

/** The peer, from the npm registry unless it is here from an earlier run. Throws with npm's last lines. */
export function installed(peer: PeerName): Installed {
  const nodePackage = `node-${platform() === "win32" ? "win" : platform()}-${arch()}`;
  const nodeFolder = unpack({ folder: `node-${nodeVersion}`, packages: { [nodePackage]: nodeVersion }, build: [] }, {});
  const home = join(nodeFolder, "node_modules", nodePackage);
  const env = { PATH: `${join(home, "bin")}:${process.env.PATH ?? ""}`, HOME: process.env.HOME ?? "" };
  const folder = unpack(installations[peers[peer].install], { ...env, npm_config_nodedir: home });
  return { folder, node: join(home, "bin", "node"), env };
}

function unpack({ folder: name, packages, build }: Installation, env: Readonly<Record<string, string>>): string {
  const folder = join(installFolder, name);
  const mark = join(folder, "complete");
  if (existsSync(mark)) return folder;
  console.log(`${name}: installing into ${folder}`);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "package.json"), JSON.stringify({ private: true, dependencies: packages }));
  npm(folder, ["install", "--ignore-scripts", "--omit=dev", "--no-audit", "--no-fund"], env);
  if (build.length > 0) npm(folder, ["rebuild", ...build], env);
  writeFileSync(mark, "");
  return folder;
}

function npm(cwd: string, args: readonly string[], env: Readonly<Record<string, string>>): void {
  const run = spawnSync("npm", args, { cwd, env: { ...process.env, ...env }, encoding: "utf8", timeout: slowestMs });
  if (run.status === 0) return;
  const lines = `${run.stderr ?? ""}${run.error?.message ?? ""}`.split("\n").filter((line) => /error/i.test(line));
  throw new Error(`npm ${args[0]} failed: ${lines.slice(0, 3).join(" ")}`);
}
