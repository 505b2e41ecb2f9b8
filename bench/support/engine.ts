import { systemClock } from "#server/adapters/clock.ts";
import { newId } from "#server/adapters/ids.ts";
import type { Execute } from "#src/agents/agent.ts";
import { noWorkflowCalls } from "#src/agents/workflowCalls.ts";
import { noNudges } from "#src/engine/deps.ts";
import { runExecution } from "#src/engine/loop.ts";
import type { ExecutionStore, NewExecution } from "#src/engine/ports.ts";
import { startedEvents } from "#src/engine/start.ts";
import type { ExecutionId, VersionId, WorkflowId, WorkspaceId } from "#src/ids.ts";
import type { Graph } from "#src/schemas/graph.ts";
import { testCatalogue as catalogue, testExecutors } from "#tests/support/engine/agents.ts";
import { chatModelsUnused, codeAnalysisUnused } from "./noPorts.ts";

/** Who the bench's executions belong to. */
export interface Owner {
  readonly workspaceId: WorkspaceId;
  readonly workflowId: WorkflowId;
  readonly versionId: VersionId;
}

export const nobody: Owner = {
  workspaceId: newId("workspace"),
  workflowId: newId("workflow"),
  versionId: newId("version"),
};
const by = { kind: "system", name: "bench" } as const;

/** Passes on what arrived, at once: what is left is the engine. */
export const lightWork: Execute = async () => ({ outputs: { out: 1 } });

/** Waits `ms` on the platform's timer. */
export const waitWork =
  (ms: number): Execute =>
  async () => {
    await Bun.sleep(ms);
    return { outputs: { out: 1 } };
  };

interface OneRun {
  readonly store: ExecutionStore;
  readonly graph: Graph;
  readonly owner: Owner;
  readonly work: Execute;
}

/** One execution from its creation to its end, as a process that starts what it accepts does it. Gives the milliseconds it took. */
export async function runOnce({ store, graph, owner, work }: OneRun): Promise<number> {
  const begun = performance.now();
  const execution: NewExecution = { id: newId("execution") as ExecutionId, ...owner };
  const { workspaceId, workflowId } = owner;
  const state = await runExecution(
    {
      lease: { executionId: execution.id, workspaceId, worker: "bench", epoch: 1 },
      ...{ workflowId, graph, cancelRequestedBy: null },
      events: startedEvents({ input: null, trigger: { kind: "api", by }, at: systemClock.now() }),
      create: (events) => store.create(execution, events, "bench"),
    },
    {
      store,
      feed: { publish: () => {} },
      clock: systemClock,
      catalogue,
      executors: { ...testExecutors(), work },
      contextFor: () => ({ models: chatModelsUnused, codeAnalysis: codeAnalysisUnused, workflows: noWorkflowCalls }),
    },
    { stop: new AbortController().signal, cancel: new AbortController().signal, nudges: noNudges },
  );
  if (state.status !== "succeeded") throw new Error(`The bench's execution ${state.status}: ${state.error?.message}`);
  return performance.now() - begun;
}
