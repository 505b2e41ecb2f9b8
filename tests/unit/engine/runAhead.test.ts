import { describe, expect, test } from "bun:test";
import type { ExecutionStore } from "#src/engine/ports.ts";
import { AppError } from "#src/errors.ts";
import type { ExecutionEvent } from "#src/schemas/executionEvent.ts";
import { testExecutors } from "#tests/support/engine/agents.ts";
import { sketch } from "#tests/support/engine/graphs.ts";
import { engineRig, type RigOptions, typesOf } from "#tests/support/engine/rig.ts";
import { forEver } from "#tests/support/engine/works.ts";

/** Input and output stay in the process, `work` does not. */
const mixed = sketch({ in: "input", work: "work", out: "output" }, ["in.value -> work.in", "work -> out.value"]);
const glue = (length: number) => {
  const ids = Array.from({ length }, (_, index) => `o${index}`);
  return sketch(
    { in: "input", ...Object.fromEntries(ids.map((id) => [id, "output"])) },
    ids.map((id, index) => `${index === 0 ? "in" : `o${index - 1}`}.value -> ${id}.value`),
  );
};

/** An engine whose commits, and the effects between them, are noted. */
async function noted(graph: typeof mixed, options: RigOptions = {}) {
  const notes: string[] = [];
  const note =
    (commit: "create" | "append") =>
    (store: ExecutionStore) =>
    (...given: Parameters<ExecutionStore[typeof commit]>): never => {
      notes.push(`${commit}: ${typesOf(given[1]).join(", ")}`);
      return (store[commit] as (...all: unknown[]) => unknown)(...given) as never;
    };
  const executors = testExecutors(options.work);
  const rig = await engineRig(graph, {
    ...options,
    wrapStore: (store) => {
      const inner = options.wrapStore?.(store) ?? store;
      return { ...inner, create: note("create")(inner), append: note("append")(inner) };
    },
    deps: {
      executors: Object.fromEntries(
        Object.entries(executors).map(([kind, execute]) => [
          kind,
          async (...given: Parameters<typeof execute>) => {
            notes.push(`effect: ${given[2].stepKey}`);
            return execute(...given);
          },
        ]),
      ),
      ...options.deps,
    },
  });
  return { rig, notes };
}

describe("a step that stays in this process", () => {
  test("runs ahead of the commit that tells of it; one that reaches out never does", async () => {
    const { rig, notes } = await noted(mixed);
    expect(await rig.run()).toMatchObject({ status: "succeeded" });
    expect(notes).toEqual([
      "effect: in",
      "append: execution_started, step_started in, step_succeeded in, step_started work",
      "effect: work",
      "effect: out",
      "append: step_succeeded work, step_started out, step_succeeded out, execution_succeeded",
    ]);
  });

  test("is stored with the execution that begins with it", async () => {
    const { rig, notes } = await noted(mixed, { born: true });
    const state = await rig.run();
    expect(state.status).toBe("succeeded");
    expect(notes).toEqual([
      "effect: in",
      "create: execution_created, execution_started, step_started in, step_succeeded in, step_started work",
      "effect: work",
      "effect: out",
      "append: step_succeeded work, step_started out, step_succeeded out, execution_succeeded",
    ]);
    expect(await rig.stored()).toEqual(state);
    expect(rig.published.flatMap((each) => (each.kind === "event" ? each.event.seq : []))).toEqual(
      state.lastSeq === 9 ? [1, 2, 3, 4, 5, 6, 7, 8, 9] : [],
    );
  });

  test("makes a whole execution one commit when all of its steps do", async () => {
    const { rig, notes } = await noted(glue(3), { born: true, input: 7 });
    expect(await rig.run()).toMatchObject({ status: "succeeded", output: { o0: 7, o1: 7, o2: 7 } });
    expect(notes.filter((line) => !line.startsWith("effect"))).toHaveLength(1);
  });

  test("waits for the commit when another that reaches out begins beside it", async () => {
    const graph = sketch({ in: "input", work: "work", out: "output" }, [
      "in.value -> work.in",
      "in.value -> out.value",
    ]);
    const { rig, notes } = await noted(graph, { born: true });
    expect((await rig.run()).status).toBe("succeeded");
    expect(notes.slice(0, 4)).toEqual([
      "effect: in",
      "create: execution_created, execution_started, step_started in, step_succeeded in, step_started work, step_started out",
      "effect: work",
      "effect: out",
    ]);
  });

  test("does not hold its start back when it takes its time", async () => {
    const slow = testExecutors().output;
    const { rig, notes } = await noted(glue(1), {
      born: true,
      deps: {
        executors: {
          ...testExecutors(),
          async output(...given) {
            await new Promise((resolve) => setImmediate(resolve));
            return slow?.(...given) ?? { outputs: {} };
          },
        },
      },
    });
    expect((await rig.run()).status).toBe("succeeded");
    expect(notes).toEqual([
      "create: execution_created, execution_started, step_started in, step_succeeded in, step_started o0",
      "append: step_succeeded o0, execution_succeeded",
    ]);
  });

  test("is stored in pieces where there are many of them", async () => {
    const { rig, notes } = await noted(glue(400), { born: true });
    expect((await rig.run()).status).toBe("succeeded");
    const commits = notes.filter((line) => !line.startsWith("effect")).map((line) => line.split(", ").length);
    expect(commits.length).toBeGreaterThan(3);
    expect(Math.max(...commits)).toBeLessThan(210);
    expect(commits.reduce((sum, count) => sum + count, 0)).toBe((await rig.events()).length);
  });

  test("is stored in pieces where what comes of it is large", async () => {
    const sizes: number[] = [];
    const sized = (events: readonly ExecutionEvent[]) => {
      const outputs = events.map(({ body }) =>
        body.type === "step_succeeded" ? JSON.stringify(body.outputs).length : 0,
      );
      sizes.push(outputs.reduce((sum, size) => sum + size, 0));
    };
    const { rig } = await noted(glue(20), {
      born: true,
      wrapStore: (store) => ({
        ...store,
        async create(...given) {
          sized(given[1]);
          return store.create(...given);
        },
        async append(...given) {
          sized(given[1]);
          return store.append(...given);
        },
      }),
      deps: {
        executors: {
          ...testExecutors(),
          output: async (_config, _inputs, { stepKey }) => ({ outputs: { value: stepKey.repeat(300_000) } }),
        },
      },
    });
    expect((await rig.run()).status).toBe("succeeded");
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeGreaterThan(12_000_000);
    expect(Math.max(...sizes)).toBeLessThan(2_000_000);
  });

  test("that nobody survives is counted: under a lease that was taken over, something is stored before it runs", async () => {
    const { rig, notes } = await noted(glue(1), { wrapStore: (store) => ({ ...store, append: forEver }) });
    void rig.begin("dies");
    await rig.clock.settle();
    notes.length = 0;
    await rig.clock.advance(60_000);
    const { claimed } = await rig.begin("next");
    await rig.clock.settle();
    expect(claimed.lease.epoch).toBe(2);
    expect(notes).toEqual(["append: execution_started, step_started in"]);
  });

  test("that nobody survives does not keep a schedule's execution from being stored", async () => {
    const by = { kind: "schedule", scheduleId: "sch_1", name: "Each hour" } as const;
    const { rig, notes } = await noted(glue(1), { born: true, trigger: { kind: "schedule", by } });
    expect(await rig.run()).toMatchObject({ status: "succeeded" });
    expect(notes).toEqual([
      "create: execution_created, execution_started, step_started in",
      "effect: in",
      "effect: o0",
      "append: step_succeeded in, step_started o0, step_succeeded o0, execution_succeeded",
    ]);
  });

  test("ends with a failure in the same commit", async () => {
    const { rig, notes } = await noted(glue(1), {
      born: true,
      deps: {
        executors: {
          ...testExecutors(),
          output: async () => {
            throw new AppError("config_invalid", "Not this.");
          },
        },
      },
    });
    expect(await rig.run()).toMatchObject({ status: "failed", error: { code: "config_invalid" } });
    expect(notes).toHaveLength(1);
    expect(notes[0]).toEndWith("step_failed o0, execution_failed");
  });
});

describe("an execution that its first commit stores", () => {
  test("is not there when that fails, and nothing has reached out", async () => {
    const refuse = async () => {
      throw new AppError("unavailable", "The database is away.");
    };
    const { rig, notes } = await noted(mixed, { born: true, wrapStore: (store) => ({ ...store, create: refuse }) });
    const { end } = await rig.begin();
    expect(await end.catch((error: unknown) => error)).toMatchObject({ code: "unavailable" });
    expect(notes.filter((line) => line.startsWith("effect"))).toEqual(["effect: in"]);
    expect(await rig.events()).toEqual([]);
  });

  test("is stored before it begins to wait", async () => {
    const graph = sketch({ in: "input", out: "output" }, ["in.value -> out.value"], { budget: { steps: 1 } });
    const { rig, notes } = await noted(graph, { born: true });
    expect((await rig.run()).status).toBe("waiting");
    expect(notes).toEqual([
      "effect: in",
      "create: execution_created, execution_started, step_started in, step_succeeded in",
      "append: execution_waiting",
    ]);
  });

  test("is stored as failed when its graph cannot run", async () => {
    const graph = sketch({ in: "input", out: "output" }, []);
    const { rig } = await noted({ ...graph, edges: [] }, { born: true });
    const state = await rig.run();
    expect(state).toMatchObject({ status: "failed", error: { code: "invalid_graph" } });
    expect(await rig.stored()).toEqual(state);
  });

  test("counts what the engine's own code fails on, as any other", async () => {
    let fails = true;
    const { rig } = await noted(mixed, {
      born: true,
      deps: {
        spendingOf: () => {
          if (fails) throw new Error("A fault of ours.");
          return null;
        },
      },
    });
    const { end } = await rig.begin();
    expect(await end.catch((error: unknown) => error)).toMatchObject({ message: "A fault of ours." });
    expect(await rig.stored()).toMatchObject({ status: "running", recoveries: 1 });
    fails = false;
    await rig.clock.advance(60_000);
    expect((await rig.run("next")).status).toBe("succeeded");
  });
});
