// npm run bench [-- name ...]: measures every speed claim beside what it is compared with, in one run, and writes bench/README.md.
// npm run bench -- peers [name ...] [--quick]: the same beside other products.
import { spawnSync } from "node:child_process";
import { bun, ensureBuilt, ensureInstalled, root } from "../server/launch/prepare.mjs";
import { startServices } from "../tests/support/services/services.mjs";

ensureInstalled();
ensureBuilt();
const services = await startServices();
if (services.missing.length > 0)
  console.log(`bench: without ${services.missing.join(", ")}; what needs them is left out`);
const [first, ...others] = process.argv.slice(2);
const command = first === "peers" ? ["bench/peers/main.ts", ...others] : ["bench/main.ts", ...process.argv.slice(2)];
const { status } = spawnSync(bun, command, {
  cwd: root,
  stdio: "inherit",
  env: { ...process.env, ...services.env },
});
await services.stop();
process.exit(status ?? 1);
