import { describe, expect, test } from "bun:test";
import { readdirSync, readFileSync } from "node:fs";
import fc from "fast-check";
import { createVirtualClock } from "#server/services/travel/virtualClock.ts";
import type { Execute } from "#src/agents/agent.ts";
import { executors } from "#src/agents/executors.ts";
import { catalogue } from "#src/agents/registry.ts";
import { compareExecutions } from "#src/engine/compare.ts";
import { fork } from "#src/engine/fork.ts";
import { reduceAll } from "#src/engine/reduce.ts";
import { type ReplayRequest, replayExecution } from "#src/engine/replay.ts";
import { queuedEvents } from "#src/engine/start.ts";
import { readWhole } from "#src/engine/upcast.ts";
import { AppError } from "#src/errors.ts";
import type { ExecutionEvent } from "#src/schemas/executionEvent.ts";
import type { Graph, NodeId } from "#src/schemas/graph.ts";
import { recordedHistory } from "#tests/replay/history.ts";
import { testCatalogue, testExecutors } from "#tests/support/engine/agents.ts";
import { chain, sketch } from "#tests/support/engine/graphs.ts";
import { randomCase, wild, workOf } from "#tests/support/engine/randomGraphs.ts";
import { engineRig, newExecution, someone, trigger } from "#tests/support/engine/rig.ts";
import { runAnew, runFrom } from "#tests/support/engine/runFrom.ts";
import { fakeClock } from "#tests/support/fakeClock.ts";

const id = newExecution(7).id;
const kinds = Object.keys(testExecutors());

async function replayed(graph: Graph, recorded: readonly ExecutionEvent[], agents: Partial<ReplayRequest> = {}) {
  const events = recorded
    .filter(({ body }) => body.type !== "step_streamed")
    .map((event, index) => ({ ...event, seq: index + 1 }));
  const clock = createVirtualClock();
  const source = { id, graph, events };
  const replay = await clock.drive(
    replayExecution({ source, clock, catalogue: testCatalogue, kinds, by: someone, ...agents }),
  );
  const compared = compareExecutions({ graph, state: reduceAll(events) }, { graph, state: replay.state });
  return { ...replay, compared };
}

describe("a replay", () => {
  test("of any run comes to the same, whatever its steps did, and asks no agent", async () => {
    await fc.assert(
      fc.asyncProperty(randomCase(wild), async (one) => {
        const clock = fakeClock();
        const rig = await engineRig(one.graph, { clock, work: workOf(one, clock.sleep) });
        await rig.run();
        const { compared, unknown } = await replayed(one.graph, await rig.events());
        expect(compared.steps.filter((step) => !step.same)).toEqual([]);
        expect(compared).toMatchObject({ same: true });
        expect(unknown).toEqual([]);
      }),
      { numRuns: 60 },
    );
  });

  for (const name of readdirSync(new URL("../../replay/histories/", import.meta.url))) {
    const agents = name.startsWith("kind_") ? { catalogue, kinds: Object.keys(executors) } : {};
    test(`of the recorded history ${name} comes to its end`, async () => {
      const text = readFileSync(new URL(`../../replay/histories/${name}`, import.meta.url), "utf8");
      const { graph, events } = recordedHistory.parse(JSON.parse(text));
      expect((await replayed(graph, readWhole(events), agents)).compared).toMatchObject({
        same: true,
        firstDifference: null,
      });
    });
  }

  test("goes through the iterations of a container as they were", async () => {
    const graph = sketch(
      {
        in: "input",
        each: { agent: "forEach", config: { parallel: 2 } },
        w: { parent: "each" as NodeId },
        out: "output",
      },
      ["in.value -> each.items", "each.item -> w.in", "w -> each.result", "each.results -> out.value"],
    );
    const ran = await runAnew(graph, (inputs) => ({ out: JSON.stringify(inputs) }), [1, 2, 3]);
    expect(ran.state.status).toBe("succeeded");
    const { compared, answered } = await replayed(graph, ran.events);
    expect(compared).toMatchObject({ same: true });
    expect(answered).toBe(6);
  });

  test("takes in together what was taken in together, also when a step began to wait in between", async () => {
    const graph = sketch({ first: "work", asks: "ask", fails: "work", after: "work" }, ["first -> after"]);
    const executors = testExecutors(async (_inputs, { stepKey }) => {
      if (stepKey === "fails") throw new AppError("model_rejected", "No");
      return { out: stepKey };
    });
    const ask: Execute = async () => {
      // As many turns as the others take.
      await null;
      return { outputs: {}, wait: { kind: "signal", name: "go", dueAt: null } };
    };
    const begun = queuedEvents({ input: null, trigger, at: 1_800_000_000_000 });
    const ran = await runFrom(graph, begun, { deps: { executors: { ...executors, ask } } });
    const types = ran.events.map(({ body }) => body.type);
    expect(types.slice(5, 8)).toEqual(["step_succeeded", "step_waiting", "step_failed"]);
    expect((await replayed(graph, ran.events)).compared).toMatchObject({ same: true, firstDifference: null });
  });

  test("of a fork begins with what the fork began with", async () => {
    const graph = chain(3);
    const done = await runAnew(graph);
    const { events } = fork({
      source: { id: newExecution(8).id, graph, events: done.events },
      graph,
      from: { kind: "step", stepKey: "n1" },
      input: { of: "step", value: { in: ["other"] } },
      trigger: { kind: "fork", by: someone, source: { executionId: newExecution(8).id, stepKey: "n1" } },
      at: 1_800_000_000_000,
    });
    const forked = await runFrom(graph, events);
    expect((await replayed(graph, forked.events)).compared).toMatchObject({ same: true });
  });

  test("names the first step that came to something else when the log was tampered with", async () => {
    const graph = chain(3);
    const { events } = await runAnew(graph);
    const changed = events.map((event) =>
      event.body.type === "step_started" && event.body.stepKey === "n2"
        ? { ...event, body: { ...event.body, inputs: { in: ["something else"] } } }
        : event,
    );
    expect((await replayed(graph, changed)).compared).toMatchObject({ same: false, firstDifference: "n2" });
  });

  test("does not take the time that the run took", async () => {
    const graph = sketch({ a: { retry: { maxAttempts: 3, initialDelayMs: 3_600_000, maxDelayMs: 3_600_000 } } }, [], {
      timeoutMs: 100_000_000,
    });
    const ran = await runAnew(graph, (_inputs, { attempt }) => {
      if (attempt < 3) throw new AppError("model_unavailable", "Away");
      return { out: 1 };
    });
    const { compared, answered } = await replayed(graph, ran.events);
    expect(compared).toMatchObject({ same: true });
    expect(answered).toBe(3);
  });
});
