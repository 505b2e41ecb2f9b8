import { describe, expect, test } from "bun:test";
import { pinnedEvents, type SingleStep, singleStepEvents } from "#src/engine/beginnings.ts";
import { fork } from "#src/engine/fork.ts";
import { stepOf } from "#src/engine/state.ts";
import { AppError } from "#src/errors.ts";
import type { StepOutputs } from "#src/schemas/executionEvent.ts";
import { chain, sketch } from "#tests/support/engine/graphs.ts";
import { newExecution, someone, trigger } from "#tests/support/engine/rig.ts";
import { runAnew, runFrom } from "#tests/support/engine/runFrom.ts";

const at = 1_800_000_000_000;
const pinsOf = (pins: Record<string, StepOutputs>) => new Map(Object.entries(pins));

describe("pinned outputs", () => {
  test("stand in for a step's work, wherever it is, and everything else runs", async () => {
    const graph = sketch({ a: "work", b: "work", c: "work", d: "work" }, ["a -> b", "b -> c", "a -> d", "d -> c"]);
    const events = pinnedEvents(graph, pinsOf({ b: { out: "pinned" } }), { input: null, trigger, at });
    const { state, worked } = await runFrom(graph, events);
    expect(worked).toEqual(["a", "d", "c"]);
    expect(state.status).toBe("succeeded");
    expect(stepOf(state, "c").inputs).toEqual({ in: ["pinned", "d"] });
    expect(stepOf(state, "b").metadata).toEqual({ pinned: true });
  });

  test("of a node that is gone or disabled are left out", async () => {
    const graph = sketch({ a: "work", b: { disabled: true } });
    const pins = pinsOf({ b: { out: 1 }, gone: { out: 2 } });
    const { state, worked } = await runFrom(graph, pinnedEvents(graph, pins, { input: null, trigger, at }));
    expect(worked).toEqual(["a"]);
    expect([stepOf(state, "b").status, state.status]).toEqual(["skipped", "succeeded"]);
  });
});

describe("one step alone", () => {
  const graph = chain(4);
  const alone = (rest: Partial<SingleStep>) =>
    singleStepEvents({ source: null, graph, nodeId: "n2", inputs: undefined, pins: new Map(), trigger, at, ...rest });

  test("runs with what it got the last time, on the results of what is before it, and nothing else runs", async () => {
    const { events } = await runAnew(graph);
    const source = { id: newExecution(8).id, graph, events };
    const { state, worked } = await runFrom(graph, alone({ source }));
    expect(worked).toEqual(["n2"]);
    expect(stepOf(state, "n2")).toMatchObject({ status: "succeeded", inputs: { in: ["n1"] } });
    expect(["n0", "n1", "n3"].map((key) => stepOf(state, key).status)).toEqual(["succeeded", "succeeded", "skipped"]);
    expect(stepOf(state, "n3").skipReason).toBe("not_in_run");
    expect(state.status).toBe("succeeded");
  });

  test("is all that a retry of it does again, while a fork of it does what the others had no part in", async () => {
    const broken = (inputs: StepOutputs) => {
      if (inputs.in !== undefined) throw new AppError("agent_failed", "broken");
      return { out: "n0" };
    };
    const failed = await runFrom(graph, alone({ inputs: { in: ["given"] } }), { work: broken });
    const source = { id: newExecution(8).id, graph, events: failed.events };
    const again = fork({ source, graph, from: { kind: "failed" }, trigger, at });
    expect((await runFrom(graph, again.events)).worked).toEqual(["n2"]);
    const forked = fork({ source, graph, from: { kind: "step", stepKey: "n3" }, trigger, at });
    expect((await runFrom(graph, forked.events)).worked).toEqual(["n0", "n1", "n2", "n3"]);
  });

  test("runs on the results before it when the last run had its output pinned", async () => {
    const pinned = pinnedEvents(graph, pinsOf({ n2: { out: "pinned" } }), { input: null, trigger, at });
    const source = { id: newExecution(8).id, graph, events: (await runFrom(graph, pinned)).events };
    const { state, worked } = await runFrom(graph, alone({ source }));
    expect(worked).toEqual(["n2"]);
    expect(stepOf(state, "n2").inputs).toEqual({ in: ["n1"] });
    expect(stepOf(state, "n3").skipReason).toBe("not_in_run");
  });

  test("runs with given inputs when there is no run yet; without them it says what is missing", async () => {
    const { state, worked } = await runFrom(graph, alone({ inputs: { in: ["given"] } }));
    expect(worked).toEqual(["n2"]);
    expect(stepOf(state, "n2").inputs).toEqual({ in: ["given"] });
    expect(state.status).toBe("succeeded");
    expect(() => alone({})).toThrow(AppError);
    expect((await runFrom(graph, alone({ nodeId: "n0" }))).worked).toEqual(["n0"]);
  });

  test("gets what is pinned before it, in place of what was there and without any run", async () => {
    const { events } = await runAnew(graph);
    const source = { id: newExecution(8).id, graph, events };
    for (const run of [source, null]) {
      const { state, worked } = await runFrom(graph, alone({ source: run, pins: pinsOf({ n1: { out: "pinned" } }) }));
      expect(worked).toEqual(["n2"]);
      expect(stepOf(state, "n2").inputs).toEqual({ in: ["pinned"] });
      expect(stepOf(state, "n1").metadata).toEqual({ pinned: true });
      expect(state.status).toBe("succeeded");
    }
    expect(() => alone({ pins: pinsOf({ n0: { out: "too far away" } }) })).toThrow("did not reach this step");
    const itself = await runFrom(graph, alone({ source, pins: pinsOf({ n2: { out: "its own" } }) }));
    expect(itself.worked).toEqual(["n2"]);
  });

  test("that was drawn since the last run gets what that run left before it", async () => {
    const before = chain(2);
    const { events } = await runAnew(before);
    const source = { id: newExecution(8).id, graph: before, events };
    const { state, worked } = await runFrom(graph, alone({ source }));
    expect(worked).toEqual(["n2"]);
    expect(stepOf(state, "n2").inputs).toEqual({ in: ["n1"] });
  });

  test("that fails ends its run as failed", async () => {
    const events = alone({ inputs: {}, trigger: { kind: "manual", by: someone } });
    const { state } = await runFrom(graph, events, {
      work: () => {
        throw new AppError("agent_failed", "broken");
      },
    });
    expect(state).toMatchObject({ status: "failed", failedStep: "n2" });
  });
});
