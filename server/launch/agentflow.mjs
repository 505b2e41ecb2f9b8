// npm run agentflow -- test <workflow id or file>: commands for a terminal and for CI.
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { handOver } from "./handOver.mjs";
import { ensureInstalled } from "./prepare.mjs";

ensureInstalled();
const from = process.env.INIT_CWD ?? process.cwd();
// The command itself is no path, though a folder may be called like it.
const [command = "", ...given] = process.argv.slice(2);
const args = given.map((value) => (existsSync(resolve(from, value)) ? resolve(from, value) : value));
handOver("server/commands/main.ts", [command, ...args]);
