import { describe, expect, test } from "bun:test";
import { stepOf } from "#src/engine/state.ts";
import { AppError } from "#src/errors.ts";
import type { JsonValue } from "#src/json.ts";
import type { Graph, NodeId } from "#src/schemas/graph.ts";
import type { Work } from "#tests/support/engine/agents.ts";
import { type NodeSketch, sketch } from "#tests/support/engine/graphs.ts";
import { engineRig } from "#tests/support/engine/rig.ts";
import { gates } from "#tests/support/engine/works.ts";

const inside = (parent: string, node: NodeSketch = {}): NodeSketch => ({ ...node, parent: parent as NodeId });

/** in -> each [ work ] -> out */
function eachOf(config: Record<string, JsonValue> = {}, extra: NodeSketch = {}): Graph {
  return sketch({ in: "input", each: { agent: "forEach", config, ...extra }, w: inside("each"), out: "output" }, [
    "in.value -> each.items",
    "each.item -> w.in",
    "w -> each.result",
    "each.results -> out.value",
  ]);
}
const itemOf = (inputs: Readonly<Record<string, JsonValue>>) => (inputs.in as JsonValue[])[0] as number;
const refuse = (): never => {
  throw new AppError("model_rejected", "No");
};
const statuses = (state: Parameters<typeof stepOf>[0], ...keys: string[]) =>
  keys.map((key) => stepOf(state, key).status);

describe("a for-each", () => {
  test("runs its body once for each item and puts the results out in the items' order", async () => {
    const { work, open } = gates();
    const rig = await engineRig(eachOf({ parallel: 3 }), {
      input: [1, 2, 3],
      work: async (inputs, context, config) => {
        await work(inputs, context, config);
        return { out: itemOf(inputs) * 10 };
      },
    });
    const { end } = await rig.begin();
    await rig.clock.settle();
    for (const key of ["w/2", "w/0", "w/1"]) {
      open(key);
      await rig.clock.settle();
    }
    const state = await rig.clock.drive(end);
    expect(state).toMatchObject({ status: "succeeded", output: [10, 20, 30] });
    expect(stepOf(state, "each").outputs).toEqual({ results: [10, 20, 30], errors: [] });
    expect(await rig.stored()).toEqual(state);
  });

  test("runs no more iterations side by side than it is told", async () => {
    let now = 0;
    let most = 0;
    const rig = await engineRig(eachOf({ parallel: 4 }), {
      input: Array.from({ length: 20 }, (_, index) => index),
      work: async () => {
        now += 1;
        most = Math.max(most, now);
        await rig.clock.sleep(100, new AbortController().signal);
        now -= 1;
        return { out: 1 };
      },
    });
    expect((await rig.run()).status).toBe("succeeded");
    expect(most).toBe(4);
  });

  test("one after the other begins an iteration only when the last has ended", async () => {
    const seen: string[] = [];
    const graph = sketch(
      { in: "input", each: { agent: "forEach", config: { parallel: 1 } }, a: inside("each"), b: inside("each") },
      ["in.value -> each.items", "each.item -> a.in", "a -> b", "b -> each.result"],
    );
    const rig = await engineRig(graph, {
      input: ["x", "y"],
      work: (_inputs, context) => {
        seen.push(context.stepKey);
        return { out: context.stepKey };
      },
    });
    expect((await rig.run()).status).toBe("succeeded");
    expect(seen).toEqual(["a/0", "b/0", "a/1", "b/1"]);
  });

  test("of nothing puts out an empty list", async () => {
    const rig = await engineRig(eachOf(), { input: [] });
    expect(await rig.run()).toMatchObject({ status: "succeeded", output: [] });
  });

  test("takes its items from an expression, and refuses what is not a list or is too long", async () => {
    const rows = await engineRig(eachOf({ items: "items.rows" }), { input: { rows: [1, 2] } });
    expect((await rows.run()).output).toEqual(["w/0", "w/1"]);
    const text = await engineRig(eachOf(), { input: "not a list" });
    expect((await text.run()).error).toMatchObject({ code: "input_invalid", stepKey: "each" });
    const long = await engineRig(eachOf(), { input: Array.from({ length: 100_001 }, () => 0) });
    const { error } = await long.run();
    expect(error).toMatchObject({ code: "input_invalid" });
    expect(error?.message).toContain("100,001");
  });

  test("an item that fails ends the others, the step and the execution", async () => {
    const rig = await engineRig(eachOf({ parallel: 2 }), {
      input: [0, 1, 2, 3],
      work: (inputs) => (itemOf(inputs) === 1 ? refuse() : { out: 1 }),
    });
    const state = await rig.run();
    expect(state).toMatchObject({ status: "failed", error: { code: "model_rejected", stepKey: "w/1" } });
    expect(statuses(state, "w/1", "each", "out")).toEqual(["failed", "cancelled", "cancelled"]);
    expect(await rig.stored()).toEqual(state);
  });

  test("that continues gives null and the error of an item that fails, and the others their results", async () => {
    const rig = await engineRig(eachOf({ onItemError: "continue" }), {
      input: [0, 1, 2],
      work: (inputs) => (itemOf(inputs) === 1 ? refuse() : { out: itemOf(inputs) }),
    });
    const state = await rig.run();
    expect(state.status).toBe("succeeded");
    expect(stepOf(state, "each").outputs).toEqual({
      results: [0, null, 2],
      errors: [{ index: 1, code: "model_rejected", message: "No" }],
    });
  });

  test("in an iteration that fails, what runs is aborted and what has not begun is cancelled, there and nowhere else", async () => {
    const graph = sketch(
      {
        in: "input",
        each: { agent: "forEach", config: { onItemError: "continue" } },
        bad: inside("each"),
        slow: inside("each"),
        after: inside("each"),
      },
      ["in.value -> each.items", "each.item -> bad.in", "each.item -> slow.in", "bad -> after", "slow -> after"],
    );
    const aborted: string[] = [];
    const rig = await engineRig(graph, {
      input: [0, 1],
      work: async (inputs, context) => {
        if (context.stepKey === "bad/1") await rig.clock.sleep(10, context.signal);
        if (context.stepKey === "bad/1") return refuse();
        if (context.stepKey.startsWith("slow")) {
          await rig.clock.sleep(1_000, context.signal);
          if (context.signal.aborted) {
            aborted.push(context.stepKey);
            throw context.signal.reason;
          }
        }
        return { out: inputs.in ?? null };
      },
    });
    const state = await rig.run();
    expect(state.status).toBe("succeeded");
    expect(aborted).toEqual(["slow/1"]);
    expect(statuses(state, "after/0", "bad/1", "slow/1", "after/1")).toEqual([
      "succeeded",
      "failed",
      "cancelled",
      "cancelled",
    ]);
    expect(stepOf(state, "each").outputs?.errors).toEqual([{ index: 1, code: "model_rejected", message: "No" }]);
    expect(await rig.stored()).toEqual(state);
  });

  test("its own error port takes the failure of an item", async () => {
    const graph = sketch(
      { in: "input", each: { agent: "forEach", onError: "port" }, w: inside("each"), sorry: "work", fine: "work" },
      ["in.value -> each.items", "each.item -> w.in", "each.error -> sorry", "each.results -> fine"],
    );
    const rig = await engineRig(graph, {
      input: [1],
      work: (inputs, context) => (context.stepKey === "w/0" ? refuse() : { out: inputs.in ?? null }),
    });
    const state = await rig.run();
    expect(state.status).toBe("succeeded");
    expect(statuses(state, "each", "sorry", "fine")).toEqual(["failed", "succeeded", "skipped"]);
    expect(stepOf(state, "sorry").inputs).toEqual({ in: [{ code: "model_rejected", message: "No" }] });
  });

  test("nests, and templates inside know the items around them and the steps before the frames", async () => {
    const graph = sketch(
      {
        in: "input",
        before: "work",
        rows: { agent: "forEach", config: {} },
        cells: inside("rows", { agent: "forEach", config: { items: "items.cells" } }),
        w: inside("cells", {
          config: {
            say: "{{ iteration.outer.item.name }}{{ iteration.outer.index }}-{{ iteration.item }}{{ iteration.index }} {{ steps.before.out }}",
          },
        }),
        out: "output",
      },
      [
        "in.value -> before.in",
        "before.out -> rows.items",
        "rows.item -> cells.items",
        "cells.item -> w.in",
        "w -> cells.result",
        "cells.results -> rows.result",
        "rows.results -> out.value",
      ],
    );
    const rows = [
      { name: "A", cells: ["x", "y"] },
      { name: "B", cells: [] },
    ];
    const rig = await engineRig(graph, {
      input: rows,
      work: (_inputs, context, config) => ({ out: context.stepKey === "before" ? rows : (config.say as string) }),
    });
    const state = await rig.run();
    const text = JSON.stringify(rows);
    expect(state.output).toEqual([[`A0-x0 ${text}`, `A0-y1 ${text}`], []]);
    expect(Object.keys(state.steps)).toContain("w/0/1");
  });

  test("goes on after a crash without running a recorded step again", async () => {
    const worked: string[] = [];
    const { work, open } = gates();
    let blocked = true;
    const rig = await engineRig(eachOf({ parallel: 2 }), {
      input: [7, 8, 9],
      work: async (inputs, context, config) => {
        worked.push(context.stepKey);
        if (blocked) await work(inputs, context, config);
        return { out: itemOf(inputs) };
      },
    });
    await rig.begin("one");
    await rig.clock.settle();
    open("w/0");
    await rig.clock.settle();
    expect(worked).toEqual(["w/0", "w/1", "w/2"]);
    await rig.clock.advance(30_000);
    blocked = false;
    expect(await rig.run("two")).toMatchObject({ status: "succeeded", output: [7, 8, 9], recoveries: 1 });
    expect(worked).toEqual(["w/0", "w/1", "w/2", "w/1", "w/2"]);
  });

  test("gives every attempt of an iteration the same idempotency key, and each iteration its own", async () => {
    const keys: string[] = [];
    const rig = await engineRig(eachOf({ parallel: 1 }), {
      input: [1, 2],
      work: (_inputs, context) => {
        keys.push(context.idempotencyKey);
        if (context.attempt === 1) throw new AppError("model_unavailable", "Away");
        return { out: 1 };
      },
    });
    expect((await rig.run()).status).toBe("succeeded");
    const { id } = rig.execution;
    expect(keys).toEqual([`${id}:w:0`, `${id}:w:0`, `${id}:w:1`, `${id}:w:1`]);
  });
});

describe("a loop", () => {
  const loopOf = (config: Record<string, JsonValue>, extra: NodeSketch = {}) =>
    sketch({ in: "input", loop: { agent: "loop", config, ...extra }, w: inside("loop"), out: "output" }, [
      "in.value -> loop.value",
      "loop.value -> w.in",
      "w -> loop.result",
      "loop.result -> out.value",
    ]);
  const double: Work = (inputs) => ({ out: itemOf(inputs) * 2 });

  test("gives each iteration the last result until its check says that it is done", async () => {
    const rig = await engineRig(loopOf({ until: "result >= 20" }), { input: 3, work: double });
    const state = await rig.run();
    expect(state).toMatchObject({ status: "succeeded", output: 24 });
    expect(stepOf(state, "loop").outputs).toEqual({ result: 24, iterations: 3 });
    expect(stepOf(state, "loop/2").outputs).toEqual({ done: true });
    expect(await rig.stored()).toEqual(state);
  });

  test("that is not done at its limit fails, or finishes with the last result", async () => {
    const failing = await engineRig(loopOf({ until: "false", maxIterations: 2 }), { input: 1, work: double });
    expect((await failing.run()).error).toMatchObject({ code: "iteration_limit", stepKey: "loop" });
    const finishing = await engineRig(loopOf({ until: "false", maxIterations: 2, atLimit: "finish" }), {
      input: 1,
      work: double,
    });
    expect(await finishing.run()).toMatchObject({ status: "succeeded", output: 4 });
  });

  test("whose question cannot be answered fails with the question's error", async () => {
    const rig = await engineRig(loopOf({ until: "$error('no')" }, { retry: { maxAttempts: 1 } }), {
      input: 1,
      work: double,
    });
    expect(await rig.run()).toMatchObject({
      status: "failed",
      error: { code: "expression_failed", stepKey: "loop/0" },
    });
  });
});

test("ten thousand items run in a time that grows with them, not with their square", async () => {
  const items = Array.from({ length: 10_000 }, (_, index) => index);
  const rig = await engineRig(eachOf({ parallel: 100 }), { input: items, work: (inputs) => ({ out: itemOf(inputs) }) });
  expect((await rig.run()).output).toEqual(items);
}, 20_000);
