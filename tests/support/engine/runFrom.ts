import type { LoopDeps } from "#src/engine/deps.ts";
import { noNudges } from "#src/engine/deps.ts";
import { runExecution } from "#src/engine/loop.ts";
import { createMemoryStore } from "#src/engine/memoryStore.ts";
import { reduceAll } from "#src/engine/reduce.ts";
import { queuedEvents } from "#src/engine/start.ts";
import type { ExecutionState } from "#src/engine/state.ts";
import type { JsonValue } from "#src/json.ts";
import type { ExecutionEvent } from "#src/schemas/executionEvent.ts";
import type { Graph } from "#src/schemas/graph.ts";
import { fakeClock } from "#tests/support/fakeClock.ts";
import { testCatalogue, testExecutors, type Work } from "./agents.ts";
import { newExecution, trigger } from "./rig.ts";

export interface Ran {
  readonly state: ExecutionState;
  readonly events: readonly ExecutionEvent[];
  /** Keys of the steps whose work was done, in order. */
  readonly worked: readonly string[];
}

/** Runs an execution that begins with these events to its end, as a worker that claims it does. */
export async function runFrom(
  graph: Graph,
  events: readonly ExecutionEvent[],
  options: { readonly work?: Work; readonly deps?: Partial<LoopDeps> } = {},
): Promise<Ran> {
  const clock = fakeClock();
  const worked: string[] = [];
  const { work = (_inputs, context) => ({ out: context.stepKey }) } = options;
  const store = createMemoryStore({ clock, graphOf: () => graph });
  const unused = () => {
    throw new Error("No model or linter in this test");
  };
  const deps: LoopDeps = {
    store,
    clock,
    feed: { publish: () => {} },
    catalogue: testCatalogue,
    executors: testExecutors((inputs, context, config) => {
      worked.push(context.stepKey);
      return work(inputs, context, config);
    }),
    contextFor: () => ({ models: { stream: unused }, codeAnalysis: { analyze: unused }, workflows: { start: unused } }),
    ...options.deps,
  };
  const execution = newExecution();
  await store.create(execution, events, null);
  const [claimed] = await store.claim("worker", 1);
  if (claimed === undefined) throw new Error("Nothing to claim");
  const control = { stop: clock.newAbort().signal, cancel: clock.newAbort().signal, nudges: noNudges };
  await clock.drive(runExecution(claimed, deps, control));
  const stored = await store.readEvents(execution.workspaceId, execution.id, { afterSeq: 0, limit: 1_000_000 });
  return { state: reduceAll(stored), events: stored, worked };
}

export const runAnew = (graph: Graph, work?: Work, input: JsonValue = null): Promise<Ran> =>
  runFrom(graph, queuedEvents({ input, trigger, at: 1_800_000_000_000 }), work === undefined ? {} : { work });
