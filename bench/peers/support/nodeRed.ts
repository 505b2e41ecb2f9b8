import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { freePort } from "#tests/support/services/freePort.mjs";
import { freshFolder } from "./freshFolder.ts";
import { installed } from "./install.ts";
import { startProcess, untilAnswers } from "./processes.ts";

export interface HttpPeer extends AsyncDisposable {
  /** One step, answered when it has run. */
  readonly oneStepUrl: string;
  /** Parallel branches that wait, and a join. */
  readonly branchesUrl: string;
}

interface Branches {
  readonly count: number;
  readonly ms: number;
}

/** Without a place on the canvas a node would be a setting. */
const onCanvas = { z: "bench", name: "", x: 100, y: 100 } as const;
const webhook = (id: string, path: string, next: string[]) => ({
  ...{ ...onCanvas, id, type: "http in", url: path, method: "get", upload: false },
  wires: [next],
});
const answer = (id: string) => ({ ...onCanvas, id, type: "http response", statusCode: "200", wires: [] });

function graphs({ count, ms }: Branches): unknown[] {
  const names = Array.from({ length: count }, (_, index) => `branch${index}`);
  const delay = (id: string) => ({
    ...{ ...onCanvas, id, type: "delay", pauseType: "delay", timeout: String(ms), timeoutUnits: "milliseconds" },
    wires: [["join"]],
  });
  const join = {
    ...{
      ...onCanvas,
      id: "join",
      type: "join",
      mode: "custom",
      build: "array",
      property: "payload",
      propertyType: "msg",
    },
    ...{ count: String(count), joiner: "", joinerType: "str", useparts: false, accumulate: false, timeout: "" },
    wires: [["joined"]],
  };
  const change = {
    ...{ ...onCanvas, id: "change", type: "change", wires: [["answered"]] },
    rules: [{ t: "set", p: "payload", pt: "msg", to: '{"done":true}', tot: "json" }],
  };
  return [
    { id: "bench", type: "tab", label: "bench" },
    ...[webhook("one", "/one", ["change"]), change, answer("answered")],
    ...[webhook("many", "/many", names), ...names.map(delay), join, answer("joined")],
  ];
}

/** Node-RED with two flows of ours, on loopback, in a folder that is removed afterwards. */
export async function startNodeRed(branches: Branches): Promise<HttpPeer> {
  const { folder: install, node, env } = installed("nodeRed");
  await using opened = new AsyncDisposableStack();
  const { path: folder } = opened.use(freshFolder());
  const port = await freePort();
  const settings = {
    ...{ uiHost: "127.0.0.1", uiPort: port, flowFile: "graphs.json", httpAdminRoot: false },
    ...{ telemetry: { enabled: false }, logging: { console: { level: "warn" } } },
  };
  writeFileSync(join(folder, "graphs.json"), JSON.stringify(graphs(branches)));
  writeFileSync(join(folder, "settings.js"), `module.exports = ${JSON.stringify(settings)};`);
  const command = [node, join(install, "node_modules", "node-red", "red.js"), "--userDir", folder];
  const process_ = opened.use(startProcess({ command, cwd: folder, env: { ...env, NODE_ENV: "production" } }));
  const url = `http://127.0.0.1:${port}`;
  await untilServes(`${url}/one`, () => untilAnswers(`${url}/one`, process_));
  const all = opened.move();
  return {
    oneStepUrl: `${url}/one`,
    branchesUrl: `${url}/many`,
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  };
}

/** A server that listens already may not know its addresses yet, or answers all of them with a page about that. */
export async function untilServes(url: string, listens: () => Promise<unknown>): Promise<void> {
  await listens();
  for (let tries = 0; tries < 600; tries++) {
    const reply = await fetch(url).catch(() => null);
    await reply?.arrayBuffer();
    if (reply?.ok && reply.headers.get("content-type")?.includes("json")) return;
    await Bun.sleep(100);
  }
  throw new Error(`${new URL(url).pathname} is not served.`);
}
