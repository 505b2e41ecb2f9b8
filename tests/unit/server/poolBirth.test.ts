import { describe, expect, test } from "bun:test";
import { systemClock } from "#server/adapters/clock.ts";
import { createPool } from "#server/execution/pool.ts";
import type { DatabaseStore } from "#server/execution/store.ts";
import { createMemoryStore } from "#src/engine/memoryStore.ts";
import type { ClaimedExecution } from "#src/engine/ports.ts";
import { queuedEvents, startedEvents } from "#src/engine/start.ts";
import { toAppError } from "#src/errors.ts";
import { testCatalogue, testExecutors } from "#tests/support/engine/agents.ts";
import { chain } from "#tests/support/engine/graphs.ts";
import { newExecution, trigger } from "#tests/support/engine/rig.ts";
import { gates } from "#tests/support/engine/works.ts";

/** An execution that waits in the queue, and is started once more while this process claims it. */
async function startedTwice() {
  const clock = systemClock;
  const graph = chain(1);
  const memory = createMemoryStore({ clock, graphOf: () => graph });
  const execution = newExecution();
  const start = { input: null, trigger, at: clock.now() };
  await memory.create(execution, queuedEvents(start), null);
  const [claimed] = await memory.claim("worker", 1);
  if (claimed === undefined) throw new Error("Nothing to claim");
  const { work, open, running } = gates();
  const answer = Promise.withResolvers<void>();
  const { id: executionId, workspaceId, workflowId } = execution;
  const born: Required<ClaimedExecution> = {
    lease: { executionId, workspaceId, worker: "worker", epoch: 1 },
    ...{ workflowId, graph, cancelRequestedBy: null, events: startedEvents(start) },
    async create(events) {
      await answer.promise;
      await memory.create(execution, events, "worker");
    },
  };
  const pool = createPool({
    deps: {
      store: memory as unknown as DatabaseStore,
      ...{ clock, catalogue: testCatalogue, executors: testExecutors(work), feed: { publish: () => {} } },
      contextFor: () => ({}) as never,
    },
    log: { warn: () => {}, error: () => {} },
    onEnd: () => {},
  });
  const bear = () => {
    const outcome = pool.bear(born).then(
      () => "born",
      (error: unknown) => toAppError(error).code as string,
    );
    return { outcome, answer: () => answer.resolve() };
  };
  const begins = async () => {
    while (running().length === 0) await Bun.sleep(1);
  };
  /** The start came to nothing, and what was claimed runs to its end. */
  const staysAlone = async (outcome: Promise<string>) => {
    expect(await outcome).toBe("conflict");
    expect([pool.has(executionId), pool.ids(), pool.size()]).toEqual([true, [executionId], 1]);
    open("n0");
    await pool.drain(5_000);
    expect(pool.size()).toBe(0);
  };
  return { pool, claimed, bear, begins, staysAlone, id: executionId };
}

describe("an execution that is claimed here while somebody starts it once more", () => {
  test("is still known to run here when that start has failed", async () => {
    const { pool, claimed, bear, begins, staysAlone } = await startedTwice();
    const { outcome, answer } = bear();
    pool.launch(claimed);
    await begins();
    answer();
    await staysAlone(outcome);
  });

  test("keeps its place when that start comes after the claim", async () => {
    const { pool, claimed, bear, begins, staysAlone, id } = await startedTwice();
    pool.launch(claimed);
    await begins();
    const { outcome, answer } = bear();
    expect(pool.ids()).toEqual([id]);
    answer();
    await staysAlone(outcome);
  });
});
