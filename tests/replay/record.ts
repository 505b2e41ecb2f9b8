// Records the histories beside this file: `bun tests/replay/record.ts`. A history that is there already is left alone.
import { existsSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import type { ExecutionState } from "#src/engine/state.ts";
import { AppError } from "#src/errors.ts";
import type { Graph } from "#src/schemas/graph.ts";
import { chain, sketch } from "#tests/support/engine/graphs.ts";
import { engineRig, type Rig, type RigOptions } from "#tests/support/engine/rig.ts";
import { recordedHistory } from "./history.ts";

interface Recording extends RigOptions {
  readonly graph: Graph;
  /** What happens to it; by default it runs to its end. */
  readonly script?: (rig: Rig) => Promise<unknown>;
}

const diamond = ["in.value -> a.in", "in.value -> b.in", "a -> join", "b -> join", "join -> out.value"];
const condition = [
  "in.value -> if.value",
  "if.true -> yes.in",
  "if.false -> no.in",
  "yes -> out",
  "no -> after",
  "after -> out",
];
const away = () => {
  throw new AppError("model_unavailable", "Away", { retryAfterMs: 1_000 });
};

const recordings: Record<string, Recording> = {
  chain: { graph: chain(4), born: true },
  join: {
    graph: sketch({ in: "input", a: "work", b: "work", join: "work", out: "output" }, diamond),
    input: { text: "Hi" },
  },
  conditionSkip: {
    graph: sketch({ in: "input", if: "condition", yes: "work", no: "work", after: "work", out: "work" }, condition),
    input: true,
  },
  disabled: { graph: sketch({ a: { disabled: true }, b: "work", c: "work" }, ["a -> b", "c -> b"]) },
  retry: {
    graph: sketch({ a: { retry: { initialDelayMs: 100 } }, b: "work" }, ["a -> b"]),
    work: (_inputs, context) => (context.stepKey === "a" && context.attempt < 3 ? away() : { out: context.attempt }),
  },
  failure: {
    graph: sketch({ a: { retry: { maxAttempts: 2 } }, b: "work", c: "work" }, ["b -> c"]),
    work: async (_inputs, context) => (context.stepKey === "a" ? away() : untilAborted(context.signal)),
  },
  cancel: {
    graph: sketch({ a: "work", b: "work" }, ["a -> b"]),
    work: () => new Promise(() => undefined),
    script: async (rig) => {
      const { end } = await rig.begin();
      await rig.clock.advance(1_000);
      rig.cancel();
      await rig.clock.drive(end);
    },
  },
  timeout: {
    graph: sketch({ a: "work", b: "work" }, ["a -> b"], { timeoutMs: 5_000 }),
    work: (_inputs, context) => untilAborted(context.signal),
  },
  stream: {
    graph: sketch({ a: "work" }),
    work: async (_inputs, context) => {
      for (const part of ["Grüße", " an ", "alle 🎉"]) {
        context.emitText(part);
        context.log(part);
        await new Promise((resolve) => setImmediate(resolve));
      }
      return { out: "done" };
    },
  },
  recovery: {
    graph: sketch({ a: "work", b: "work", c: "work" }, ["a -> b", "b -> c"]),
    work: (_inputs, context) =>
      context.stepKey === "b" && context.attempt === 1 ? new Promise(() => undefined) : { out: context.stepKey },
    script: async (rig) => {
      await rig.begin("one");
      await rig.clock.advance(40_000);
      await rig.run("two");
    },
  },
};

function untilAborted(signal: { addEventListener(type: "abort", listener: () => void): void; reason: unknown }) {
  return new Promise<never>((_resolve, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
}

function endOf(state: ExecutionState) {
  const steps = Object.entries(state.steps).map(([key, { status, attempt, text }]) => [key, { status, attempt, text }]);
  return {
    status: state.status,
    output: state.output,
    error: state.error?.code ?? null,
    recoveries: state.recoveries,
    steps: Object.fromEntries(steps),
  };
}

for (const [title, { graph, script, ...options }] of Object.entries(recordings)) {
  const file = new URL(`histories/${title}.json`, import.meta.url);
  if (existsSync(file)) continue;
  const rig = await engineRig(graph, options);
  await (script ?? ((each) => each.run()))(rig);
  const history = recordedHistory.parse({ title, graph, events: await rig.events(), end: endOf(await rig.stored()) });
  await writeFile(file, `${JSON.stringify(history, null, 1)}\n`);
}
