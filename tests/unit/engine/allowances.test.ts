import { describe, expect, test } from "bun:test";
import type { Release, Slots, Spending } from "#src/engine/deps.ts";
import { AppError } from "#src/errors.ts";
import { chain } from "#tests/support/engine/graphs.ts";
import { engineRig, typesOf } from "#tests/support/engine/rig.ts";
import { fakeClock } from "#tests/support/fakeClock.ts";

/** Slots of one kind that a test hands out. */
function queueOf(kind: string) {
  const waiting: { readonly begin: (slot: Release) => void }[] = [];
  const seen = { taken: 0, released: 0 };
  const slots: Slots = {
    take({ agent }, { signal, onWait }) {
      if (agent !== kind) return null;
      onWait("Waiting for a slot.");
      return new Promise((resolve, reject) => {
        signal.addEventListener("abort", () => reject(signal.reason), { once: true });
        waiting.push({
          begin: (slot) => {
            seen.taken += 1;
            resolve(slot);
          },
        });
      });
    },
  };
  const next = () =>
    waiting.shift()?.begin(() => {
      seen.released += 1;
    });
  return { slots, next, seen, waiting };
}

describe("a step that has to wait for a slot", () => {
  test("says so in its log, begins with the slot, and gives it back when it ends", async () => {
    const queue = queueOf("work");
    const rig = await engineRig(chain(2), { deps: { slots: queue.slots } });
    const { end } = await rig.begin();
    await rig.clock.settle();
    expect(queue.waiting).toHaveLength(1);
    expect(queue.seen).toEqual({ taken: 0, released: 0 });
    queue.next();
    await rig.clock.settle();
    queue.next();
    const state = await rig.clock.drive(end);
    expect(state.status).toBe("succeeded");
    expect(queue.seen).toEqual({ taken: 2, released: 2 });
    expect(Object.values(state.steps).map((step) => step.log)).toContain("Waiting for a slot.\n");
  });

  test("does not use its own time while it waits", async () => {
    const queue = queueOf("work");
    const graph = chain(1);
    const limited = { ...graph, nodes: graph.nodes.map((each) => ({ ...each, timeoutMs: 1_000 })) };
    const rig = await engineRig(limited, { deps: { slots: queue.slots } });
    const { end } = await rig.begin();
    await rig.clock.advance(60_000);
    expect(queue.waiting).toHaveLength(1);
    queue.next();
    expect((await rig.clock.drive(end)).status).toBe("succeeded");
  });

  test("stops waiting when the execution is cancelled, and holds no slot", async () => {
    const queue = queueOf("work");
    const rig = await engineRig(chain(1), { deps: { slots: queue.slots } });
    const { end } = await rig.begin();
    await rig.clock.settle();
    rig.cancel();
    const state = await rig.clock.drive(end);
    expect(state.status).toBe("cancelled");
    expect(queue.seen).toEqual({ taken: 0, released: 0 });
  });

  test("gives back a slot that comes in the moment of its end", async () => {
    const queue = queueOf("work");
    const rig = await engineRig(chain(1), { deps: { slots: queue.slots } });
    const { end } = await rig.begin();
    await rig.clock.settle();
    queue.next();
    rig.stop();
    await rig.clock.drive(end);
    await rig.clock.settle();
    expect(queue.seen).toEqual({ taken: 1, released: 1 });
  });

  test("fails with the error of a place that cannot be had", async () => {
    const slots: Slots = { take: () => Promise.reject(new AppError("unavailable", "No counter.")) };
    const rig = await engineRig(chain(1), { deps: { slots } });
    const state = await rig.run();
    expect(state.error).toMatchObject({ code: "unavailable" });
  });
});

describe("a workspace that has used its day", () => {
  /** Allows so many tokens over all. */
  function spendingOf(limit: { tokens: number }, renewsAt: number) {
    const spending: Spending = {
      heldBy: (used) => (used.tokens < limit.tokens ? null : "day_budget"),
      renewsAt: () => renewsAt,
    };
    return () => spending;
  }

  test("pauses before the next step, until the limits are new", async () => {
    const clock = fakeClock();
    const limit = { tokens: 10 };
    const rig = await engineRig(chain(3), {
      clock,
      deps: { spendingOf: spendingOf(limit, clock.now() + 3_600_000) },
      work: (_inputs, context) => {
        context.reportUsage({ model: "m", inputTokens: 10, outputTokens: 0 });
        return { out: 1 };
      },
    });
    const paused = await rig.run();
    expect(paused.status).toBe("waiting");
    expect(paused.waiting).toMatchObject({ reason: "day_budget", wakeAt: clock.now() + 3_600_000 });
    expect(paused.spent.tokens).toBe(10);
    expect(typesOf(await rig.events()).filter((type) => type.startsWith("step_started"))).toHaveLength(1);
    limit.tokens = 1_000;
    await clock.advance(3_600_001);
    expect((await rig.run("second")).status).toBe("succeeded");
  });

  test("starts nothing of an execution that has just begun", async () => {
    const rig = await engineRig(chain(2), { deps: { spendingOf: spendingOf({ tokens: 0 }, 1e15) } });
    const paused = await rig.run();
    expect(typesOf(await rig.events())).toEqual(["execution_created", "execution_started", "execution_waiting"]);
    expect(paused.waiting?.reason).toBe("day_budget");
  });

  test("lets an execution end that has no step left, and one that is cancelled", async () => {
    const rig = await engineRig(chain(1), {
      deps: { spendingOf: spendingOf({ tokens: 1 }, 1e15) },
      work: (_inputs, context) => {
        context.reportUsage({ model: "m", inputTokens: 5, outputTokens: 0 });
        return { out: 1 };
      },
    });
    expect((await rig.run()).status).toBe("succeeded");
    const other = await engineRig(chain(2), { deps: { spendingOf: spendingOf({ tokens: 0 }, 1e15) } });
    other.cancel();
    expect((await other.run()).status).toBe("cancelled");
  });

  test("is no matter to executions of a workspace without limits", async () => {
    const rig = await engineRig(chain(2), { deps: { spendingOf: () => null } });
    expect((await rig.run()).status).toBe("succeeded");
  });
});
