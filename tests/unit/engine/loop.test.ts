import { describe, expect, test } from "bun:test";
import { graceMs } from "#src/engine/attempt.ts";
import type { Signal } from "#src/engine/signal.ts";
import { stepOf } from "#src/engine/state.ts";
import { AppError, type ErrorCode } from "#src/errors.ts";
import type { ExecutionEventBody } from "#src/schemas/executionEvent.ts";
import { testExecutors, type Work } from "#tests/support/engine/agents.ts";
import { chain, sketch } from "#tests/support/engine/graphs.ts";
import { engineRig, typesOf } from "#tests/support/engine/rig.ts";
import { forEver, untilAborted } from "#tests/support/engine/works.ts";
import { fakeClock } from "#tests/support/fakeClock.ts";

const bodiesOf = async <Type extends ExecutionEventBody["type"]>(
  rig: Awaited<ReturnType<typeof engineRig>>,
  type: Type,
) =>
  (await rig.events()).flatMap(({ body, at }) =>
    body.type === type ? [{ ...(body as Extract<ExecutionEventBody, { type: Type }>), at }] : [],
  );

describe("an execution", () => {
  test("goes from its input through its steps to its output, one commit for each that reaches out", async () => {
    const commits: number[] = [];
    const graph = sketch({ in: "input", work: "work", out: "output" }, ["in.value -> work.in", "work -> out.value"]);
    const rig = await engineRig(graph, {
      input: 20,
      work: (inputs) => ({ out: Number((inputs.in as number[])[0]) + 1 }),
      wrapStore: (store) => ({
        ...store,
        append: async (lease, events, state) => {
          commits.push(events.length);
          await store.append(lease, events, state);
        },
      }),
    });
    const state = await rig.run();
    expect(state).toMatchObject({ status: "succeeded", output: 21 });
    expect(typesOf(await rig.events())).toEqual([
      "execution_created",
      "execution_started",
      "step_started in",
      "step_succeeded in",
      "step_started work",
      "step_succeeded work",
      "step_started out",
      "step_succeeded out",
      "execution_succeeded",
    ]);
    expect(commits).toEqual([4, 4]);
    expect(await rig.stored()).toEqual(state);
    expect(rig.published.flatMap((message) => (message.kind === "event" ? [message.event.seq] : []))).toEqual([
      2, 3, 4, 5, 6, 7, 8, 9,
    ]);
  });

  test("that was born with its first steps goes on without a recovery", async () => {
    const rig = await engineRig(chain(2), { born: true });
    expect((await rig.run()).status).toBe("succeeded");
    expect(typesOf(await rig.events())).toEqual([
      "execution_created",
      "execution_started",
      "step_started n0",
      "step_succeeded n0",
      "step_started n1",
      "step_succeeded n1",
      "execution_succeeded",
    ]);
  });

  test("starts the effect of a step only when its start is durable", async () => {
    const seen: number[] = [];
    const rig = await engineRig(chain(3), {
      work: async (_inputs, context) => {
        const events = await rig.events();
        seen.push(events.filter(({ body }) => body.type === "step_started" && body.stepKey === context.stepKey).length);
        return { out: 1 };
      },
    });
    await rig.run();
    expect(seen).toEqual([1, 1, 1]);
  });

  test("runs 100 branches at the same time and joins them in edge order", async () => {
    const ids = Array.from({ length: 100 }, (_, index) => `b${index}`);
    let running = 0;
    let most = 0;
    const graph = sketch(
      Object.fromEntries([...ids, "join"].map((id) => [id, "work"])),
      ids.map((id) => `${id} -> join`),
    );
    const rig = await engineRig(graph, {
      work: async (inputs, context) => {
        if (context.stepKey === "join") return { out: inputs.in ?? null };
        running += 1;
        most = Math.max(most, running);
        await rig.clock.sleep(100, context.signal);
        running -= 1;
        return { out: context.stepKey };
      },
    });
    const before = rig.clock.now();
    expect((await rig.run()).output).toEqual({ join: { out: ids } });
    expect(most).toBe(100);
    expect(rig.clock.now() - before).toBe(100);
  });

  test("skips what a condition closes", async () => {
    const graph = sketch({ in: "input", if: "condition", yes: "work", no: "work", join: "work" }, [
      "in.value -> if.value",
      "if.true -> yes.in",
      "if.false -> no.in",
      "yes -> join",
      "no -> join",
    ]);
    const rig = await engineRig(graph, {
      input: true,
      work: (inputs, { stepKey }) => ({ out: [stepKey, inputs.in ?? null] }),
    });
    const state = await rig.run();
    expect(state.output).toEqual({ join: { out: ["join", [["yes", [true]]]] } });
    expect(stepOf(state, "no")).toMatchObject({ status: "skipped", skipReason: "no_live_input" });
  });

  test("gives a step its settings with the templates evaluated", async () => {
    const configs: unknown[] = [];
    const graph = sketch(
      {
        in: "input",
        a: {
          agent: "typed",
          config: { prompt: "{{ execution.input.name }} and {{ inputs.text }}", count: "{{ steps.in.value.n }}" },
        },
      },
      ["in.value -> a.text"],
    );
    const rig = await engineRig(graph, {
      input: { name: "Ada", n: 3 },
      deps: {
        executors: {
          ...testExecutors((_inputs, _context, config) => {
            configs.push(config);
            return {};
          }),
          input: async (_config, _inputs, context) => ({ outputs: { value: context.executionInput } }),
        },
      },
    });
    // The value that arrives is an object at a port for text: the step must refuse it before it does anything.
    expect((await rig.run()).error).toMatchObject({ code: "input_invalid", stepKey: "a" });
    expect(configs).toEqual([]);

    const free = sketch({
      b: { agent: "typed", config: { prompt: "Hi {{ execution.input.name }}", count: "{{ execution.input.n }}" } },
    });
    const second = await engineRig(free, {
      input: { name: "Ada", n: 3 },
      work: (_inputs, _context, config) => {
        configs.push(config);
        return {};
      },
    });
    expect((await second.run()).status).toBe("succeeded");
    expect(configs).toMatchObject([{ prompt: "Hi Ada", count: 3, level: "low" }]);
    const third = await engineRig(free, { input: { name: "Ada", n: -3 } });
    expect((await third.run()).error).toMatchObject({ code: "config_invalid", detail: { field: "count" } });
  });

  test("whose graph cannot run fails with the reason", async () => {
    const rig = await engineRig(sketch({ a: "work", b: "work" }, ["a -> b", "b -> a"]));
    const state = await rig.run();
    expect(state.error).toMatchObject({ code: "invalid_graph" });
    expect(["a", "b"].map((key) => stepOf(state, key).status)).toEqual(["cancelled", "cancelled"]);
  });
});

describe("a step that goes wrong", () => {
  const failing = (code: ErrorCode, times: number, retryAfterMs?: number): { work: Work; keys: string[] } => {
    const keys: string[] = [];
    return {
      keys,
      work: (_inputs, context) => {
        keys.push(context.idempotencyKey);
        if (context.attempt <= times)
          throw new AppError(code, "Away", retryAfterMs === undefined ? {} : { retryAfterMs });
        return { out: context.attempt };
      },
    };
  };

  test("is tried again after its delay, under the same idempotency key", async () => {
    const { work, keys } = failing("model_unavailable", 2);
    const rig = await engineRig(sketch({ a: { retry: { initialDelayMs: 1_000, jitter: 0.5 } } }), { work });
    const before = rig.clock.now();
    const state = await rig.run();
    expect(state.output).toEqual({ a: { out: 3 } });
    // Half of the jitter's half is taken off: 750 and 1,500.
    expect(rig.clock.now() - before).toBe(2_250);
    expect(stepOf(state, "a")).toMatchObject({ attempt: 3, failures: 2, error: null });
    expect(new Set(keys)).toEqual(new Set([`${rig.execution.id}:a:0`]));
  });

  test("waits at least as long as the other side asked for", async () => {
    const rig = await engineRig(sketch({ a: "work" }), failing("model_rate_limited", 1, 20_000));
    const before = rig.clock.now();
    await rig.run();
    expect(rig.clock.now() - before).toBe(20_000);
  });

  test("fails the execution after its last attempt; others are aborted, what waits is cancelled", async () => {
    const { work } = failing("model_unavailable", 99);
    const rig = await engineRig(sketch({ a: { retry: { maxAttempts: 2 } }, b: "work", c: "work" }, ["b -> c"]), {
      work: (inputs, context, config) =>
        context.stepKey === "a" ? work(inputs, context, config) : untilAborted(context.signal),
    });
    const state = await rig.run();
    expect(state).toMatchObject({ status: "failed", error: { code: "model_unavailable", stepKey: "a" } });
    expect(["a", "b", "c"].map((key) => stepOf(state, key).status)).toEqual(["failed", "cancelled", "cancelled"]);
    expect(stepOf(state, "a").attempt).toBe(2);
  });

  test("is not tried again when a retry cannot mend it", async () => {
    const { work, keys } = failing("model_unauthorized", 99);
    const rig = await engineRig(sketch({ a: "work" }), { work });
    expect((await rig.run()).error?.code).toBe("model_unauthorized");
    expect(keys).toHaveLength(1);
  });

  test("by throwing anything at all is reported without its text", async () => {
    for (const thrown of [new Error("password=hunter2"), "text", undefined]) {
      const rig = await engineRig(sketch({ a: "work" }), {
        work: () => {
          throw thrown;
        },
      });
      const { error } = await rig.run();
      expect(error).toMatchObject({ code: "agent_failed", stepKey: "a" });
      expect(JSON.stringify(error)).not.toContain("hunter2");
    }
  });

  test("by putting out what its ports do not take is refused", async () => {
    const wrong: readonly unknown[] = [{ nope: 1 }, { text: 1 }, { amount: "1" }, { list: {} }, { list: [undefined] }];
    for (const outputs of wrong) {
      const rig = await engineRig(sketch({ a: { agent: "typed", config: { prompt: "x" } } }), {
        work: () => outputs as Record<string, string>,
      });
      expect((await rig.run()).error?.code).toBe("output_invalid");
    }
    const large = await engineRig(sketch({ a: "work" }), { work: () => ({ out: "x".repeat(9_000_000) }) });
    expect((await large.run()).error?.code).toBe("output_too_large");
  });

  test("by taking longer than its limit is aborted and tried again", async () => {
    const reasons: unknown[] = [];
    const rig = await engineRig(sketch({ a: { timeoutMs: 1_000, retry: { maxAttempts: 2, initialDelayMs: 0 } } }), {
      work: async (_inputs, context) => {
        if (context.attempt === 2) return { out: "fine" };
        try {
          return await untilAborted(context.signal);
        } catch (error) {
          reasons.push(error);
          throw error;
        }
      },
    });
    expect((await rig.run()).output).toEqual({ a: { out: "fine" } });
    expect(reasons).toMatchObject([{ code: "step_timeout" }]);
  });

  test("by ignoring its signal does not hold the execution longer than the grace", async () => {
    const rig = await engineRig(sketch({ a: { timeoutMs: 1_000, retry: { maxAttempts: 1 } } }), { work: forEver });
    const before = rig.clock.now();
    expect((await rig.run()).error?.code).toBe("step_timeout");
    expect(rig.clock.now() - before).toBe(1_000 + graceMs);
    expect(rig.clock.sleeping).toBe(0);
  });
});

describe("the time limit of an execution", () => {
  test("aborts what runs, cancels what waits and fails it", async () => {
    const graph = sketch({ a: "work", b: "work" }, ["a -> b"], { timeoutMs: 10_000 });
    const rig = await engineRig(graph, { work: (_inputs, context) => untilAborted(context.signal) });
    const before = rig.clock.now();
    const state = await rig.run();
    expect(state).toMatchObject({ status: "failed", error: { code: "execution_timeout" } });
    expect(rig.clock.now() - before).toBe(10_000);
    expect(["a", "b"].map((key) => stepOf(state, key).status)).toEqual(["cancelled", "cancelled"]);
  });

  test("of 30 days is kept on a platform whose timers end after 24", async () => {
    const graph = sketch({ a: "work" }, [], { timeoutMs: 2_592_000_000 });
    const clock = fakeClock();
    const longest = { ms: 0 };
    const sleep = clock.sleep;
    const watched = {
      ...clock,
      sleep: (ms: number, signal: Signal) => {
        longest.ms = Math.max(longest.ms, ms);
        return sleep(ms, signal);
      },
    };
    const rig = await engineRig(graph, { clock: watched, work: (_inputs, context) => untilAborted(context.signal) });
    const before = clock.now();
    expect((await rig.run()).error?.code).toBe("execution_timeout");
    expect(clock.now() - before).toBe(2_592_000_000);
    expect(longest.ms).toBeLessThan(2 ** 31);
  });
});

describe("streamed text", () => {
  test("goes out at once and is stored before the step's result", async () => {
    const rig = await engineRig(sketch({ a: "work" }), {
      work: (_inputs, context) => {
        context.emitText("Hel");
        context.log("thinking");
        context.emitText("lo");
        return { out: "Hello" };
      },
    });
    const state = await rig.run();
    expect(stepOf(state, "a")).toMatchObject({ text: "Hello", log: "thinking\n" });
    expect(typesOf(await rig.events()).slice(-4)).toEqual([
      "step_streamed a",
      "step_streamed a",
      "step_succeeded a",
      "execution_succeeded",
    ]);
    const live = rig.published.flatMap((message) => (message.kind === "text" ? [message.text] : []));
    expect(live.map(({ channel, offset, text }) => [channel, offset, text])).toEqual([
      ["text", 0, "Hel"],
      ["log", 0, "thinking\n"],
      ["text", 3, "lo"],
    ]);
  });

  test("is stored every 250 ms while a step goes on, and survives its failure", async () => {
    const rig = await engineRig(sketch({ a: "work" }), {
      work: async (_inputs, context) => {
        for (let part = 0; part < 5; part += 1) {
          context.emitText(`${part}`);
          await rig.clock.sleep(100, context.signal);
        }
        throw new AppError("model_rejected", "No");
      },
    });
    const state = await rig.run();
    expect((await bodiesOf(rig, "step_streamed")).map(({ text, offset }) => [offset, text])).toEqual([
      [0, "012"],
      [3, "34"],
    ]);
    expect(stepOf(state, "a")).toMatchObject({ status: "failed", text: "01234" });
  });

  test("without end is stopped", async () => {
    const rig = await engineRig(sketch({ a: "work" }), {
      work: async (_inputs, context) => {
        while (!context.signal.aborted) context.emitText("x".repeat(1_000_000));
        return { out: 1 };
      },
    });
    expect((await rig.run()).error?.code).toBe("output_too_large");
  });
});
