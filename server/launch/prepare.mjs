// What `npm start`, `npm test` and `npm run demo` share. Plain Node without dependencies: it runs before anything is installed.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("../../", import.meta.url));
export const bun = join(root, "node_modules", ".bin", process.platform === "win32" ? "bun.exe" : "bun");

const hashOf = (text) => createHash("sha256").update(text).digest("hex");
const readOr = (path, fallback) => (existsSync(path) ? readFileSync(path, "utf8") : fallback);

function run(command, args, what) {
  const { status } = spawnSync(command, args, {
    cwd: root,
    stdio: ["ignore", "inherit", "inherit"],
    shell: process.platform === "win32",
  });
  if (status === 0) return;
  console.error(`agentflow: ${what} failed; the lines above say why.`);
  process.exit(1);
}

/** Installs exactly what the lock file says, when it has changed since the last time. */
export function ensureInstalled() {
  const stamp = join(root, "node_modules", ".agentflow-lock");
  const lock = hashOf(readFileSync(join(root, "package-lock.json"), "utf8"));
  if (readOr(stamp, "") === lock && existsSync(bun)) return;
  console.log("agentflow: installing packages (about a minute, only when they change) ...");
  run("npm", ["ci", "--no-fund", "--no-audit"], "npm ci");
  writeFileSync(stamp, lock);
}

const isSource = (name) => /\.(tsx?|css|html|svg|json|m?js)$/.test(name);

function* sourceFiles(folder) {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (entry.name === "dist" || entry.name === "node_modules") continue;
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* sourceFiles(path);
    else if (isSource(entry.name)) yield path;
  }
}

/** Builds the client into client/dist, when what it is made of has changed since the last build. */
export function ensureBuilt() {
  const seen = ["client", "src"].flatMap((folder) => [...sourceFiles(join(root, folder))].sort());
  const parts = seen.map((path) => {
    const { size, mtimeMs } = statSync(path);
    return `${path} ${size} ${mtimeMs}`;
  });
  const inputs = hashOf([...parts, readFileSync(join(root, "package-lock.json"), "utf8")].join("\n"));
  const folder = join(root, "client", "dist");
  const stamp = join(folder, ".inputs");
  if (readOr(stamp, "") === inputs) return;
  if (!existsSync(join(root, "node_modules", "vite")) && existsSync(join(folder, "index.html"))) return; // a production image: built, without the tools
  console.log("agentflow: building the client ...");
  run(
    process.execPath,
    [
      join(root, "node_modules", "vite", "bin", "vite.js"),
      "build",
      "client",
      "--config",
      "client/vite.config.ts",
      "--logLevel",
      "warn",
    ],
    "the client build",
  );
  mkdirSync(folder, { recursive: true });
  writeFileSync(stamp, inputs);
}
