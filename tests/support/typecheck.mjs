// Type-checks each room with its own tsconfig, with the native compiler (aliased: the linters' parser needs typescript 5.9 beside it).
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const compiler = fileURLToPath(new URL("../../node_modules/typescript7/bin/tsc", import.meta.url));
let failed = false;
for (const project of ["src", ".", "client"]) {
  const { status } = spawnSync(process.execPath, [compiler, "-p", project], { stdio: "inherit" });
  if (status !== 0) failed = true;
}
process.exit(failed ? 1 : 0);
