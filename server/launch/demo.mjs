// npm run demo [-- [path/to/workflow.json] [--input JSON]]: a workflow without a browser.
import { resolve } from "node:path";
import { handOver } from "./handOver.mjs";
import { ensureInstalled } from "./prepare.mjs";

ensureInstalled();
const args = process.argv
  .slice(2)
  .map((value, index, all) =>
    value.startsWith("-") || all[index - 1] === "--input"
      ? value
      : resolve(process.env.INIT_CWD ?? process.cwd(), value),
  );
handOver("server/demo/main.ts", args);
