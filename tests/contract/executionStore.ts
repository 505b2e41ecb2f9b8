import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import type { ExecutionStore, Lease, NewExecution } from "#src/engine/ports.ts";
import { reduceAll } from "#src/engine/reduce.ts";
import { type ExecutionState, initialState } from "#src/engine/state.ts";
import type { ErrorCode } from "#src/errors.ts";
import type { ExecutionEvent, ExecutionEventBody, StepKey } from "#src/schemas/executionEvent.ts";
import type { Graph } from "#src/schemas/graph.ts";
import type { Principal, Trigger } from "#src/schemas/principal.ts";
import { chain } from "#tests/support/engine/graphs.ts";

export interface StoreUnderTest extends AsyncDisposable {
  readonly store: ExecutionStore;
  /** Makes what an execution of `graph` refers to (workspace, workflow, version) and gives an id that is not in use. */
  newExecution(graph: Graph): Promise<NewExecution>;
  /** An id of a workspace that exists and has none of these executions. */
  readonly otherWorkspace: NewExecution["workspaceId"];
  /** Makes every lease that is held now expire, as if its worker had been silent for too long. */
  expireLeases(): Promise<void>;
}

const ada: Principal = { kind: "member", profileId: "usr_00000000000000000000000001", name: "Ada" };
const trigger: Trigger = { kind: "manual", by: ada };
const step = "n0" as StepKey;
const graph = chain(2);

function eventsFrom(seq: number, ...bodies: ExecutionEventBody[]): ExecutionEvent[] {
  return bodies.map((body, index) => ({ seq: seq + index, at: 1_800_000_000_000 + seq + index, body }));
}
const created: ExecutionEventBody = {
  type: "execution_created",
  input: { text: "Grüße 🎉", list: [1, null] },
  trigger,
};
const started: ExecutionEventBody = { type: "execution_started" };
const stepStarted: ExecutionEventBody = { type: "step_started", stepKey: step, attempt: 1, inputs: { in: ["a"] } };
const first = eventsFrom(1, created);
const running = eventsFrom(2, started, stepStarted);
/** One of every kind that a history in the middle may have. */
const everyKind = eventsFrom(
  4,
  { type: "step_streamed", stepKey: step, attempt: 1, channel: "text", offset: 0, text: "Hello" },
  {
    type: "step_attempt_failed",
    stepKey: step,
    attempt: 1,
    error: { code: "model_unavailable", message: "Away", retryable: true, retryAfterMs: 5, detail: { status: 503 } },
    retryAt: 1_800_000_000_500,
    usage: { model: "m", inputTokens: 1, outputTokens: 0 },
  },
  { type: "execution_recovered", recoveries: 1 },
  { type: "step_started", stepKey: step, attempt: 2, inputs: {} },
  {
    type: "step_succeeded",
    stepKey: step,
    attempt: 2,
    outputs: { out: { deep: [true, null, 1.5, "x"] } },
    usage: { model: "m", inputTokens: 3, outputTokens: 4 },
    metadata: { finish: "stop" },
  },
  { type: "cancel_requested", by: ada },
  { type: "step_cancelled", stepKey: "n1" as StepKey },
  { type: "execution_cancelled" },
);

function stateAfter(events: readonly ExecutionEvent[]): ExecutionState {
  try {
    return reduceAll(events);
  } catch {
    return initialState;
  }
}

async function codeOf(work: Promise<unknown>): Promise<ErrorCode | "no error"> {
  return work.then(
    () => "no error",
    (error: { code?: ErrorCode }) => error.code ?? "internal",
  );
}

/** What the engine relies on. Every implementation of ExecutionStore passes this suite. */
export function executionStoreContract(name: string, makeStore: () => Promise<StoreUnderTest>): void {
  describe(`execution store: ${name}`, () => {
    let under: StoreUnderTest;
    let store: ExecutionStore;
    beforeEach(async () => {
      under = await makeStore();
      store = under.store;
    });
    afterEach(() => under[Symbol.asyncDispose]());

    /** With the state that the history comes to; what does not follow from it has none. */
    const append = async (lease: Lease, events: readonly ExecutionEvent[]) => {
      const before = await store.readEvents(lease.workspaceId, lease.executionId, { afterSeq: 0, limit: 1_000 });
      return store.append(lease, events, stateAfter([...before, ...events]));
    };
    const queued = async () => {
      const execution = await under.newExecution(graph);
      expect(await store.create(execution, first, null)).toBeNull();
      return execution;
    };
    const claimOne = async (worker: string) => {
      const [claimed] = await store.claim(worker, 1);
      if (claimed === undefined) throw new Error("Nothing to claim");
      return claimed;
    };
    const read = (execution: NewExecution) =>
      store.readEvents(execution.workspaceId, execution.id, { afterSeq: 0, limit: 1_000 });

    test("an execution that waits is claimed once, with its graph and its whole history", async () => {
      const execution = await queued();
      const [claimed, ...others] = await store.claim("one", 10);
      expect(others).toEqual([]);
      expect(claimed?.lease).toEqual({
        executionId: execution.id,
        workspaceId: execution.workspaceId,
        worker: "one",
        epoch: 1,
      });
      expect(claimed).toMatchObject({ workflowId: execution.workflowId, graph, cancelRequestedBy: null });
      expect(claimed?.events).toEqual(first);
      expect(await store.claim("two", 10)).toEqual([]);
    });

    test("an execution born under a lease has epoch 1 and cannot be claimed", async () => {
      const execution = await under.newExecution(graph);
      const lease = await store.create(execution, [...first, ...running], "one");
      expect(lease).toEqual({ executionId: execution.id, workspaceId: execution.workspaceId, worker: "one", epoch: 1 });
      expect(await store.claim("two", 10)).toEqual([]);
      expect(await read(execution)).toEqual([...first, ...running]);
    });

    test("an execution that is born ended is never claimed", async () => {
      const execution = await under.newExecution(graph);
      const ended = eventsFrom(2, started, { type: "execution_succeeded", output: null });
      await store.create(execution, [...first, ...ended], "one");
      await under.expireLeases();
      expect(await store.claim("two", 10)).toEqual([]);
    });

    test("events come back as they were appended, in order, after a place and up to a limit", async () => {
      const execution = await queued();
      const { lease } = await claimOne("one");
      await append(lease, running);
      await append(lease, everyKind);
      const all = [...first, ...running, ...everyKind];
      expect(await read(execution)).toEqual(all);
      for (let afterSeq = 0; afterSeq <= all.length; afterSeq += 1)
        for (let limit = 1; limit <= all.length; limit += 1) {
          const page = await store.readEvents(execution.workspaceId, execution.id, { afterSeq, limit });
          expect(page).toEqual(all.slice(afterSeq, afterSeq + limit));
        }
    });

    test("appending nothing is fine", async () => {
      const execution = await queued();
      const { lease } = await claimOne("one");
      await append(lease, []);
      expect(await read(execution)).toEqual(first);
    });

    test("a gap and a repeat in seq are a conflict, and nothing of the batch is stored", async () => {
      const execution = await queued();
      const { lease } = await claimOne("one");
      expect(await codeOf(append(lease, eventsFrom(3, started)))).toBe("conflict");
      expect(await codeOf(append(lease, eventsFrom(1, created)))).toBe("conflict");
      const torn = [...eventsFrom(2, started), ...eventsFrom(4, stepStarted)];
      expect(await codeOf(append(lease, torn))).toBe("conflict");
      expect(await read(execution)).toEqual(first);
      await append(lease, running);
      expect(await codeOf(append(lease, running))).toBe("conflict");
      expect(await read(execution)).toEqual([...first, ...running]);
    });

    test("the same execution cannot be created twice", async () => {
      const execution = await queued();
      expect(await codeOf(store.create(execution, first, null))).toBe("conflict");
      expect(await read(execution)).toEqual(first);
    });

    test("of executions that are created at the same moment, one whose id exists fails and no other", async () => {
      const there = await queued();
      const others: NewExecution[] = [];
      for (let index = 0; index < 5; index += 1) others.push(await under.newExecution(graph));
      const made = [...others.slice(0, 2), there, ...others.slice(2)].map((execution) =>
        codeOf(store.create(execution, [...first, ...running], "one")),
      );
      expect(await Promise.all(made)).toEqual(["no error", "no error", "conflict", "no error", "no error", "no error"]);
      for (const execution of others) expect(await read(execution)).toEqual([...first, ...running]);
      expect(await read(there)).toEqual(first);
      expect((await store.claim("two", 10)).map(({ lease }) => lease.executionId)).toEqual([there.id]);
    });

    test("a lease that expired goes to the next worker with a higher epoch, and the old one changes nothing", async () => {
      const execution = await queued();
      const old = await claimOne("one");
      await append(old.lease, running);
      await under.expireLeases();
      const next = await claimOne("two");
      expect(next.lease.epoch).toBe(2);
      expect(next.events).toEqual([...first, ...running]);
      const late = eventsFrom(4, { type: "step_succeeded", stepKey: step, attempt: 1, outputs: { out: 1 } });
      expect(await codeOf(append(old.lease, late))).toBe("lease_lost");
      expect(await read(execution)).toEqual([...first, ...running]);
      await append(next.lease, eventsFrom(4, { type: "execution_recovered", recoveries: 1 }));
    });

    test("a worker that claims its own execution again fences its former self", async () => {
      await queued();
      const before = await claimOne("one");
      await under.expireLeases();
      const after = await claimOne("one");
      expect(await codeOf(append(before.lease, running))).toBe("lease_lost");
      await append(after.lease, running);
    });

    for (const usage of [undefined, { model: "m", inputTokens: 1, outputTokens: 1 }])
      test(`so it does when both append at the same moment, ${usage ? "with" : "without"} something for the execution's row`, async () => {
        const execution = await queued();
        const before = await claimOne("one");
        await append(before.lease, running);
        await under.expireLeases();
        const after = await claimOne("one");
        const recovered = eventsFrom(4, { type: "execution_recovered", recoveries: 1 });
        await append(after.lease, recovered);
        const end = { type: "step_succeeded", stepKey: step, attempt: 1, outputs: { out: 1 }, usage } as const;
        const state = stateAfter([...first, ...running]);
        const late = codeOf(store.append(before.lease, eventsFrom(4, end), state));
        const current = codeOf(store.append(after.lease, eventsFrom(5, end), state));
        expect([await late, await current]).toEqual(["lease_lost", "no error"]);
        expect((await read(execution)).slice(3)).toEqual([...recovered, ...eventsFrom(5, end)]);
      });

    test("a lease that nobody has is refused: another worker's name, another epoch, an unknown execution", async () => {
      const execution = await queued();
      const { lease } = await claimOne("one");
      const forged: Lease[] = [
        { ...lease, worker: "two" },
        { ...lease, epoch: 2 },
        { ...lease, epoch: 0 },
        { ...lease, executionId: (await under.newExecution(graph)).id },
      ];
      for (const wrong of forged) expect(await codeOf(append(wrong, running))).toBe("lease_lost");
      expect(await read(execution)).toEqual(first);
    });

    test("renewing keeps the worker's leases and tells which it holds", async () => {
      const execution = await queued();
      await claimOne("one");
      expect(await store.renew("one")).toEqual({ held: [execution.id], answered: [], cancelRequested: [] });
      expect(await store.renew("two")).toEqual({ held: [], answered: [], cancelRequested: [] });
      expect(await store.claim("two", 10)).toEqual([]);
    });

    test("a worker that was taken over does not get its lease back by renewing", async () => {
      await queued();
      await claimOne("one");
      await under.expireLeases();
      await claimOne("two");
      expect((await store.renew("one")).held).toEqual([]);
    });

    test("what a worker releases may be claimed at once, and only that", async () => {
      const one = await queued();
      const { lease } = await claimOne("one");
      await queued();
      await claimOne("two");
      await store.release("one");
      expect((await store.renew("one")).held).toEqual([]);
      expect(await codeOf(append(lease, running))).toBe("lease_lost");
      const claimed = await store.claim("three", 10);
      expect(claimed.map((each) => [each.lease.executionId, each.lease.epoch])).toEqual([[one.id, 2]]);
    });

    test("an end is final: nothing can be appended, claimed, renewed or cancelled after it", async () => {
      const ends: ExecutionEventBody[][] = [
        [started, { type: "execution_succeeded", output: { a: 1 } }],
        [started, { type: "execution_failed", error: { code: "agent_failed", message: "No", retryable: false } }],
        [{ type: "cancel_requested", by: ada }, { type: "execution_cancelled" }],
      ];
      for (const end of ends) {
        const execution = await queued();
        const { lease } = await claimOne("one");
        await append(lease, eventsFrom(2, ...end));
        expect(await codeOf(append(lease, eventsFrom(4, started)))).toBe("lease_lost");
        expect((await store.renew("one")).held).toEqual([]);
        await under.expireLeases();
        expect(await store.claim("two", 10)).toEqual([]);
        expect(await store.requestCancel(execution.workspaceId, execution.id, ada)).toBe(false);
        expect(await read(execution)).toHaveLength(3);
      }
    });

    test("the wish to cancel reaches who holds the lease and who claims it next; the first wish stays", async () => {
      const execution = await queued();
      await claimOne("one");
      expect(await store.requestCancel(execution.workspaceId, execution.id, ada)).toBe(true);
      const bob: Principal = { kind: "system", name: "Bob" };
      expect(await store.requestCancel(execution.workspaceId, execution.id, bob)).toBe(true);
      expect((await store.renew("one")).cancelRequested).toEqual([{ id: execution.id, by: ada }]);
      expect((await store.renew("two")).cancelRequested).toEqual([]);
      await under.expireLeases();
      expect((await claimOne("two")).cancelRequestedBy).toEqual(ada);
    });

    test("a queued execution that somebody wants cancelled is claimed with that wish", async () => {
      const execution = await queued();
      expect(await store.requestCancel(execution.workspaceId, execution.id, ada)).toBe(true);
      expect((await claimOne("one")).cancelRequestedBy).toEqual(ada);
    });

    test("another workspace can neither read nor cancel it", async () => {
      const execution = await queued();
      expect(await store.readEvents(under.otherWorkspace, execution.id, { afterSeq: 0, limit: 10 })).toEqual([]);
      expect(await store.requestCancel(under.otherWorkspace, execution.id, ada)).toBe(false);
      expect((await claimOne("one")).cancelRequestedBy).toBeNull();
    });

    test("many workers claiming at once never get the same execution", async () => {
      const ids = new Set<string>();
      for (let index = 0; index < 12; index += 1) ids.add((await queued()).id);
      const claims = await Promise.all(Array.from({ length: 6 }, (_, index) => store.claim(`w${index}`, 4)));
      const rest = await store.claim("last", 100);
      const got = [...claims.flat(), ...rest].map(({ lease }) => lease.executionId as string);
      expect(got).toHaveLength(12);
      expect(new Set(got)).toEqual(ids);
      for (const claimed of claims) expect(claimed.length).toBeLessThanOrEqual(4);
    });

    test("many executions appending at once keep each its own order", async () => {
      const executions: NewExecution[] = [];
      for (let index = 0; index < 8; index += 1) executions.push(await queued());
      const claimed = await store.claim("one", 8);
      const text = (offset: number): ExecutionEventBody => ({
        type: "step_streamed",
        stepKey: step,
        attempt: 1,
        channel: "log",
        offset,
        text: "x",
      });
      await Promise.all(
        claimed.map(async ({ lease }) => {
          await append(lease, running);
          for (let index = 0; index < 10; index += 1) await append(lease, eventsFrom(4 + index, text(index)));
        }),
      );
      for (const execution of executions) {
        expect((await read(execution)).map(({ seq }) => seq)).toEqual(
          Array.from({ length: 13 }, (_, index) => index + 1),
        );
      }
    });
  });
}
