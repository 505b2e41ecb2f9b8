import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import type { ClaimedExecution, ExecutionStore, GivenAnswer, Lease, NewExecution } from "#src/engine/ports.ts";
import { reduceAll } from "#src/engine/reduce.ts";
import { errorTable } from "#src/errors.ts";
import type { ExecutionEvent, ExecutionEventBody, StepKey } from "#src/schemas/executionEvent.ts";
import type { Interrupt } from "#src/schemas/interrupt.ts";
import type { Principal } from "#src/schemas/principal.ts";
import { chain } from "#tests/support/engine/graphs.ts";
import { someone, trigger } from "#tests/support/engine/rig.ts";
import type { StoreUnderTest } from "./executionStore.ts";

const step = "n0" as StepKey;
const graph = chain(2);
const past = 1;
const future = 4_000_000_000_000;
const bob: Principal = { kind: "system", name: "Bob" };
const answer: GivenAnswer = { stepKey: step, attempt: 1, value: { ok: ["Grüße 🎉", null] }, by: someone };

const signal = (dueAt: number | null): Interrupt => ({ kind: "signal", name: "paid", dueAt });
const waitOf = (interrupt: Interrupt, stepKey = step): ExecutionEventBody[] => [
  { type: "step_started", stepKey, attempt: 1, inputs: {} },
  { type: "step_waiting", stepKey, attempt: 1, interrupt },
];
const sleep = (wakeAt: number | null): ExecutionEventBody => ({
  type: "execution_waiting",
  reason: "interrupt",
  wakeAt,
});

/** What the engine relies on for steps that wait. Every implementation of ExecutionStore passes this suite. */
export function executionWaitsContract(name: string, makeStore: () => Promise<StoreUnderTest>): void {
  describe(`waits and answers: ${name}`, () => {
    let under: StoreUnderTest;
    let store: ExecutionStore;
    beforeEach(async () => {
      under = await makeStore();
      store = under.store;
    });
    afterEach(() => under[Symbol.asyncDispose]());

    const historyOf = (lease: Lease) =>
      store.readEvents(lease.workspaceId, lease.executionId, { afterSeq: 0, limit: 1_000 });
    async function append(lease: Lease, bodies: readonly ExecutionEventBody[], answersSeen?: number): Promise<void> {
      const before = await historyOf(lease);
      const events: ExecutionEvent[] = bodies.map((body, index) => ({
        seq: before.length + index + 1,
        at: 1_800_000_000_000 + before.length + index,
        body,
      }));
      await store.append(lease, events, reduceAll([...before, ...events]), answersSeen);
    }
    /** An execution of this worker whose first step waits. */
    async function waiting(interrupt: Interrupt): Promise<{ execution: NewExecution; lease: Lease }> {
      const execution = await under.newExecution(graph);
      const created: ExecutionEventBody = { type: "execution_created", input: null, trigger };
      const lease = await store.create(execution, [{ seq: 1, at: 1_800_000_000_000, body: created }], "one");
      if (lease === null) throw new Error("No lease");
      await append(lease, [{ type: "execution_started" }, ...waitOf(interrupt)]);
      return { execution, lease };
    }
    const give = ({ workspaceId, id }: NewExecution, given: Partial<GivenAnswer> = {}) =>
      store.giveAnswer(workspaceId, id, { ...answer, ...given });
    const claimed = async (): Promise<ClaimedExecution[]> => store.claim("two", 100);
    const idsOf = (all: readonly ClaimedExecution[]) => all.map(({ lease }) => lease.executionId);

    test("an execution that waits has no lease and is not claimed before its moment", async () => {
      for (const wakeAt of [future, null]) {
        const { lease } = await waiting(signal(wakeAt));
        await append(lease, [sleep(wakeAt)]);
        expect((await store.renew("one")).held).toEqual([]);
        const late = await append(lease, [{ type: "execution_woken" }]).catch((error) => error);
        expect(errorTable).toHaveProperty(late.code);
        expect(late.code).toBe("lease_lost");
      }
      await under.expireLeases();
      expect(await claimed()).toEqual([]);
    });

    test("an execution whose moment has come is claimed once, with its history and the next epoch", async () => {
      const { execution, lease } = await waiting({ kind: "time", dueAt: past });
      await append(lease, [sleep(past)]);
      const [woken, ...others] = await claimed();
      expect(others).toEqual([]);
      expect(woken?.lease).toMatchObject({ executionId: execution.id, epoch: 2, worker: "two" });
      expect(woken?.events.at(-1)?.body).toEqual(sleep(past));
      expect(await claimed()).toEqual([]);
    });

    test("an answer wakes the execution, and whoever claims it reads the answer", async () => {
      const { execution, lease } = await waiting(signal(null));
      await append(lease, [sleep(null)]);
      expect(await give(execution)).toBe("accepted");
      const [woken] = await claimed();
      expect(woken?.lease.executionId).toBe(execution.id);
      if (woken) expect(await store.answers(woken.lease)).toEqual([answer]);
    });

    test("an answer that came in while the execution was going to sleep wakes it", async () => {
      const { execution, lease } = await waiting(signal(null));
      expect(await give(execution)).toBe("accepted");
      await append(lease, [sleep(null)], 0);
      expect(idsOf(await claimed())).toEqual([execution.id]);
    });

    test("an answer that the sleeper knows of does not wake it", async () => {
      const { execution, lease } = await waiting(signal(null));
      await append(lease, waitOf(signal(future), "n1" as StepKey));
      expect(await give(execution)).toBe("accepted");
      await append(lease, [sleep(future)], 1);
      expect(await claimed()).toEqual([]);
      expect(await give(execution, { stepKey: "n1" })).toBe("accepted");
      const [woken] = await claimed();
      if (woken) expect((await store.answers(woken.lease)).map(({ stepKey }) => stepKey)).toEqual([step, "n1"]);
      expect(woken?.lease.executionId).toBe(execution.id);
    });

    test("however answering and going to sleep meet, the execution wakes", async () => {
      const all: NewExecution[] = [];
      for (let round = 0; round < 25; round += 1) {
        const { execution, lease } = await waiting(signal(null));
        all.push(execution);
        const [outcome] = await Promise.all([give(execution), append(lease, [sleep(null)], 0)]);
        expect(outcome).toBe("accepted");
      }
      expect(idsOf(await claimed()).toSorted()).toEqual(all.map(({ id }) => id).toSorted());
    });

    test("many executions that go to sleep at the same moment keep each its own moment", async () => {
      const all = await Promise.all(Array.from({ length: 12 }, () => waiting(signal(null))));
      await Promise.all(all.map(({ lease }, index) => append(lease, [sleep(index % 2 === 0 ? past : future)], 0)));
      const due = all.filter((_, index) => index % 2 === 0).map(({ execution }) => execution.id);
      expect(idsOf(await claimed()).toSorted()).toEqual(due.toSorted());
      for (const { execution } of all) expect(await give(execution)).toBe("accepted");
      expect(await claimed()).toHaveLength(6);
    });

    test("of many answers to one wait exactly one is taken", async () => {
      const { execution, lease } = await waiting(signal(future));
      const outcomes = await Promise.all(Array.from({ length: 8 }, (_, index) => give(execution, { value: index })));
      expect(outcomes.toSorted()).toEqual(["accepted", ...Array(7).fill("answered")]);
      expect(await store.answers(lease)).toHaveLength(1);
      expect(await give(execution)).toBe("answered");
    });

    test.each(
      ["paid", "7", "null", '"', "1\u0000", "\ud83d", "", 7, null, false, [], {}, '{"a":1}'].map((value) => [value]),
    )("an answer of %j is what was given", async (value) => {
      const { execution, lease } = await waiting(signal(future));
      expect(await give(execution, { value })).toBe("accepted");
      expect((await store.answers(lease)).map((given) => given.value)).toEqual([value]);
    });

    test("an answer from the deadline on is too late", async () => {
      const { execution, lease } = await waiting(signal(past));
      expect(await give(execution)).toBe("late");
      expect(await store.answers(lease)).toEqual([]);
    });

    test("an answer to nothing that waits is not taken: another step, attempt, workspace, execution", async () => {
      const { execution, lease } = await waiting(signal(null));
      const unknown = await under.newExecution(graph);
      expect(await give(execution, { stepKey: "n1" })).toBe("not_waiting");
      expect(await give(execution, { stepKey: "" })).toBe("not_waiting");
      expect(await give(execution, { attempt: 2 })).toBe("not_waiting");
      expect(await store.giveAnswer(under.otherWorkspace, execution.id, answer)).toBe("not_waiting");
      expect(await give(unknown)).toBe("not_waiting");
      expect(await store.answers(lease)).toEqual([]);
    });

    test("a wait that is over takes no answer: gone on, cancelled, its execution ended", async () => {
      const goneOn = await waiting(signal(null));
      await append(goneOn.lease, [
        { type: "step_resumed", stepKey: step, attempt: 1, answer: { kind: "due" } },
        { type: "step_succeeded", stepKey: step, attempt: 1, outputs: {} },
      ]);
      const ended = await waiting(signal(null));
      await append(ended.lease, [
        { type: "cancel_requested", by: bob },
        { type: "step_cancelled", stepKey: step },
        { type: "execution_cancelled" },
      ]);
      const cancelling = await waiting(signal(null));
      await append(cancelling.lease, [{ type: "cancel_requested", by: bob }]);
      for (const { execution, lease } of [goneOn, ended, cancelling]) {
        expect(await give(execution)).toBe("not_waiting");
        expect(await store.answers(lease)).toEqual([]);
      }
    });

    test("after its answer and its end a wait still says that it was answered", async () => {
      const { execution, lease } = await waiting(signal(null));
      expect(await give(execution)).toBe("accepted");
      await append(lease, [
        { type: "step_resumed", stepKey: step, attempt: 1, answer: { kind: "given", value: 1, by: someone } },
        { type: "step_succeeded", stepKey: step, attempt: 1, outputs: {} },
      ]);
      expect(await give(execution, { by: bob })).toBe("answered");
    });

    test("a wait that begins and ends in one commit leaves nothing to answer", async () => {
      const { execution, lease } = await waiting(signal(null));
      await append(lease, [
        ...waitOf({ kind: "time", dueAt: past }, "n1" as StepKey),
        { type: "step_resumed", stepKey: "n1" as StepKey, attempt: 1, answer: { kind: "due" } },
        { type: "step_succeeded", stepKey: "n1" as StepKey, attempt: 1, outputs: {} },
      ]);
      expect(await give(execution, { stepKey: "n1" })).toBe("not_waiting");
      expect(await give(execution)).toBe("accepted");
    });

    test("the beat of the worker that runs it tells how many answers there are", async () => {
      const { execution } = await waiting(signal(null));
      expect((await store.renew("one")).answered).toEqual([]);
      await give(execution);
      expect((await store.renew("one")).answered).toEqual([{ id: execution.id, answers: 1 }]);
      expect((await store.renew("two")).answered).toEqual([]);
    });

    test("the wish to cancel wakes an execution that waits", async () => {
      const { execution, lease } = await waiting(signal(null));
      await append(lease, [sleep(null)]);
      expect(await store.requestCancel(execution.workspaceId, execution.id, bob)).toBe(true);
      const [woken] = await claimed();
      expect(woken).toMatchObject({ lease: { executionId: execution.id }, cancelRequestedBy: bob });
    });

    test("a woken execution whose worker is gone is claimed again", async () => {
      const { execution, lease } = await waiting(signal(null));
      await append(lease, [sleep(null)]);
      await give(execution);
      expect(idsOf(await claimed())).toEqual([execution.id]);
      await store.release("two");
      expect(idsOf(await claimed())).toEqual([execution.id]);
      await under.expireLeases();
      expect(idsOf(await claimed())).toEqual([execution.id]);
    });

    test("a higher budget, of the execution or of a step, wakes it and is among its answers, in order", async () => {
      const { execution, lease } = await waiting(signal(null));
      const { workspaceId, id } = execution;
      await append(lease, [{ type: "execution_waiting", reason: "step_budget", wakeAt: null }]);
      expect(await claimed()).toEqual([]);
      const ofStep = { stepKey: step, budget: { tokens: 5, timeMs: 60_000 } };
      expect(await store.giveBudget(workspaceId, id, { budget: ofStep, by: someone })).toBe(true);
      expect(await store.giveBudget(workspaceId, id, { budget: { timeMs: 90_000 }, by: bob })).toBe(true);
      const [woken] = await claimed();
      if (woken === undefined) throw new Error("Nobody was woken");
      expect((await store.answers(woken.lease)).map(({ stepKey, value, by }) => ({ stepKey, value, by }))).toEqual([
        { stepKey: "", value: ofStep, by: someone },
        { stepKey: "", value: { timeMs: 90_000 }, by: bob },
      ]);
    });
  });
}
