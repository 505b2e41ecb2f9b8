// npm run bench [-- name ...]: measures every speed claim beside what it is compared with, in one run, and writes bench/README.md.
import { spawnSync } from "node:child_process";
import { bun, ensureBuilt, ensureInstalled, root } from "../server/launch/prepare.mjs";
import { startServices } from "../tests/support/services/services.mjs";

ensureInstalled();
ensureBuilt();
const services = await startServices();
if (services.missing.length > 0)
  console.log(`bench: without ${services.missing.join(", ")}; what needs them is left out`);
const { status } = spawnSync(bun, ["bench/main.ts", ...process.argv.slice(2)], {
  cwd: root,
  stdio: "inherit",
  env: { ...process.env, ...services.env },
});
await services.stop();
process.exit(status ?? 1);
