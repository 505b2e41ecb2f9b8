import { describe, expect, test } from "bun:test";
import { stepRows } from "#client/components/monitoring/steps.ts";
import { type ExecutionState, initialState, pendingStep } from "#src/engine/state.ts";
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
