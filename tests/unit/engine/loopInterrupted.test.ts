import { describe, expect, test } from "bun:test";
import { graceMs } from "#src/engine/attempt.ts";
import { maxRecoveries } from "#src/engine/plan.ts";
import type { ExecutionStore } from "#src/engine/ports.ts";
import type { Signal } from "#src/engine/signal.ts";
import { stepOf } from "#src/engine/state.ts";
import { AppError } from "#src/errors.ts";
import { errorOf } from "#tests/support/databases.ts";
import { chain, sketch } from "#tests/support/engine/graphs.ts";
import { engineRig, typesOf } from "#tests/support/engine/rig.ts";
import { forEver, gates, untilAborted } from "#tests/support/engine/works.ts";

describe("a cancel", () => {
  test("aborts what runs, starts nothing more and names who asked", async () => {
    const { work, running, open } = gates();
    const rig = await engineRig(sketch({ a: "work", b: "work", c: "work" }, ["a -> c"]), {
      work: (inputs, context, config) =>
        context.stepKey === "b" ? untilAborted(context.signal) : work(inputs, context, config),
    });
    const { end } = await rig.begin();
    await rig.clock.settle();
    rig.cancel();
    open("a");
    const state = await rig.clock.drive(end);
    expect(state).toMatchObject({ status: "cancelled", cancelRequestedBy: { name: "Ada" } });
    expect(running()).toEqual(["a"]);
    // A result that came in time is recorded: the effect has happened.
    expect(["a", "b", "c"].map((key) => stepOf(state, key).status)).toEqual(["succeeded", "cancelled", "cancelled"]);
    expect(await rig.stored()).toEqual(state);
  });

  test("is carried out within the grace when a step ignores its signal, and the step's late result changes nothing", async () => {
    const { work, open } = gates();
    const rig = await engineRig(sketch({ a: "work" }), { work });
    const { end } = await rig.begin();
    await rig.clock.settle();
    const before = rig.clock.now();
    rig.cancel();
    expect((await rig.clock.drive(end)).status).toBe("cancelled");
    expect(rig.clock.now() - before).toBe(graceMs);
    const events = await rig.events();
    open("a");
    await rig.clock.settle();
    expect(await rig.events()).toEqual(events);
  });

  test("of a queued execution is carried out by the next claim, without a step", async () => {
    const rig = await engineRig(sketch({ a: "work" }));
    const { workspaceId, id } = rig.execution;
    expect(await rig.store.requestCancel(workspaceId, id, { kind: "system", name: "test" })).toBe(true);
    expect((await rig.run()).status).toBe("cancelled");
    expect(typesOf(await rig.events())).toEqual([
      "execution_created",
      "cancel_requested",
      "step_cancelled a",
      "execution_cancelled",
    ]);
  });

  test("ends a step's wait for its next attempt", async () => {
    const rig = await engineRig(sketch({ a: { retry: { initialDelayMs: 3_600_000, maxDelayMs: 3_600_000 } } }), {
      work: () => {
        throw new AppError("model_unavailable", "Away");
      },
    });
    const { end } = await rig.begin();
    await rig.clock.settle();
    const before = rig.clock.now();
    rig.cancel();
    expect((await rig.clock.drive(end)).status).toBe("cancelled");
    expect(rig.clock.now()).toBe(before);
  });
});

describe("an expression that works long", () => {
  test("lets timers run, and ends when its step is told to", async () => {
    const endless = "{{ ($f := function(){ $f() }; $f()) }}";
    const rig = await engineRig(sketch({ a: { config: { text: endless } } }));
    const { end } = await rig.begin();
    while (rig.clock.sleeping === 0) await rig.clock.settle();
    rig.cancel();
    expect((await rig.clock.drive(end)).status).toBe("cancelled");
  });
});

describe("when a worker goes away", () => {
  test("the next claim goes on: open attempts again under the same key, recorded results not", async () => {
    const { work, running } = gates();
    const calls: string[] = [];
    let blocked = true;
    const rig = await engineRig(sketch({ a: "work", b: "work", c: "work" }, ["a -> b", "b -> c"]), {
      work: (inputs, context, config) => {
        calls.push(`${context.stepKey} ${context.attempt} ${context.idempotencyKey.endsWith(`:${context.stepKey}:0`)}`);
        return context.stepKey === "b" && blocked ? work(inputs, context, config) : { out: context.stepKey };
      },
    });
    const first = await rig.begin("one");
    await rig.clock.settle();
    expect(running()).toEqual(["b"]);
    await rig.clock.advance(30_000);
    blocked = false;
    const state = await rig.run("two");
    expect(state).toMatchObject({ status: "succeeded", recoveries: 1 });
    expect(calls).toEqual(["a 1 true", "b 1 true", "b 2 true", "c 1 true"]);
    expect(stepOf(state, "b")).toMatchObject({ attempt: 2, failures: 0 });
    expect(first.claimed.lease.epoch).toBe(1);
  });

  test("a worker that lost its lease ends in silence: it writes nothing, publishes nothing, starts nothing", async () => {
    const { work, running, open } = gates();
    const rig = await engineRig(chain(2), { work });
    const first = await rig.begin("one");
    await rig.clock.settle();
    await rig.clock.advance(30_000);
    const [taken] = await rig.store.claim("two", 1);
    expect(taken?.lease.epoch).toBe(2);
    const events = await rig.events();
    const published = rig.published.length;
    open("n0");
    const state = await first.end;
    expect(state.status).toBe("running");
    expect(stepOf(state, "n0").status).toBe("running");
    expect(await rig.events()).toEqual(events);
    expect(rig.published.length).toBe(published);
    expect(running()).toEqual(["n0"]);
    expect(rig.clock.sleeping).toBe(0);
  });

  test("a worker that is told to let go aborts its steps and leaves the rest to the next", async () => {
    const aborted: unknown[] = [];
    const rig = await engineRig(sketch({ a: "work" }), {
      work: (_inputs, context) => untilAborted(context.signal).catch((error) => Promise.reject(aborted.push(error))),
    });
    const { end } = await rig.begin("one");
    await rig.clock.settle();
    rig.stop();
    expect((await end).status).toBe("running");
    expect(aborted).toMatchObject([{ code: "lease_lost" }]);
    expect(typesOf(await rig.events()).at(-1)).toBe("step_started a");
    expect(rig.clock.sleeping).toBe(0);
  });

  test("an execution that takes every worker with it is given up", async () => {
    const rig = await engineRig(sketch({ a: "work" }), { work: forEver });
    for (let death = 0; death <= maxRecoveries; death += 1) {
      await rig.begin(`w${death}`);
      await rig.clock.settle();
      await rig.store.release(`w${death}`);
    }
    const state = await rig.run("last");
    expect(state).toMatchObject({ status: "failed", error: { code: "too_many_recoveries" } });
    expect(state.recoveries).toBe(maxRecoveries + 1);
  });

  test("an execution that our own code fails on before it can say so is given up as well, with what it had", async () => {
    const bug = () => Promise.reject(new TypeError("undefined is not a function"));
    const { work, open } = gates();
    const rig = await engineRig(chain(2), { work, wrapStore: (store) => ({ ...store, answers: bug }) });
    await rig.begin("first");
    await rig.clock.settle();
    open("n0");
    await rig.clock.settle();
    await rig.store.release("first");
    for (let failure = 0; failure < maxRecoveries; failure += 1) {
      const { end } = await rig.begin(`w${failure}`);
      expect(await errorOf(end)).toBeInstanceOf(TypeError);
      await rig.store.release(`w${failure}`);
    }
    const state = await rig.run("last");
    expect(state).toMatchObject({ status: "failed", error: { code: "too_many_recoveries" } });
    expect([stepOf(state, "n0").status, stepOf(state, "n1").status]).toEqual(["succeeded", "cancelled"]);
    expect(await rig.stored()).toEqual(state);
  });
});

describe("a store that does not answer", () => {
  const flaky = (failures: number, when: "before" | "after") => {
    let left = failures;
    return (store: ExecutionStore): ExecutionStore => ({
      ...store,
      append: async (lease, events, state) => {
        const fails = left > 0;
        left -= 1;
        if (!fails || when === "after") await store.append(lease, events, state);
        if (fails) throw new AppError("unavailable", "No connection");
      },
    });
  };

  test("is asked again with the same events", async () => {
    const rig = await engineRig(chain(2), { wrapStore: flaky(3, "before") });
    expect((await rig.run()).status).toBe("succeeded");
    expect((await rig.events()).map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5, 6, 7]);
  });

  test("and had committed all the same does no harm, even to the last commit", async () => {
    for (const failures of [1, 3]) {
      const rig = await engineRig(chain(2), { wrapStore: flaky(failures, "after") });
      const state = await rig.run();
      expect(state.status).toBe("succeeded");
      expect(await rig.stored()).toEqual(state);
      expect(rig.published.filter(({ kind }) => kind === "event")).toHaveLength(6);
    }
  });

  test("and had committed starts nothing once another worker has the execution", async () => {
    const { work, running, open } = gates();
    let isCut = false;
    const rig = await engineRig(chain(2), {
      work,
      wrapStore: (store) => ({
        ...store,
        append: async (lease, events, state) => {
          await store.append(lease, events, state);
          if (!isCut || lease.worker !== "one") return;
          isCut = false;
          await rig.clock.advance(30_000);
          await store.claim("two", 1);
          throw new AppError("unavailable", "No connection");
        },
      }),
    });
    const first = await rig.begin("one");
    await rig.clock.settle();
    isCut = true;
    open("n0");
    const state = await rig.clock.drive(first.end);
    expect(typesOf(await rig.events()).at(-1)).toBe("step_started n1");
    expect(running()).toEqual(["n0"]);
    expect(stepOf(state, "n0").status).toBe("running");
  });

  test("for too long ends the loop with an error, its steps aborted", async () => {
    const signals: Signal[] = [];
    let isDown = false;
    const rig = await engineRig(sketch({ a: "work", b: "work" }), {
      work: (_inputs, context) => {
        signals.push(context.signal);
        isDown = true;
        return context.stepKey === "a" ? { out: 1 } : forEver();
      },
      wrapStore: (store) => ({
        ...store,
        append: async (lease, events, state) => {
          if (isDown) throw new AppError("unavailable", "No connection");
          await store.append(lease, events, state);
        },
      }),
    });
    const { end } = await rig.begin();
    await expect(rig.clock.drive(end)).rejects.toMatchObject({ code: "unavailable" });
    expect(signals.map(({ aborted }) => aborted)).toEqual([false, true]);
    expect(rig.clock.sleeping).toBe(0);
  });

  test("because it refuses what a step put out fails the execution instead of paying for the step again and again", async () => {
    const calls: string[] = [];
    const rig = await engineRig(chain(3), {
      work: (_inputs, context) => {
        calls.push(context.stepKey);
        return { out: context.stepKey };
      },
      wrapStore: (store) => ({
        ...store,
        append: async (lease, events, state) => {
          const refused = events.some(({ body }) => body.type === "step_succeeded" && body.stepKey === "n1");
          if (refused) throw new AppError("bad_request", "The text has characters that cannot be stored.");
          await store.append(lease, events, state);
        },
      }),
    });
    const state = await rig.run();
    expect(state).toMatchObject({ status: "failed", error: { code: "bad_request" } });
    expect(calls).toEqual(["n0", "n1"]);
    expect(["n0", "n1", "n2"].map((key) => stepOf(state, key).status)).toEqual(["succeeded", "cancelled", "cancelled"]);
    expect(await rig.stored()).toEqual(state);
  });
});
