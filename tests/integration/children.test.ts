import { describe, expect, test } from "bun:test";
import { createChildren } from "#server/execution/children.ts";
import { createDatabaseStore } from "#server/execution/store.ts";
import type { NewExecution } from "#src/engine/ports.ts";
import { reduceAll } from "#src/engine/reduce.ts";
import type { ExecutionEvent, ExecutionEventBody, StepKey } from "#src/schemas/executionEvent.ts";
import type { Trigger } from "#src/schemas/principal.ts";
import { newExecutionOf } from "#tests/support/databases.ts";
import { eachDatabase } from "#tests/support/eachDatabase.ts";
import { chain } from "#tests/support/engine/graphs.ts";
import { someone, trigger } from "#tests/support/engine/rig.ts";

const call = "n0" as StepKey;

for (const { kind, db, workspaceId } of await eachDatabase()) {
  describe(`parents and children on ${kind}`, () => {
    const store = createDatabaseStore(db);

    const eventsFrom = (seq: number, bodies: readonly ExecutionEventBody[]): ExecutionEvent[] =>
      bodies.map((body, index) => ({ seq: seq + index, at: 1_800_000_000_000 + seq + index, body }));
    async function create(execution: NewExecution, by: Trigger, rest: readonly ExecutionEventBody[]) {
      const events = eventsFrom(1, [{ type: "execution_created", input: null, trigger: by }]);
      const lease = await store.create(execution, events, "worker");
      if (lease === null) throw new Error("No lease");
      const more = eventsFrom(2, rest);
      await store.append(lease, more, reduceAll([...events, ...more]));
      return lease;
    }
    const childTrigger = (parent: NewExecution): Trigger => ({
      kind: "workflow",
      by: someone,
      parent: { executionId: parent.id, stepKey: call, path: [parent.workflowId] },
    });
    const waits = (child: NewExecution): ExecutionEventBody[] => [
      { type: "execution_started" },
      { type: "step_started", stepKey: call, attempt: 1, inputs: {} },
      {
        type: "step_waiting",
        stepKey: call,
        attempt: 1,
        interrupt: { kind: "execution", executionId: child.id, dueAt: null },
      },
      { type: "execution_waiting", reason: "interrupt", wakeAt: null },
    ];
    const pair = async () => {
      const parent = await newExecutionOf(db, chain(1), workspaceId);
      return { parent, child: await newExecutionOf(db, chain(1), workspaceId) };
    };
    function tender() {
      const seen = { answered: [] as string[], cancelled: [] as string[] };
      const children = createChildren({
        db,
        answered: (id) => seen.answered.push(id),
        requestCancel: async (workspace, id, by) => {
          seen.cancelled.push(id);
          await store.requestCancel(workspace, id, by);
        },
      });
      return { children, seen };
    }

    test("a child's end that nobody told its parent of is found by whoever looks next, once", async () => {
      const { parent, child } = await pair();
      await create(parent, trigger, waits(child));
      await create(child, childTrigger(parent), [
        { type: "execution_started" },
        { type: "execution_succeeded", output: { sum: 3 } },
      ]);
      const all = [tender(), tender(), tender()];
      await Promise.all(all.map(({ children }) => children.tend()));
      expect(all.flatMap(({ seen }) => seen.answered)).toEqual([parent.id]);
      const woken = (await store.claim("next", 10)).find(({ lease }) => lease.executionId === parent.id);
      expect(woken).toBeDefined();
      if (woken)
        expect(await store.answers(woken.lease)).toMatchObject([
          { stepKey: call, attempt: 1, value: { status: "succeeded", output: { sum: 3 }, error: null } },
        ]);
      const after = tender();
      await after.children.tend();
      expect(after.seen.answered).toEqual([]);
    });

    test("a child that still runs answers nothing; one whose parent has ended is cancelled, once", async () => {
      const { parent, child } = await pair();
      await create(parent, trigger, waits(child));
      await create(child, childTrigger(parent), [{ type: "execution_started" }]);
      const early = tender();
      await early.children.tend();
      expect(early.seen).toEqual({ answered: [], cancelled: [] });

      const orphaned = await pair();
      await create(orphaned.child, childTrigger(orphaned.parent), [{ type: "execution_started" }]);
      await create(orphaned.parent, trigger, [
        { type: "execution_started" },
        { type: "execution_failed", error: { code: "execution_timeout", message: "Late", retryable: false } },
      ]);
      const later = tender();
      await later.children.tend();
      expect(later.seen.cancelled).toEqual([orphaned.child.id]);
      const again = tender();
      await again.children.tend();
      expect(again.seen.cancelled).toEqual([]);
    });

    test("a child whose step was cancelled while its parent goes on is cancelled", async () => {
      const { parent, child } = await pair();
      await create(parent, trigger, [
        ...waits(child).slice(0, 3),
        { type: "step_cancelled", stepKey: call, contained: true },
      ]);
      await create(child, childTrigger(parent), [{ type: "execution_started" }]);
      const { children, seen } = tender();
      await children.tend();
      expect(seen.cancelled).toEqual([child.id]);
    });

    test("an answer with U+0000 in it keeps nobody's orphans from being found", async () => {
      const { parent, child } = await pair();
      const ask = "ask" as StepKey;
      const answer = { kind: "given", value: "\u0000", by: someone } as const;
      await create(parent, trigger, [
        { type: "execution_started" },
        { type: "step_started", stepKey: ask, attempt: 1, inputs: {} },
        { type: "step_waiting", stepKey: ask, attempt: 1, interrupt: { kind: "signal", name: "go", dueAt: null } },
        { type: "step_resumed", stepKey: ask, attempt: 1, answer },
        { type: "step_succeeded", stepKey: ask, attempt: 1, outputs: {} },
        ...waits(child).slice(1, 3),
        { type: "step_cancelled", stepKey: call, contained: true },
      ]);
      await create(child, childTrigger(parent), [{ type: "execution_started" }]);
      const { children, seen } = tender();
      await children.tend();
      expect(seen.cancelled).toEqual([child.id]);
    });
  });
}
