import { spawn } from "node:child_process";
import { bun, root } from "./prepare.mjs";

/** Runs a script under Bun in this terminal until it ends; signals and the exit code pass through. */
export function handOver(script, args = []) {
  const child = spawn(bun, [script, ...args], { cwd: root, stdio: "inherit" });
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
  // npm starts scripts through a shell that does not pass signals on: when that shell is gone, whoever wanted us has stopped us.
  const shell = process.ppid;
  const watch = () => process.ppid === shell || child.kill("SIGTERM");
  if (process.env.npm_lifecycle_event !== undefined) setInterval(watch, 250).unref();
  child.once("error", (error) => {
    console.error(`agentflow: Bun did not start: ${error.message}`);
    process.exit(1);
  });
  child.once("exit", (code, signal) => process.exit(code ?? (signal === null ? 1 : 0)));
}
