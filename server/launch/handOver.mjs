import { spawn } from "node:child_process";
import { bun, root } from "./prepare.mjs";

/** Runs a script under Bun in this terminal until it ends; signals and the exit code pass through. */
export function handOver(script, args = []) {
  const child = spawn(bun, [script, ...args], { cwd: root, stdio: "inherit" });
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
  child.once("error", (error) => {
    console.error(`agentflow: Bun did not start: ${error.message}`);
    process.exit(1);
  });
  child.once("exit", (code, signal) => process.exit(code ?? (signal === null ? 1 : 0)));
}
