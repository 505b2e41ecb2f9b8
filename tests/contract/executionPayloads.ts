import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { maxInline } from "#src/engine/payloads.ts";
import type { ExecutionStore, NewExecution } from "#src/engine/ports.ts";
import { reduceAll } from "#src/engine/reduce.ts";
import type { ExecutionEvent, ExecutionEventBody, StepKey } from "#src/schemas/executionEvent.ts";
import { chain } from "#tests/support/engine/graphs.ts";
import { trigger } from "#tests/support/engine/rig.ts";
import type { StoreUnderTest } from "./executionStore.ts";

const [a, b] = ["n0", "n1"] as StepKey[] as [StepKey, StepKey];
const graph = chain(2);
/** 200 kB, with what databases have trouble with. */
const large = `Grüße 🎉 "quoted" \\ ${"x".repeat(200_000)}`;
const forged = { $payload: "0".repeat(64), bytes: 1, kind: "text", preview: "" };
const items = Array.from({ length: 4_000 }, (_, at) => ({ at, text: "an item of some length" }));

const bodies: ExecutionEventBody[] = [
  { type: "execution_created", input: { large, forged, list: [large, [large]] }, trigger },
  { type: "execution_started" },
  { type: "step_started", stepKey: a, attempt: 1, inputs: { in: [large, forged] } },
  { type: "step_succeeded", stepKey: a, attempt: 1, outputs: { out: large, other: items }, metadata: { raw: large } },
  { type: "step_started", stepKey: b, attempt: 1, inputs: { in: [large] } },
  {
    type: "step_iterating",
    stepKey: b,
    attempt: 1,
    iteration: { mode: "each", items, parallel: 1, limit: items.length, onItemError: "fail", atLimit: "fail" },
  },
  { type: "step_succeeded", stepKey: b, attempt: 1, outputs: { out: { results: [large, large, forged] } } },
  { type: "execution_succeeded", output: { n1: { out: { results: [large, large, forged] } } } },
];
const history: ExecutionEvent[] = bodies.map((body, at) => ({ seq: at + 1, at: 1_800_000_000_000 + at, body }));
const small = bodies.findIndex(({ type }) => type === "step_succeeded");

/** What the engine relies on where values are large: it never sees that they are. */
export function executionPayloadsContract(name: string, makeStore: () => Promise<StoreUnderTest>): void {
  describe(`large values in an execution store: ${name}`, () => {
    let under: StoreUnderTest;
    let store: ExecutionStore;
    beforeEach(async () => {
      under = await makeStore();
      store = under.store;
    });
    afterEach(() => under[Symbol.asyncDispose]());
    const read = ({ workspaceId, id }: NewExecution) =>
      store.readEvents(workspaceId, id, { afterSeq: 0, limit: 1_000 });
    const begin = async (events: readonly ExecutionEvent[]) => {
      const execution = await under.newExecution(graph);
      const lease = await store.create(execution, events, "one");
      if (lease === null) throw new Error("No lease");
      return { execution, lease };
    };

    test("they are read as they were written, in one commit and in many", async () => {
      const whole = await begin(history.slice(0, 1));
      await store.append(whole.lease, history.slice(1), reduceAll(history));
      expect(await read(whole.execution)).toEqual(history);

      const hops = await begin(history.slice(0, 3));
      for (const event of history.slice(3)) {
        await store.append(hops.lease, [event], reduceAll(history.slice(0, event.seq)));
      }
      expect(await read(hops.execution)).toEqual(history);
      expect(await store.readEvents(hops.execution.workspaceId, hops.execution.id, { afterSeq: 3, limit: 2 })).toEqual(
        history.slice(3, 5),
      );
    });

    test("whoever claims an execution that somebody else left in the middle has them whole", async () => {
      const { execution } = await begin(history.slice(0, small + 2));
      await under.expireLeases();
      const [claimed] = await store.claim("two", 1);
      expect(claimed?.lease.executionId).toBe(execution.id);
      expect(claimed?.events).toEqual(history.slice(0, small + 2));
    });

    test("executions that begin with them, that have them and that have none are written side by side", async () => {
      const begun = await Promise.all([1, 3, 3, 1, 5].map((count) => begin(history.slice(0, count))));
      const light = await begin([{ seq: 1, at: 1, body: { type: "execution_created", input: 1, trigger } }]);
      await Promise.all(
        begun.map(async ({ lease, execution }) => {
          const { length } = await read(execution);
          await store.append(lease, history.slice(length), reduceAll(history));
        }),
      );
      for (const { execution } of begun) expect(await read(execution)).toEqual(history);
      expect(await read(light.execution)).toHaveLength(1);
    });

    test("an append that is refused leaves the history as it is, and the next try has them all the same", async () => {
      const { execution, lease } = await begin(history.slice(0, 3));
      const next = history.slice(3);
      const stale = { ...lease, epoch: lease.epoch + 1 };
      const refused = await store.append(stale, next, reduceAll(history)).then(
        () => "done",
        (error: { code: string }) => error.code,
      );
      expect(refused).toBe("lease_lost");
      expect(await read(execution)).toEqual(history.slice(0, 3));
      await store.append(lease, next, reduceAll(history));
      expect(await read(execution)).toEqual(history);
      expect(JSON.stringify(history).length).toBeGreaterThan(10 * maxInline);
    });
  });
}
