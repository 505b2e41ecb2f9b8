// npm run dev: the server restarts on change, Vite serves the client with hot reload on port 5173 and passes the API on.
import { spawn } from "node:child_process";
import { join } from "node:path";
import { bun, ensureInstalled, root } from "./prepare.mjs";

ensureInstalled();
const children = [
  spawn(bun, ["--watch", "server/index.ts"], { cwd: root, stdio: "inherit" }),
  spawn(
    process.execPath,
    [join(root, "node_modules/vite/bin/vite.js"), "client", "--config", "client/vite.config.ts"],
    { cwd: root, stdio: "inherit" },
  ),
];
const stop = () => {
  for (const child of children) child.kill("SIGTERM");
};
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, stop);
for (const child of children) child.once("exit", stop);
