import { expect, test } from "bun:test";
import { systemClock } from "#server/adapters/clock.ts";
import { executors } from "#src/agents/executors.ts";
import { catalogue } from "#src/agents/registry.ts";
import { stepOf } from "#src/engine/state.ts";
import type { Graph } from "#src/schemas/graph.ts";
import { sketch } from "#tests/support/engine/graphs.ts";
import { engineRig } from "#tests/support/engine/rig.ts";

/** An input that `count` conditions read at the same time. */
function conditions(expression: string, count: number): Graph {
  const ids = Array.from({ length: count }, (_, index) => `c${index}`);
  return sketch(
    { in: "input", ...Object.fromEntries(ids.map((id) => [id, { agent: "condition", config: { expression } }])) },
    ids.map((id) => `in.value -> ${id}.value`),
  );
}

const realEngine = (graph: Graph, number: number) =>
  engineRig(graph, { input: 1, number, deps: { clock: systemClock, catalogue, executors } });

test("an execution full of endless expressions ends at the first of them, and holds up neither the event loop nor another execution", async () => {
  const endless = await realEngine(conditions("($f := function($n){ $f($n+1) }; $f(1))", 200), 1);
  const honest = await realEngine(conditions("$sum([1..20].($ * value)) > 10", 20), 2);
  let turns = 0;
  let turnsOfHonest = 0;
  const timer = setInterval(() => {
    turns += 1;
  }, 1);
  try {
    const { end: ofEndless } = await endless.begin();
    const { end: ofHonest } = await honest.begin();
    const honestState = await ofHonest;
    turnsOfHonest = turns;
    const state = await ofEndless;
    expect(honestState.status).toBe("succeeded");
    expect(state).toMatchObject({ status: "failed", error: { code: "expression_limit" } });
    const ends = Array.from({ length: 200 }, (_, index) => stepOf(state, `c${index}`).status);
    expect(ends.filter((status) => status === "failed")).toHaveLength(1);
    expect(ends.filter((status) => status === "cancelled")).toHaveLength(199);
    // One whole time limit and the honest work beside it, a slice at a time.
    expect(turns).toBeGreaterThan(30);
    expect(turnsOfHonest).toBeLessThan(turns);
  } finally {
    clearInterval(timer);
  }
}, 60_000);
