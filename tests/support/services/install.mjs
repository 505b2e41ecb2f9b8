import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";

/** First of `names` on the PATH, whole path, or null. */
export function onPath(...names) {
  for (const folder of (process.env.PATH ?? "").split(":")) {
    for (const name of names) if (existsSync(join(folder, name))) return join(folder, name);
  }
  return null;
}

const mayInstall = () => process.getuid?.() === 0 && existsSync("/etc/debian_version") && onPath("apt-get") !== null;

const lists = { fresh: false };
function apt(args) {
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  return spawnSync("apt-get", ["-qq", "-y", ...args], { stdio: ["ignore", "ignore", "inherit"], env }).status === 0;
}

/** As root on Debian: installs a package. Elsewhere it changes nothing and says so by `false`. */
export function install(debianPackage) {
  if (!mayInstall()) return false;
  console.log(`tests: installing ${debianPackage} ...`);
  if (!lists.fresh) lists.fresh = apt(["update"]);
  return apt(["install", "--no-install-recommends", debianPackage]);
}
