// npm run faults: what the long form needs beside npm packages, then all faults or those that are named. See README.md.
import { spawn } from "node:child_process";
import { join } from "node:path";
import { bun, ensureBuilt, ensureInstalled, root } from "../../server/launch/prepare.mjs";
import { startServices } from "../support/services/services.mjs";

ensureInstalled();
ensureBuilt();
const services = await startServices();
const needed = services.missing.filter((service) => service !== "Chromium");
if (needed.length > 0) {
  console.error(`faults: ${needed.join(" and ")} missing`);
  await services.stop();
  process.exit(1);
}
const child = spawn(bun, [join(root, "tests/faults/main.ts"), ...process.argv.slice(2)], {
  cwd: root,
  env: { ...process.env, ...services.env },
  stdio: "inherit",
});
for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => child.kill(signal));
const code = await new Promise((resolve) => child.once("exit", resolve));
await services.stop();
process.exit(code ?? 1);
