import { expect, test } from "bun:test";
import { systemClock } from "#server/adapters/clock.ts";
import { createPool } from "#server/execution/pool.ts";
import type { DatabaseStore } from "#server/execution/store.ts";
import { createMemoryStore } from "#src/engine/memoryStore.ts";
import { queuedEvents } from "#src/engine/start.ts";
import { testCatalogue, testExecutors } from "#tests/support/engine/agents.ts";
import { chain } from "#tests/support/engine/graphs.ts";
import { newExecution, someone, trigger } from "#tests/support/engine/rig.ts";

test("a cancel that comes between a claim and its launch lets no step start", async () => {
  const clock = systemClock;
  const store = createMemoryStore({ clock, graphOf: () => chain(3) });
  const execution = newExecution();
  await store.create(execution, queuedEvents({ input: null, trigger, at: clock.now() }), null);
  const [claimed] = await store.claim("worker", 1);
  if (claimed === undefined) throw new Error("Nothing to claim");
  const ended = Promise.withResolvers<void>();
  const pool = createPool({
    deps: {
      store: store as unknown as DatabaseStore,
      ...{ clock, catalogue: testCatalogue, executors: testExecutors(), feed: { publish: () => {} } },
      contextFor: () => ({}) as never,
    },
    log: { warn: () => {}, error: () => {} },
    onEnd: () => ended.resolve(),
  });
  expect(pool.cancel(execution.id, someone)).toBe(false);
  pool.launch(claimed);
  await ended.promise;
  const events = await store.readEvents(execution.workspaceId, execution.id, { afterSeq: 0, limit: 100 });
  expect(events.at(-1)?.body.type).toBe("execution_cancelled");
  expect(events.filter(({ body }) => body.type === "step_started")).toEqual([]);
  await pool.drain(0);
});
