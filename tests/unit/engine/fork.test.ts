import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { type ForkRequest, fork } from "#src/engine/fork.ts";
import { reduceAll } from "#src/engine/reduce.ts";
import { stepOf } from "#src/engine/state.ts";
import { AppError } from "#src/errors.ts";
import type { Graph, NodeId } from "#src/schemas/graph.ts";
import type { Trigger } from "#src/schemas/principal.ts";
import { chain, sketch } from "#tests/support/engine/graphs.ts";
import { newExecution, someone, typesOf } from "#tests/support/engine/rig.ts";
import { type Ran, runAnew, runFrom } from "#tests/support/engine/runFrom.ts";

const sourceId = newExecution(7).id;
const trigger: Trigger = { kind: "fork", by: someone, source: { executionId: sourceId } };
const at = 1_900_000_000_000;

function forkOf(ran: Ran, graph: Graph, rest: Partial<ForkRequest>) {
  const source = { id: sourceId, graph, events: ran.events };
  return fork({ source, graph, from: { kind: "failed" }, trigger, at, ...rest });
}
const from = (stepKey: string) => ({ from: { kind: "step", stepKey } as const });

function codeOf(work: () => unknown): string {
  try {
    work();
    return "ok";
  } catch (error) {
    return error instanceof AppError ? error.code : String(error);
  }
}

const broken =
  (keys: readonly string[]) =>
  (_inputs: unknown, { stepKey }: { stepKey: string }) => {
    if (keys.includes(stepKey)) throw new AppError("agent_failed", `${stepKey} is broken`);
    return { out: stepKey };
  };

describe("a retry from the failed step", () => {
  const graph = sketch({ a: "work", b: "work", c: "work", side: "work", end: "work" }, [
    "a -> b",
    "b -> c",
    "a -> side",
    "c -> end",
    "side -> end",
  ]);

  test("does only what failed and what had not been reached, and comes to the end of a run without failure", async () => {
    const failed = await runAnew(graph, broken(["c"]));
    expect(failed.state).toMatchObject({ status: "failed", failedStep: "c" });
    const { events, reused } = forkOf(failed, graph, {});
    expect<string[]>(reused.toSorted()).toEqual(["a", "b", "side"]);
    const again = await runFrom(graph, events);
    expect(again.worked).toEqual(["c", "end"]);
    expect(again.state.status).toBe("succeeded");
    expect(again.state.output).toEqual((await runAnew(graph)).state.output);
  });

  test("says where each result comes from, and counts no token and no time of it again", async () => {
    const failed = await runAnew(graph, broken(["c"]));
    const state = reduceAll(forkOf(failed, graph, {}).events);
    const step = stepOf(state, "b");
    expect(step).toMatchObject({ status: "succeeded", usage: null, startedAt: at, endedAt: at });
    expect(step.metadata).toEqual({ reusedFrom: sourceId });
    const third = fork({
      source: {
        id: newExecution(8).id,
        graph,
        events: (await runFrom(graph, forkOf(failed, graph, {}).events)).events,
      },
      graph,
      ...from("end"),
      trigger,
      at,
    });
    expect(stepOf(reduceAll(third.events), "b").metadata).toEqual({ reusedFrom: sourceId });
  });

  test("takes over what was skipped, and the attempt that counted of what was tried again", async () => {
    const branches = sketch({ in: "input", if: "condition", yes: "work", no: "work", last: "work" }, [
      "in.value -> if.value",
      "if.true -> yes",
      "if.false -> no",
      "yes -> last",
      "no -> last",
    ]);
    const failed = await runAnew(branches, broken(["last"]), true);
    const { events } = forkOf(failed, branches, {});
    expect(typesOf(events)).toContain("step_skipped no");
    expect((await runFrom(branches, events)).worked).toEqual(["last"]);

    const retried = sketch({ a: { retry: { maxAttempts: 3 } }, b: "work" }, ["a -> b"]);
    const ran = await runAnew(retried, (_inputs, { stepKey, attempt }) => {
      if (stepKey === "b") throw new AppError("agent_failed", "b is broken");
      if (attempt < 3) throw new AppError("model_unavailable", "not now");
      return { out: attempt };
    });
    expect(stepOf(ran.state, "a").attempt).toBe(3);
    const state = reduceAll(forkOf(ran, retried, {}).events);
    expect(stepOf(state, "a")).toMatchObject({ attempt: 1, failures: 0, outputs: { out: 3 } });
  });

  test("goes on with the iterations that a for-each had done, and does the failed ones again on their items", async () => {
    const each = (parallel: number) =>
      sketch(
        {
          in: "input",
          each: { agent: "forEach", config: { parallel } },
          first: { parent: "each" as NodeId },
          second: { parent: "each" as NodeId },
          out: "output",
        },
        [
          "in.value -> each.items",
          "each.item -> first.in",
          "first -> second.in",
          "second -> each.result",
          "each.results -> out.value",
        ],
      );
    const items = [1, 2, 3, 4, 5, 6];
    for (const parallel of [1, 2, 4, 6]) {
      for (const failing of ["first/0", "second/0", "first/3", "second/3", "second/5"]) {
        const graph = each(parallel);
        const failed = await runAnew(graph, broken([failing]), items);
        expect(failed.state).toMatchObject({ status: "failed" });
        const again = await runFrom(graph, forkOf(failed, graph, {}).events);
        const whole = await runAnew(graph, undefined, items);
        expect(again.state).toMatchObject({ status: "succeeded", output: whole.state.output as never, recoveries: 0 });
        const done = Object.entries(failed.state.steps).flatMap(([key, { status }]) =>
          status === "succeeded" ? [key] : [],
        );
        expect(again.worked.filter((key) => done.includes(key))).toEqual([]);
        expect(again.worked).toContain(failing);
      }
    }
  });

  test("is refused for a run that succeeded, and for one that goes on", async () => {
    const done = await runAnew(graph);
    expect(codeOf(() => forkOf(done, graph, {}))).toBe("conflict");
    const begun = { ...done, events: done.events.slice(0, 4) };
    expect(codeOf(() => forkOf(begun, graph, {}))).toBe("conflict");
    expect(codeOf(() => forkOf(begun, graph, from("b")))).toBe("conflict");
  });
});

describe("a fork from a step", () => {
  test("does that step and all after it, of any graph and any step, and comes to the same end", async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 9 }), fc.infiniteStream(fc.nat()), async (count, numbers) => {
        const ids = Array.from({ length: count }, (_, index) => `n${index}`);
        const next = (below: number) => (numbers.next().value ?? 0) % below;
        const edges = ids.flatMap((id, index) =>
          ids.slice(0, index).flatMap((source) => (next(3) === 0 ? [`${source} -> ${id}`] : [])),
        );
        const graph = sketch(Object.fromEntries(ids.map((id) => [id, "work"])), edges);
        const done = await runAnew(graph);
        const point = ids[next(count)] ?? "n0";
        const after = new Set([point]);
        for (const id of ids)
          if (edges.some((edge) => edge.endsWith(`-> ${id}`) && after.has(edge.split(" ")[0] ?? ""))) after.add(id);
        const again = await runFrom(graph, forkOf(done, graph, from(point)).events);
        expect(again.worked.toSorted()).toEqual([...after].toSorted());
        expect(again.state.output).toEqual(done.state.output);
      }),
      { numRuns: 60 },
    );
  });

  test("with a changed graph does again what the change can be felt in, and nothing else", async () => {
    const before = sketch({ a: "work", b: "work", c: "work", d: "work" }, ["a -> b", "b -> c", "a -> d"]);
    const done = await runAnew(before);
    const moved: Graph = {
      ...before,
      nodes: before.nodes.map((node) => ({
        ...node,
        name: `${node.id} renamed`,
        position: { x: 9, y: 9 },
        timeoutMs: 5,
      })),
    };
    expect<readonly string[]>(forkOf(done, before, { graph: moved, ...from("c") }).reused.toSorted()).toEqual([
      "a",
      "b",
      "d",
    ]);
    const changed: Graph = {
      ...before,
      nodes: before.nodes.map((node) => (node.id === "b" ? { ...node, config: { other: 1 } } : node)),
    };
    expect<readonly string[]>(forkOf(done, before, { graph: changed, ...from("c") }).reused.toSorted()).toEqual([
      "a",
      "d",
    ]);
    const rewired = sketch({ a: "work", b: "work", c: "work", d: "work" }, ["a -> b", "b -> c", "a -> d", "b -> d"]);
    expect<readonly string[]>(forkOf(done, before, { graph: rewired, ...from("c") }).reused.toSorted()).toEqual([
      "a",
      "b",
    ]);
  });

  test("runs a step that was drawn since, on the results of what was there", async () => {
    const before = chain(2);
    const after = chain(3);
    const again = await runFrom(after, forkOf(await runAnew(before), before, { graph: after, ...from("n2") }).events);
    expect(again.worked).toEqual(["n2"]);
    expect(again.state.status).toBe("succeeded");
  });

  test("gives the step the inputs that it is forked with", async () => {
    const graph = chain(3);
    const seen: unknown[] = [];
    const input = { of: "step", value: { in: ["changed"] } } as const;
    const { events } = forkOf(await runAnew(graph), graph, { ...from("n1"), input });
    const again = await runFrom(graph, events, {
      work: (inputs, { stepKey }) => {
        seen.push([stepKey, inputs]);
        return { out: stepKey };
      },
    });
    expect(again.state).toMatchObject({ status: "succeeded", recoveries: 0 });
    expect(seen).toEqual([
      ["n1", { in: ["changed"] }],
      ["n2", { in: ["n1"] }],
    ]);
  });

  test("with another input of the execution reuses nothing that may have read it", async () => {
    const graph = sketch(
      { in: "input", a: "work", alone: "work", reads: { config: { text: "{{ execution.input }}" } } },
      ["in.value -> a"],
    );
    const { events, reused } = forkOf(await runAnew(graph, undefined, 1), graph, {
      ...from("in"),
      input: { of: "execution", value: 2 },
    });
    expect<readonly string[]>(reused).toEqual(["alone"]);
    expect((await runFrom(graph, events)).state.input).toBe(2);
  });

  test("takes a container and what lies in it as one", async () => {
    const graph = chain(3);
    const inFrame: Graph = {
      ...graph,
      nodes: graph.nodes.map((node) => (node.id === "n1" ? { ...node, parent: "n2" as never } : node)),
    };
    const done = await runAnew(graph);
    const { reused } = fork({
      source: { id: sourceId, graph: inFrame, events: done.events },
      graph: inFrame,
      ...from("n1"),
      trigger,
      at,
    });
    expect<readonly string[]>(reused).toEqual(["n0"]);
  });

  test("is refused for a step that never was, that is gone, or that cannot be given these inputs", async () => {
    const graph = chain(3);
    const done = await runAnew(graph);
    for (const key of ["nowhere", "n1/0", "n1/", "/", "toString"])
      expect(codeOf(() => forkOf(done, graph, from(key)))).toBe("not_found");
    expect(codeOf(() => forkOf(done, graph, { graph: chain(2), ...from("n2") }))).toBe("conflict");
    const disabled: Graph = {
      ...graph,
      nodes: graph.nodes.map((node) => (node.id === "n1" ? { ...node, disabled: true } : node)),
    };
    const input = { of: "step", value: { in: [1] } } as const;
    expect(codeOf(() => forkOf(done, graph, { graph: disabled, ...from("n1"), input }))).toBe("bad_request");
    expect(codeOf(() => forkOf(done, graph, { graph: disabled, ...from("n2"), input }))).toBe("conflict");
  });
});
