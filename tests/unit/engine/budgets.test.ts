import { describe, expect, test } from "bun:test";
import type { AgentContext } from "#src/agents/agent.ts";
import { AppError } from "#src/errors.ts";
import type { StepKey } from "#src/schemas/executionEvent.ts";
import { chain, sketch } from "#tests/support/engine/graphs.ts";
import { engineRig, type Rig, someone, typesOf } from "#tests/support/engine/rig.ts";

const sleeping =
  (rig: () => Rig, ms: number) =>
  async (_inputs: object, { signal, stepKey }: AgentContext) => {
    await rig().clock.sleep(ms, signal);
    return { out: stepKey };
  };

async function sleepers(settings: Parameters<typeof sketch>[2], ms = 1_000) {
  let rig: Rig | null = null;
  const inRig = () => {
    if (rig === null) throw new Error("No rig yet");
    return rig;
  };
  const graph = sketch({ a: "work", b: "work", c: "work" }, ["a -> b", "b -> c"], settings);
  rig = await engineRig(graph, { work: sleeping(inRig, ms) });
  return rig;
}

describe("an execution's budget of time", () => {
  test("pauses it before its next step, and what runs ends", async () => {
    const rig = await sleepers({ budget: { timeMs: 1_500 } });
    const paused = await rig.run("one");
    expect(paused.waiting).toMatchObject({ reason: "budget", wakeAt: null });
    expect(Object.values(paused.steps).map((step) => step.status)).toEqual(["succeeded", "succeeded"]);
  });

  test("counts the time at work alone, so that a raised one lets it go on however long it paused", async () => {
    const rig = await sleepers({ budget: { timeMs: 1_500 }, timeoutMs: 10_000 });
    await rig.run("one");
    await rig.clock.advance(7 * 86_400_000);
    await rig.raise({ timeMs: 2_500 });
    const state = await rig.run("two");
    expect(state).toMatchObject({ status: "succeeded", waitedMs: 7 * 86_400_000 });
  });

  test("pauses it again at the raised limit", async () => {
    const rig = await sleepers({ budget: { timeMs: 500 } });
    await rig.run("one");
    await rig.raise({ timeMs: 1_600 });
    const paused = await rig.run("two");
    expect(paused.waiting?.reason).toBe("budget");
    expect(Object.keys(paused.steps)).toEqual(["a", "b"]);
  });

  test("pauses it at the limit itself while it waits for nothing but another attempt", async () => {
    const rig = await engineRig(sketch({ a: { retry: slowly } }, [], { budget: { timeMs: 2_000 } }), { work: away });
    const begun = rig.clock.now();
    const paused = await rig.run();
    expect(paused.waiting?.reason).toBe("budget");
    expect(paused.waiting?.since).toBe(begun + 2_000);
  });

  test("does not hold up an execution that has nothing left to do", async () => {
    const rig = await sleepers({ budget: { timeMs: 3_000 } });
    expect((await rig.run()).status).toBe("succeeded");
  });
});

const slowly = { maxAttempts: 5, initialDelayMs: 60_000, factor: 1, maxDelayMs: 60_000, jitter: 0 };
const soon = { maxAttempts: 5, initialDelayMs: 100, factor: 1, maxDelayMs: 100, jitter: 0 };
const away = (_inputs: object, context: AgentContext): never => {
  context.reportUsage({ model: "m", inputTokens: 10, outputTokens: 0, dollars: 0.5 });
  throw new AppError("model_unavailable", "Away");
};
const raiseStep = (rig: Rig, budget: object) =>
  rig.store.giveBudget(rig.execution.workspaceId, rig.execution.id, {
    budget: { stepKey: "a" as StepKey, budget },
    by: someone,
  });

describe("a step's budget", () => {
  test("pauses the execution instead of another attempt when those before have used it", async () => {
    const rig = await engineRig(sketch({ a: { retry: soon, budget: { tokens: 20 } } }), { work: away });
    const paused = await rig.run();
    expect(paused.waiting).toMatchObject({ reason: "step_budget", wakeAt: null });
    expect(paused.steps.a).toMatchObject({ attempt: 2, failures: 2, status: "running" });
  });

  test("of dollars does the same, and lets the step go on when it is raised", async () => {
    let isAway = true;
    const rig = await engineRig(sketch({ a: { retry: soon, budget: { dollars: 0.5 } } }), {
      work: (inputs, context) => (isAway ? away(inputs, context) : { out: 1 }),
    });
    expect((await rig.run("one")).steps.a?.attempt).toBe(1);
    isAway = false;
    await raiseStep(rig, { dollars: 5 });
    const state = await rig.run("two");
    expect(state.status).toBe("succeeded");
    expect(state.steps.a).toMatchObject({ attempt: 2, budget: { dollars: 5 } });
    expect(typesOf(await rig.events())).toContain("step_budget_raised a");
  });

  test("of time counts its attempts, not what lies between them", async () => {
    const rig: Rig = await engineRig(sketch({ a: { retry: slowly, budget: { timeMs: 2_500 } } }), {
      work: async (_inputs, { signal }) => {
        await rig.clock.sleep(1_000, signal);
        throw new AppError("model_unavailable", "Away");
      },
    });
    const paused = await rig.run();
    expect(paused.waiting?.reason).toBe("step_budget");
    expect(paused.steps.a).toMatchObject({ attempt: 3, spentMs: 3_000 });
  });

  test("lets the first attempt use what it uses, and a last one fail", async () => {
    const once = { ...soon, maxAttempts: 1 };
    const rig = await engineRig(sketch({ a: { retry: once, budget: { tokens: 1 } } }), { work: away });
    expect((await rig.run()).error).toMatchObject({ code: "model_unavailable" });
    const well = await engineRig(sketch({ a: { budget: { tokens: 1 } } }), {
      work: (_inputs, context) => {
        context.reportUsage({ model: "m", inputTokens: 500, outputTokens: 0 });
        return { out: 1 };
      },
    });
    expect((await well.run()).status).toBe("succeeded");
  });

  test("lets the other branches go on, and pauses when only it is left", async () => {
    const graph = sketch({ a: { retry: soon, budget: { tokens: 1 } }, b: "work", c: "work" }, ["b -> c"]);
    const rig: Rig = await engineRig(graph, {
      work: async (inputs, context) => {
        if (context.stepKey === "a") return away(inputs, context);
        await rig.clock.sleep(1_000, context.signal);
        return { out: 1 };
      },
    });
    const paused = await rig.run();
    expect(paused.waiting?.reason).toBe("step_budget");
    expect(paused.steps.c?.status).toBe("succeeded");
  });

  test("goes with the step when the execution is cancelled", async () => {
    const rig = await engineRig(sketch({ a: { retry: soon, budget: { tokens: 1 } } }), { work: away });
    await rig.run("one");
    await rig.store.requestCancel(rig.execution.workspaceId, rig.execution.id, someone);
    const state = await rig.run("two");
    expect(state.status).toBe("cancelled");
    expect(state.steps.a?.status).toBe("cancelled");
  });

  test("wakes with what else the execution waits for", async () => {
    const graph = sketch({
      a: { retry: soon, budget: { tokens: 1 } },
      ask: { agent: "ask", config: { inMs: 3_600_000 } },
    });
    const rig = await engineRig(graph, { work: away });
    const begun = rig.clock.now();
    const paused = await rig.run("one");
    expect(paused.waiting?.reason).toBe("step_budget");
    expect(paused.waiting?.wakeAt).toBeGreaterThanOrEqual(begun + 3_600_000);
    await rig.clock.advance(3_700_000);
    const again = await rig.run("two");
    expect(again.waiting).toMatchObject({ reason: "step_budget", wakeAt: null });
    expect(again.steps.ask?.status).toBe("succeeded");
  });

  test("raised for a step that has ended changes nothing", async () => {
    const rig = await engineRig(chain(2));
    await raiseStep(rig, { tokens: 5 });
    expect((await rig.run()).status).toBe("succeeded");
    expect(typesOf(await rig.events())).not.toContain("step_budget_raised a");
  });
});
