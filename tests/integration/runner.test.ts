import { describe, expect, test } from "bun:test";
import { systemClock } from "#server/adapters/clock.ts";
import { createFeed } from "#server/execution/feed.ts";
import { createRunner, type Runner } from "#server/execution/runner.ts";
import { createDatabaseStore } from "#server/execution/store.ts";
import type { NewExecution } from "#src/engine/ports.ts";
import { reduceAll } from "#src/engine/reduce.ts";
import { isFinalExecution } from "#src/schemas/execution.ts";
import type { ExecutionEvent, StepKey } from "#src/schemas/executionEvent.ts";
import { asOwner, newExecutionOf } from "#tests/support/databases.ts";
import { eachDatabase } from "#tests/support/eachDatabase.ts";
import { testCatalogue, testExecutors, type Work } from "#tests/support/engine/agents.ts";
import { chain } from "#tests/support/engine/graphs.ts";
import { someone, trigger } from "#tests/support/engine/rig.ts";

for (const { kind, db, workspaceId } of await eachDatabase()) {
  describe(`the runner on ${kind}`, () => {
    function rig(work: Work, capacity = 2, graceMs = 5_000) {
      const feed = createFeed();
      const runner = createRunner({
        db,
        feed,
        clock: systemClock,
        catalogue: testCatalogue,
        executors: testExecutors(work),
        contextFor: () => ({}) as never,
        capacity,
        graceMs,
        log: { warn: () => {}, error: () => {} },
      });
      return { feed, runner };
    }
    /** Resolves with the type of the final event. */
    function endOf({ feed }: ReturnType<typeof rig>, { id }: NewExecution): Promise<string> {
      return new Promise((resolve) => {
        const leave = feed.subscribe(id, (message) => {
          if (
            message.kind !== "event" ||
            !isFinalExecution(message.event.body.type.slice("execution_".length) as never)
          )
            return;
          leave();
          resolve(message.event.body.type);
        });
      });
    }
    const start = (runner: Runner, execution: NewExecution) =>
      runner.start({ execution, graph: chain(1), input: null, trigger });
    const statusOf = async ({ id }: NewExecution) =>
      (await asOwner<{ status: string }>(db, `select status from workflow_executions where id = '${id}'`))[0]?.status;

    test("what it has no room for is queued, and begins when there is room", async () => {
      const { promise: open, resolve: release } = Promise.withResolvers<void>();
      const under = rig(() => open.then(() => ({ out: 1 })));
      const executions = await Promise.all([1, 2, 3].map(() => newExecutionOf(db, chain(1), workspaceId)));
      const ends = executions.map((execution) => endOf(under, execution));
      const statuses = [];
      for (const execution of executions) statuses.push((await start(under.runner, execution)).status);
      expect(statuses).toEqual(["running", "running", "queued"]);
      release();
      expect(await Promise.all(ends)).toEqual(Array(3).fill("execution_succeeded"));
      await under.runner.stop();
    });

    test("a cancel ends a running one and, without waiting for room, a queued one", async () => {
      const under = rig(
        (_inputs, { signal }) =>
          new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason))),
        1,
      );
      const [running, queued] = [
        await newExecutionOf(db, chain(1), workspaceId),
        await newExecutionOf(db, chain(1), workspaceId),
      ];
      const ends = [endOf(under, queued), endOf(under, running)];
      expect((await start(under.runner, running)).status).toBe("running");
      expect((await start(under.runner, queued)).status).toBe("queued");
      expect(await under.runner.requestCancel(workspaceId, queued.id, someone)).toBe(true);
      expect(await ends[0]).toBe("execution_cancelled");
      expect(await statusOf(running)).toBe("running");
      expect(await under.runner.requestCancel(workspaceId, running.id, someone)).toBe(true);
      expect(await ends[1]).toBe("execution_cancelled");
      expect(await under.runner.requestCancel(workspaceId, running.id, someone)).toBe(false);
      await under.runner.stop();
    });

    test("stopping hands what does not end in time to the next runner, which finishes it", async () => {
      const execution = await newExecutionOf(db, chain(1), workspaceId);
      const first = rig(() => new Promise(() => {}), 2, 0);
      await start(first.runner, execution);
      await first.runner.stop();
      expect(await statusOf(execution)).toBe("running");

      const second = rig(() => ({ out: "second" }));
      expect(await endOf(second, execution)).toBe("execution_succeeded");
      const events = await createDatabaseStore(db).readEvents(workspaceId, execution.id, { afterSeq: 0, limit: 100 });
      expect(events.map((event) => event.body.type)).toContain("execution_recovered");
      expect(events.map((event) => event.body.type)).not.toContain("step_attempt_failed");
      await second.runner.stop();
    });

    test("text that jsonb refuses is kept by the log as it was said, and by the rows as near as they can", async () => {
      const out = "nul \u0000, half \ud83d, and the words \\u0000";
      const at = Date.now();
      const execution = await newExecutionOf(db, chain(1), workspaceId);
      const store = createDatabaseStore(db);
      const stepKey = "n0" as StepKey;
      const events: ExecutionEvent[] = [
        { seq: 1, at, body: { type: "execution_created", input: out, trigger } },
        { seq: 2, at, body: { type: "execution_started" } },
        { seq: 3, at, body: { type: "step_started", stepKey, attempt: 1, inputs: {} } },
      ];
      const lease = await store.create(execution, events, "worker");
      if (lease === null) throw new Error("No lease");
      const ending: ExecutionEvent[] = [
        { seq: 4, at, body: { type: "step_succeeded", stepKey, attempt: 1, outputs: { out } } },
        { seq: 5, at, body: { type: "execution_succeeded", output: out } },
      ];
      await store.append(lease, ending, reduceAll([...events, ...ending]));
      expect(await store.readEvents(workspaceId, execution.id, { afterSeq: 0, limit: 100 })).toEqual([
        ...events,
        ...ending,
      ]);
      const [row] = await asOwner<{ out: string }>(
        db,
        `select output_data #>> '{}' as out from workflow_executions where id = '${execution.id}'`,
      );
      expect(row?.out).toBe("nul \ufffd, half \ufffd, and the words \\u0000");
    });
  });
}
