// A workflow without a browser or a database: the same compile, loop and agents as the server, on the memory store.

import { executors } from "#src/agents/executors.ts";
import { catalogue } from "#src/agents/registry.ts";
import { noWorkflowCalls } from "#src/agents/workflowCalls.ts";
import { noNudges } from "#src/engine/deps.ts";
import { runExecution } from "#src/engine/loop.ts";
import { createMemoryStore } from "#src/engine/memoryStore.ts";
import { queuedEvents } from "#src/engine/start.ts";
import type { ExecutionState } from "#src/engine/state.ts";
import { AppError, toAppError } from "#src/errors.ts";
import { compile } from "#src/graph/compile.ts";
import { systemClock } from "../adapters/clock.ts";
import { createCodeAnalysis } from "../adapters/codeAnalysis/codeAnalysis.ts";
import { createEgress } from "../adapters/egress.ts";
import { newId } from "../adapters/ids.ts";
import { createChatModels } from "../adapters/models/createChatModels.ts";
import { modelAddresses } from "../adapters/models/settings.ts";
import { readEnv } from "../env.ts";
import { type DemoRequest, readArguments, usage } from "./arguments.ts";
import { createPrinter } from "./printer.ts";

const terminal = { write: (text: string) => void process.stdout.write(text), colour: process.stdout.isTTY === true };

function refuseBadGraph({ graph }: DemoRequest): void {
  const { plan, diagnostics } = compile(graph, catalogue);
  const names = new Map<string, string>(graph.nodes.map((node) => [node.id, node.name]));
  const lines = diagnostics.map(({ severity, nodeId, field, message }) => {
    const place = [nodeId === undefined ? null : (names.get(nodeId) ?? nodeId), field].filter(Boolean).join(", ");
    return `  ${severity}: ${place === "" ? "" : `${place}: `}${message}`;
  });
  if (lines.length > 0) terminal.write(`${lines.join("\n")}\n`);
  if (plan === null) throw new AppError("invalid_graph", "The workflow cannot run; the lines above say where and why.");
}

async function execute(request: DemoRequest): Promise<ExecutionState> {
  const { openai, anthropic, compatible } = readEnv();
  const settings = { openai, anthropic, compatible };
  const egress = createEgress({ allowed: modelAddresses(settings) });
  const models = createChatModels({ settings, egress });
  const codeAnalysis = createCodeAnalysis();
  const clock = systemClock;
  const store = createMemoryStore({ clock, graphOf: () => request.graph });
  const execution = {
    id: newId("execution"),
    workspaceId: newId("workspace"),
    workflowId: newId("workflow"),
    versionId: newId("version"),
  };
  const trigger = { kind: "demo", by: { kind: "system", name: "npm run demo" } } as const;
  await store.create(execution, queuedEvents({ input: request.input, trigger, at: clock.now() }), null);
  const feed = createPrinter(request.graph, terminal);
  const cancel = new AbortController();
  const interrupt = () => cancel.abort(trigger.by);
  process.on("SIGINT", interrupt);
  try {
    for (;;) {
      const [claimed] = await store.claim("demo", 1);
      if (claimed === undefined) throw new AppError("internal", "The execution could not be claimed.");
      const state = await runExecution(
        claimed,
        {
          store,
          feed,
          clock,
          catalogue,
          executors,
          contextFor: () => ({ models, codeAnalysis, workflows: noWorkflowCalls }),
        },
        { stop: new AbortController().signal, cancel: cancel.signal, nudges: noNudges },
      );
      const wakeAt = state.waiting?.wakeAt ?? null;
      if (wakeAt === null) return state;
      terminal.write(`  waits until ${new Date(wakeAt).toLocaleString()}\n`);
      await clock.sleep(wakeAt - clock.now(), cancel.signal);
      if (cancel.signal.aborted) await store.requestCancel(execution.workspaceId, execution.id, trigger.by);
    }
  } finally {
    process.off("SIGINT", interrupt);
    codeAnalysis.close();
  }
}

async function main(): Promise<number> {
  const request = readArguments(process.argv.slice(2));
  terminal.write(`${request.name}\n`);
  refuseBadGraph(request);
  const state = await execute(request);
  if (state.status === "succeeded") {
    terminal.write(`\n${JSON.stringify(state.output, null, 2)}\n\nsucceeded\n`);
    return 0;
  }
  if (state.status === "waiting") {
    terminal.write(
      "\nIt waits for an answer or a higher limit, which only the server can take: start it with npm start.\n",
    );
    return 1;
  }
  terminal.write(`\n${state.status}${state.error === null ? "" : `: ${state.error.message}`}\n`);
  return 1;
}

try {
  process.exitCode = await main();
} catch (error) {
  const known = toAppError(error, "bad_request", error instanceof Error ? error.message : String(error));
  process.stderr.write(`agentflow: ${known.message}\n${known.code === "bad_request" ? `\n${usage}\n` : ""}`);
  process.exitCode = 2;
}
