import { describe, expect, test } from "bun:test";
import type { NodeRun } from "#client/canvas/canvasContext.ts";
import { allIterations, choiceOf, shownStep } from "#client/canvas/iterations.ts";
import { createNodeRuns } from "#client/canvas/nodeRuns.ts";
import { notableStep } from "#client/components/monitoring/steps.ts";
import { rowsAround, stepRows } from "#client/components/monitoring/stepTree.ts";
import { type ExecutionState, initialState, pendingStep, type StepState } from "#src/engine/state.ts";
import type { Graph, GraphNode } from "#src/schemas/graph.ts";

const node = (id: string): GraphNode =>
  ({ id, key: id, agent: "output", name: id, position: { x: 0, y: 0 }, config: {} }) as unknown as GraphNode;
const graph: Graph = {
  nodes: [node("ran"), node("drawnLater")],
  edges: [],
  notes: [],
  settings: { timeoutMs: 1_000 },
};
const state = (status: ExecutionState["status"]): ExecutionState => ({
  ...initialState,
  status,
  steps: { ran: { ...pendingStep, status: "succeeded", startedAt: 1, endedAt: 2 } },
});
const keysOf = (status: ExecutionState["status"]) => stepRows(graph, state(status)).map(({ stepKey }) => stepKey);

describe("the steps of a run over the graph as it is now", () => {
  test("a step that was drawn after the run is not in its list", () => {
    expect(keysOf("succeeded")).toEqual(["ran"]);
  });

  test("while the run goes on, steps that have not begun are listed", () => {
    expect(keysOf("running")).toEqual(["ran", "drawnLater"]);
  });
});

/** each [ ask -> inner [ deep ] ], five items of which the fourth failed. */
const nested: Graph = {
  ...graph,
  nodes: [
    { ...node("each"), size: { width: 800, height: 400 } },
    { ...node("ask"), parent: "each" as GraphNode["id"] },
    {
      ...node("loop"),
      parent: "each" as GraphNode["id"],
      position: { x: 300, y: 0 },
      size: { width: 400, height: 200 },
    },
    { ...node("deep"), parent: "loop" as GraphNode["id"] },
  ],
};
const ended = (status: StepState["status"], at: number): StepState => ({
  ...pendingStep,
  status,
  startedAt: at,
  endedAt: at + 1,
});
const iterated = (items: number): ExecutionState => {
  const iteration = { mode: "each", parallel: 1, limit: items, onItemError: "continue", atLimit: "fail" } as const;
  const steps: Record<string, StepState> = {
    each: { ...ended("succeeded", 0), iteration: { ...iteration, items: Array.from({ length: items }, () => 1) } },
  };
  for (let at = 0; at < items; at += 1) {
    steps[`ask/${at}`] = ended(at === 3 ? "failed" : "succeeded", at + 1);
    steps[`loop/${at}`] = ended("succeeded", at + 1);
    steps[`deep/${at}/0`] = ended("succeeded", at + 1);
    steps[`loop/${at}/0`] = ended("succeeded", at + 1);
  }
  return { ...initialState, status: "succeeded", steps };
};
const ids = (state: ExecutionState, open: readonly string[] = []) =>
  stepRows(nested, state, new Map(open.map((id) => [id, true]))).map(({ id }) => id);

describe("the iterations of a container", () => {
  test("are listed below it, each with what is worst in it, and their steps when one is opened", () => {
    const state = iterated(5);
    expect(ids(state)).toEqual(["each", "each/0#", "each/1#", "each/2#", "each/3#", "each/4#"]);
    const rows = stepRows(nested, state);
    expect(rows.map(({ name }) => name).slice(0, 2)).toEqual(["each", "Iteration 1"]);
    expect(rows.filter(({ step }) => step.status === "failed").map(({ id, stepKey }) => [id, stepKey])).toEqual([
      ["each/3#", "ask/3"],
    ]);
    expect(ids(state, ["each/3#", "loop/3", "loop/3/0#"]).slice(4)).toEqual([
      "each/3#",
      "ask/3",
      "loop/3",
      "loop/3/0#",
      "deep/3/0",
      "loop/3/0",
      "each/4#",
    ]);
  });

  test("a long one comes closed, and what is around a step says what to open for it", () => {
    const state = iterated(10_000);
    expect(ids(state)).toEqual(["each"]);
    expect(ids(state, ["each"])).toHaveLength(10_001);
    expect(rowsAround(nested, "deep/9999/0")).toEqual(["each", "each/9999#", "loop/9999", "loop/9999/0#"]);
    expect(ids(state, rowsAround(nested, "deep/9999/0"))).toContain("deep/9999/0");
  });

  test("steps that the graph has no place for any more are listed after the others", () => {
    const { nodes, ...rest } = nested;
    const flat = { ...rest, nodes: nodes.filter(({ id }) => id === "ask").map(({ parent: _none, ...each }) => each) };
    const rows = stepRows(flat, iterated(2));
    expect(rows.map(({ name }) => name)).toEqual([
      "each",
      "ask 1",
      "loop 1",
      "deep 1.1",
      "loop 1.1",
      "ask 2",
      "loop 2",
      "deep 2.1",
      "loop 2.1",
    ]);
  });
});

describe("what the canvas shows of iterations", () => {
  test("all of them together are counted; a chosen one is shown as the step it is", () => {
    const state = iterated(5);
    const runsOf = createNodeRuns();
    const all = runsOf({ graph: nested, steps: state.steps, choice: allIterations, over: true });
    expect(all.nodes.get("ask")?.count).toEqual({ ended: 5, failed: 1, total: 5 });
    expect(all.nodes.get("ask")?.status).toBe("failed");
    expect(all.nodes.get("deep")?.count).toEqual({ ended: 5, failed: 0, total: 5 });
    expect(all.frames.get("each")).toEqual({ total: 5, chosen: null, failedCount: 1, firstFailed: 3 });
    const one = runsOf({ graph: nested, steps: state.steps, choice: new Map([["each", 1]]), over: true });
    expect(one.nodes.get("ask")).toMatchObject({ status: "succeeded", count: null, startedAt: 2 });
    const again = runsOf({ graph: nested, steps: { ...state.steps }, choice: new Map([["each", 1]]), over: true });
    expect(again.nodes.get("deep")).toBe(one.nodes.get("deep") as NodeRun);
  });

  test("a click on a card opens the chosen iteration, or the one to look at first", () => {
    const { steps } = iterated(5);
    expect(shownStep(nested, steps, { nodeId: "ask", choice: new Map([["each", 2]]) })).toBe("ask/2");
    expect(shownStep(nested, steps, { nodeId: "ask", choice: allIterations })).toBe("ask/3");
    expect(shownStep(nested, steps, { nodeId: "each", choice: allIterations })).toBe("each");
    expect([...choiceOf(nested, "deep/4/0", new Map([["other", 1]]))]).toEqual([
      ["other", 1],
      ["each", 4],
      ["loop", 0],
    ]);
  });
});

test("what is opened by itself is a step of the workflow, not one of a thousand iterations that pass by; a failed one is", () => {
  const state = iterated(5);
  expect(notableStep(nested, state)).toBe("each");
  expect(notableStep(nested, { ...state, status: "failed", failedStep: "ask/3" })).toBe("ask/3");
  const waiting = { ...state, steps: { ...state.steps, "ask/2": { ...pendingStep, status: "waiting", startedAt: 1 } } };
  expect(notableStep(nested, waiting as ExecutionState)).toBe("ask/2");
});
