import { describe, expect, test } from "bun:test";
import { answerSlackMs } from "#src/engine/plan.ts";
import { stepOf } from "#src/engine/state.ts";
import { AppError } from "#src/errors.ts";
import type { Work } from "#tests/support/engine/agents.ts";
import { sketch } from "#tests/support/engine/graphs.ts";
import { engineRig, someone, typesOf } from "#tests/support/engine/rig.ts";

const statuses = (state: Parameters<typeof stepOf>[0], ...keys: string[]) =>
  keys.map((key) => stepOf(state, key).status);
const failing =
  (...keys: string[]): Work =>
  (_inputs, context) => {
    if (keys.includes(context.stepKey)) throw new AppError("model_rejected", "No");
    return { out: context.stepKey };
  };

describe("a step that fails for good", () => {
  test("with an error port puts its error out there; what hangs on its result is skipped", async () => {
    const graph = sketch({ a: { onError: "port" }, mend: "work", goOn: "work" }, ["a.error -> mend", "a.out -> goOn"]);
    const rig = await engineRig(graph, { work: failing("a") });
    const state = await rig.run();
    expect(state.status).toBe("succeeded");
    expect(statuses(state, "a", "mend", "goOn")).toEqual(["failed", "succeeded", "skipped"]);
    expect(stepOf(state, "mend").inputs).toEqual({ in: [{ code: "model_rejected", message: "No" }] });
    expect(await rig.stored()).toEqual(state);
  });

  test("with an error port that does not fail leaves the port closed", async () => {
    const graph = sketch({ a: { onError: "port" }, mend: "work", goOn: "work" }, ["a.error -> mend", "a.out -> goOn"]);
    const state = await (await engineRig(graph)).run();
    expect(statuses(state, "a", "mend", "goOn")).toEqual(["succeeded", "skipped", "succeeded"]);
  });

  test("with default values goes on with them, after its retries", async () => {
    let attempts = 0;
    const graph = sketch({ a: { onError: "default", defaultOutputs: { out: "none" } }, b: "work" }, ["a -> b"]);
    const rig = await engineRig(graph, {
      work: (_inputs, context) => {
        if (context.stepKey !== "a") return { out: 1 };
        attempts += 1;
        throw new AppError("model_unavailable", "Away");
      },
    });
    const state = await rig.run();
    expect(attempts).toBe(3);
    expect(state.status).toBe("succeeded");
    expect(stepOf(state, "a")).toMatchObject({ status: "failed", outputs: { out: "none" } });
    expect(stepOf(state, "b").inputs).toEqual({ in: ["none"] });
  });
});

describe("a merge", () => {
  const race = (mode: string, count = 1) =>
    sketch({ slow: "work", quick: "work", m: { agent: "merge", config: { mode, count } }, after: "work" }, [
      "slow -> m.value",
      "quick -> m.value",
      "m.first -> after",
    ]);
  const paced: (rig: () => { sleep: (ms: number, signal: AbortSignal) => Promise<void> }) => Work =
    (clock) => async (_inputs, context) => {
      if (context.stepKey === "slow") await clock().sleep(60_000, new AbortController().signal);
      return { out: context.stepKey };
    };

  test("of the first goes on with what is there first; the other branch still comes to its end", async () => {
    const rig = await engineRig(race("first"), { work: paced(() => rig.clock) });
    const state = await rig.run();
    expect(state.status).toBe("succeeded");
    expect(stepOf(state, "m").outputs).toEqual({ items: ["quick"], first: "quick" });
    const types = typesOf(await rig.events());
    expect(types.indexOf("step_succeeded after")).toBeLessThan(types.indexOf("step_succeeded slow"));
  });

  test("of all waits for every branch that is taken", async () => {
    const rig = await engineRig(race("all"), { work: paced(() => rig.clock) });
    expect(stepOf(await rig.run(), "m").outputs).toEqual({ items: ["slow", "quick"], first: "slow" });
  });

  test("of more than can come goes on when no more can", async () => {
    const rig = await engineRig(race("any", 5), { work: paced(() => rig.clock) });
    expect(stepOf(await rig.run(), "m").outputs).toMatchObject({ items: ["slow", "quick"] });
  });
});

describe("a budget", () => {
  const spending: Work = (_inputs, context) => {
    context.reportUsage({ model: "m", inputTokens: 60, outputTokens: 40, dollars: 0.5 });
    return { out: 1 };
  };
  const three = (budget: object) =>
    sketch({ a: "work", b: "work", c: "work" }, ["a -> b", "b -> c"], { budget, timeoutMs: 60_000 });

  for (const [name, budget, raised] of [
    ["tokens", { tokens: 150 }, { tokens: 1_000 }],
    ["dollars", { dollars: 0.9 }, { dollars: 10 }],
    ["steps", { steps: 2 }, {}],
  ] as const)
    test(`of ${name} pauses before the step that would go over it, and goes on when it is raised`, async () => {
      const rig = await engineRig(three(budget), { work: spending });
      const paused = await rig.run("one");
      expect(paused).toMatchObject({ status: "waiting", waiting: { reason: "budget", wakeAt: null } });
      expect(statuses(paused, "a", "b", "c")).toEqual(["succeeded", "succeeded", "pending"]);
      expect(await rig.store.claim("two", 1)).toEqual([]);
      const before = rig.clock.now();
      await rig.clock.advance(3_600_000);
      await rig.raise(raised);
      const state = await rig.run("two");
      expect(state).toMatchObject({ status: "succeeded", budget: raised, recoveries: 0 });
      // An hour of waiting, and a limit of a minute: waiting is not running.
      expect(state.waitedMs).toBe(rig.clock.now() - before);
      expect(await rig.stored()).toEqual(state);
    });

  test("that is raised too little pauses again", async () => {
    const rig = await engineRig(three({ steps: 1 }), { work: spending });
    await rig.run("one");
    await rig.raise({ steps: 2 });
    expect((await rig.run("two")).status).toBe("waiting");
    await rig.raise({ steps: 3 });
    expect((await rig.run("three")).status).toBe("succeeded");
    // Whoever takes over reads every answer again, and records none twice.
    expect(typesOf(await rig.events()).filter((type) => type === "budget_raised")).toHaveLength(2);
  });
});

describe("a wait", () => {
  const graph = sketch({ ask: { agent: "ask" }, after: "work", beside: "work" }, ["ask.out -> after"], {
    timeoutMs: 60_000,
  });

  test("gives the lease up when nothing else goes on, and goes on with the answer", async () => {
    const rig = await engineRig(graph);
    const waiting = await rig.run("one");
    expect(waiting).toMatchObject({ status: "waiting", waiting: { reason: "interrupt", wakeAt: null } });
    expect(statuses(waiting, "ask", "after", "beside")).toEqual(["waiting", "pending", "succeeded"]);
    expect(await rig.store.claim("two", 1)).toEqual([]);
    await rig.clock.advance(3_600_000);
    await rig.answer({ stepKey: "ask", attempt: 1, value: "yes", by: someone });
    const state = await rig.run("two");
    expect(state.status).toBe("succeeded");
    expect(stepOf(state, "after").inputs).toEqual({ in: ["yes"] });
    expect(typesOf(await rig.events()).slice(-6)).toEqual([
      "execution_woken",
      "step_resumed ask",
      "step_succeeded ask",
      "step_started after",
      "step_succeeded after",
      "execution_succeeded",
    ]);
    expect(await rig.stored()).toEqual(state);
  });

  test("goes on by itself when it is due, however late the worker comes", async () => {
    const due = sketch({ ask: { agent: "ask", config: { inMs: 3_600_000 } }, after: "work" }, ["ask.out -> after"]);
    const rig = await engineRig(due);
    const waiting = await rig.run("one");
    expect(waiting.waiting?.wakeAt).toBe(rig.clock.now() + 3_600_000 + answerSlackMs);
    await rig.clock.advance(3_599_000);
    expect(await rig.store.claim("two", 1)).toEqual([]);
    await rig.clock.advance(100_000);
    const state = await rig.run("two");
    expect(stepOf(state, "after").inputs).toEqual({ in: ["too late"] });
  });

  test("an answer to an attempt that is over, or given twice, changes nothing", async () => {
    const rig = await engineRig(graph);
    await rig.run("one");
    await rig.answer({ stepKey: "ask", attempt: 1, value: "first", by: someone });
    const state = await rig.run("two");
    expect(stepOf(state, "after").inputs).toEqual({ in: ["first"] });
  });

  test("what is made of an answer may fail, and the step with it", async () => {
    const rig = await engineRig(graph);
    await rig.run("one");
    await rig.answer({ stepKey: "ask", attempt: 1, value: "no", by: someone });
    expect(await rig.run("two")).toMatchObject({ status: "failed", error: { code: "stopped", stepKey: "ask" } });
  });

  test("is ended by a cancel", async () => {
    const rig = await engineRig(graph);
    await rig.run("one");
    const { workspaceId, id } = rig.execution;
    await rig.store.requestCancel(workspaceId, id, someone);
    const state = await rig.run("two");
    expect(state.status).toBe("cancelled");
    expect(statuses(state, "ask", "after")).toEqual(["cancelled", "cancelled"]);
  });

  test("in a frame holds its iteration and no other", async () => {
    const each = sketch(
      {
        in: "input",
        each: { agent: "forEach", config: {} },
        ask: { agent: "ask", parent: "each" as never },
      },
      ["in.value -> each.items", "ask.out -> each.result"],
    );
    const rig = await engineRig(each, { input: [1, 2] });
    const waiting = await rig.run("one");
    expect(statuses(waiting, "ask/0", "ask/1")).toEqual(["waiting", "waiting"]);
    await rig.answer({ stepKey: "ask/1", attempt: 1, value: "b", by: someone });
    expect((await rig.run("two")).status).toBe("waiting");
    await rig.answer({ stepKey: "ask/0", attempt: 1, value: "a", by: someone });
    expect(stepOf(await rig.run("three"), "each").outputs?.results).toEqual(["a", "b"]);
  });
});
