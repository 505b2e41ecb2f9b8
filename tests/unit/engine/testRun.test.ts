import { describe, expect, test } from "bun:test";
import { runTest, type TestDeps, type TestRequest } from "#src/engine/testRun.ts";
import { recordingOf } from "#src/engine/testVerdict.ts";
import { AppError } from "#src/errors.ts";
import type { Graph } from "#src/schemas/graph.ts";
import { testCatalogue, testExecutors, type Work } from "#tests/support/engine/agents.ts";
import { sketch } from "#tests/support/engine/graphs.ts";
import { newExecution, someone } from "#tests/support/engine/rig.ts";
import { runAnew } from "#tests/support/engine/runFrom.ts";
import { fakeClock } from "#tests/support/fakeClock.ts";

/** `work` and `typed` ask somebody, as a model does; the other test agents work here. */
const graph = sketch({ in: "input", ask: "work", next: "work", out: "output" }, [
  "in.value -> ask.in",
  "ask -> next.in",
  "next -> out.value",
]);
const answer: Work = (inputs, { stepKey }) => ({ out: { from: stepKey, saw: inputs } });

async function tried(changes: Partial<TestRequest> & { readonly work?: Work; readonly recordedWork?: Work }) {
  const { work = answer, recordedWork = answer, ...rest } = changes;
  const recorded = await runAnew(graph, recordedWork, "question");
  const clock = fakeClock();
  const asked: string[] = [];
  const unused = () => {
    throw new Error("Not in this test");
  };
  const deps: TestDeps = {
    clock,
    catalogue: testCatalogue,
    executors: testExecutors((inputs, context, config) => {
      asked.push(context.stepKey);
      return work(inputs, context, config);
    }),
    ports: { models: { stream: unused }, codeAnalysis: { analyze: unused }, workflows: { start: unused } },
  };
  const request: TestRequest = {
    recording: recordingOf(recorded.state),
    recordedGraph: graph,
    graph,
    mode: "exact",
    executionId: newExecution().id,
    by: someone,
    ...rest,
  };
  return { asked, result: await clock.drive(runTest(request, deps)) };
}
const withNode = (id: string, change: object): Graph => ({
  ...graph,
  nodes: graph.nodes.map((node) => (node.id === id ? { ...node, ...change } : node)),
});

describe("a test case", () => {
  test("of an unchanged workflow passes on the recorded answers, asks nobody, and says which steps were done", async () => {
    const { asked, result } = await tried({});
    expect(asked).toEqual([]);
    expect(result).toMatchObject({
      passed: true,
      reason: null,
      status: "succeeded",
      live: ["in", "out"],
      recorded: ["ask", "next"],
    });
  });

  test("asks anew where a step was changed, and after it where that gave another answer", async () => {
    const changed = withNode("ask", { config: { prompt: "other" } });
    const same = await tried({ graph: changed });
    expect(same.asked).toEqual(["ask"]);
    expect(same.result).toMatchObject({ passed: true, recorded: ["next"] });

    const other = await tried({ graph: changed, work: () => ({ out: "something else" }) });
    expect(other.asked).toEqual(["ask", "next"]);
    expect(other.result).toMatchObject({ passed: false, reason: "The output differs.", recorded: [] });
    expect(other.result.differences[0]).toMatchObject({ path: "", after: "something else" });
  });

  test("that was moved, renamed or given more time is as it was", async () => {
    const { asked } = await tried({
      graph: withNode("ask", { name: "Other", position: { x: 5, y: 5 }, timeoutMs: 9 }),
    });
    expect(asked).toEqual([]);
  });

  test("may expect only a part of the output, or only how it ends", async () => {
    const work: Work = () => ({ out: { from: "next", saw: { in: [1] }, more: true } });
    const recordedWork: Work = () => ({ out: { from: "next", saw: { in: [1] } } });
    const changes = { graph: withNode("next", { config: { other: 1 } }), work, recordedWork };
    expect((await tried(changes)).result).toMatchObject({
      passed: false,
      differences: [{ path: "more", after: true }],
    });
    expect((await tried({ ...changes, mode: "subset" })).result.passed).toBe(true);
    const without = { ...changes, work: () => ({ out: { from: "next" } }) };
    expect((await tried({ ...without, mode: "subset" })).result.passed).toBe(false);
    expect((await tried({ ...without, mode: "status" })).result.passed).toBe(true);
  });

  test("of a run that failed expects it to fail, from the recording, at once", async () => {
    const recordedWork: Work = (inputs, context, config) => {
      if (context.stepKey === "next") throw new AppError("model_unavailable", "Away");
      return answer(inputs, context, config);
    };
    const { asked, result } = await tried({ recordedWork });
    expect(asked).toEqual([]);
    expect(result).toMatchObject({ passed: true, status: "failed" });
    const mended = await tried({ recordedWork, graph: withNode("next", { config: { mended: true } }) });
    expect(mended.result).toMatchObject({
      passed: false,
      reason: "Expected it to end as failed; it ended as succeeded",
    });
  });

  test("against a workflow that cannot run says why", async () => {
    const { result } = await tried({ graph: withNode("ask", { agent: "unknown" }) });
    expect(result).toMatchObject({ passed: false, status: null, live: [] });
    expect(result.reason).toStartWith("The workflow cannot run: ");
  });
});
