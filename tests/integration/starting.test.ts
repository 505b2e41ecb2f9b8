import { describe, expect, test } from "bun:test";
import { systemClock } from "#server/adapters/clock.ts";
import { newId } from "#server/adapters/ids.ts";
import { createFeed } from "#server/execution/feed.ts";
import { createRunner, type RunnerOptions } from "#server/execution/runner.ts";
import { createDatabaseStore } from "#server/execution/store.ts";
import type { Clock, NewExecution } from "#src/engine/ports.ts";
import { toAppError } from "#src/errors.ts";
import type { Graph } from "#src/schemas/graph.ts";
import type { Trigger } from "#src/schemas/principal.ts";
import { asOwner, newExecutionOf } from "#tests/support/databases.ts";
import { eachDatabase } from "#tests/support/eachDatabase.ts";
import { testCatalogue, testExecutors } from "#tests/support/engine/agents.ts";
import { chain, sketch } from "#tests/support/engine/graphs.ts";
import { someone, trigger } from "#tests/support/engine/rig.ts";

/** All of its steps stay in the process, so its first commit is its last. */
const glue = sketch({ in: "input", out: "output" }, ["in.value -> out.value"]);

/** Nobody looks again by himself: what happens has to be told. */
const onlyOnce: Clock = {
  ...systemClock,
  sleep: (ms, signal) => systemClock.sleep(ms === 3_000 ? 2 ** 30 : ms, signal),
};

for (const { kind, db, workspaceId } of await eachDatabase()) {
  describe(`an execution that begins at once, on ${kind}`, () => {
    function rig(options: Partial<RunnerOptions> = {}) {
      const runner = createRunner({
        ...{ db, feed: createFeed(), clock: systemClock, catalogue: testCatalogue, executors: testExecutors() },
        contextFor: () => ({}) as never,
        ...{ capacity: 50, log: { warn: () => {}, error: () => {} } },
        ...options,
      });
      return { runner, [Symbol.asyncDispose]: () => runner.stop() };
    }
    const request = (execution: NewExecution, graph: Graph, by: Trigger = trigger) => ({
      ...{ execution, graph, input: { n: 1 }, trigger: by },
    });
    const rowOf = async ({ id }: NewExecution) =>
      (
        await asOwner(
          db,
          `select status, lease_owner, lease_epoch, last_seq, output_data #>> '{}' as output, ended_at is not null as is_over
           from workflow_executions where id = '${id}'`,
        )
      )[0];
    const ended = async (execution: NewExecution) => {
      for (;;) {
        const row = await rowOf(execution);
        if (row?.is_over === true) return row;
        await Bun.sleep(10);
      }
    };

    test("has ended with its first commit when all of its steps stay here, also beside others", async () => {
      await using here = rig();
      const like = await newExecutionOf(db, glue, workspaceId);
      const slow = await newExecutionOf(db, chain(1), workspaceId);
      const all = Array.from({ length: 8 }, () => ({ ...like, id: newId("execution") }));
      const started = [...all.map((one) => request(one, glue)), request(slow, chain(1))].map(here.runner.start);
      const answers = await Promise.all(started);
      expect(new Set(answers.map(({ status }) => status))).toEqual(new Set(["running"]));
      for (const one of all)
        expect(await rowOf(one)).toEqual({
          ...{ status: "succeeded", lease_owner: null, lease_epoch: 1, last_seq: 7, output: '{"n": 1}', is_over: true },
        });
      expect(await ended(slow)).toMatchObject({ status: "succeeded" });
    });

    test("that fails in its first commit is stored with its error", async () => {
      await using here = rig({
        executors: {
          ...testExecutors(),
          output: async () => {
            throw new Error("Not today.");
          },
        },
      });
      const like = await newExecutionOf(db, glue, workspaceId);
      const all = Array.from({ length: 3 }, () => ({ ...like, id: newId("execution") }));
      await Promise.all(all.map((one) => here.runner.start(request(one, glue))));
      for (const one of all) expect(await ended(one)).toMatchObject({ status: "failed", lease_owner: null });
    });

    test("and that somebody else starts at the same moment runs once, and the other is told of a conflict", async () => {
      let calls = 0;
      await using here = rig({
        executors: testExecutors(() => {
          calls += 1;
          return { out: 1 };
        }),
      });
      const one = await newExecutionOf(db, chain(1), workspaceId);
      const outcomes = await Promise.all(
        [1, 2, 3].map(() =>
          here.runner.start(request(one, chain(1))).then(
            ({ status }) => status as string,
            (error: unknown) => toAppError(error).code,
          ),
        ),
      );
      expect(outcomes).toEqual(["running", "conflict", "conflict"]);
      await ended(one);
      expect(calls).toBe(1);
    });

    test("waits in the queue when its process has stopped before it could", async () => {
      const asked = Promise.withResolvers<void>();
      const answer = Promise.withResolvers<null>();
      const here = rig({
        spendingOf() {
          asked.resolve();
          return answer.promise;
        },
      });
      const one = await newExecutionOf(db, chain(1), workspaceId);
      const started = here.runner.start(request(one, chain(1)));
      await asked.promise;
      await here.runner.stop();
      answer.resolve(null);
      expect(await started).toMatchObject({ status: "queued" });
      expect(await rowOf(one)).toMatchObject({ status: "queued", lease_owner: null });
      await using next = rig();
      next.runner.look();
      expect(await ended(one)).toMatchObject({ status: "succeeded" });
    });

    test("answers a parent that begins to wait for it when it has ended already", async () => {
      const asking = sketch({ ask: "ask" });
      const [parent, child] = [
        await newExecutionOf(db, asking, workspaceId),
        await newExecutionOf(db, glue, workspaceId),
      ];
      const stepKey = "ask" as never;
      const by = { executionId: parent.id, stepKey, path: [parent.workflowId] };
      await using here = rig({
        clock: onlyOnce,
        executors: {
          ...testExecutors(),
          async ask() {
            await here.runner.start(request(child, glue, { kind: "workflow", by: someone, parent: by }));
            await ended(child);
            return { outputs: {}, wait: { kind: "execution", executionId: child.id, dueAt: null } };
          },
        },
      });
      // The first round of who looks for such parents is over.
      await Bun.sleep(50);
      await here.runner.start(request(parent, asking));
      expect(await ended(parent)).toMatchObject({ status: "succeeded" });
      const store = createDatabaseStore(db);
      const events = await store.readEvents(workspaceId, parent.id, { afterSeq: 0, limit: 100 });
      expect(events.map(({ body }) => body.type)).toContain("step_resumed");
    });
  });
}
