import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { isOverBudget } from "#src/engine/budgets.ts";
import { failureOf } from "#src/engine/containers.ts";
import { newFrontier } from "#src/engine/frontier.ts";
import { type Decision, decide } from "#src/engine/plan.ts";
import { draftOf } from "#src/engine/reduce.ts";
import { failureIn, locate, type Scope } from "#src/engine/scope.ts";
import { type ExecutionState, initialState, isAttemptOpen, isEnded, stepOf } from "#src/engine/state.ts";
import { compile } from "#src/graph/compile.ts";
import type { Plan } from "#src/graph/plan.ts";
import type { ExecutionEventBody, Iteration, StepKey } from "#src/schemas/executionEvent.ts";
import type { Graph, NodeId } from "#src/schemas/graph.ts";
import { testCatalogue } from "#tests/support/engine/agents.ts";
import { type NodeSketch, sketch } from "#tests/support/engine/graphs.ts";
import { randomContainers } from "#tests/support/engine/randomContainers.ts";
import { randomCase, tame } from "#tests/support/engine/randomGraphs.ts";
import { someone, trigger } from "#tests/support/engine/rig.ts";

type Fact =
  | "succeed"
  | "close"
  | "fail"
  | "retry"
  | "hold"
  | "abort"
  | "cancel"
  | "recover"
  | "wait"
  | "stream"
  | "raise"
  | "raiseStep";
interface Happening {
  readonly fact: Fact;
  readonly pick: number;
}
/** All but a few go well: what lies deep is reached, and fails there. */
const mostlyWell: fc.Arbitrary<readonly Happening[]> = fc.array(
  fc.record({
    fact: fc.oneof(
      { weight: 24, arbitrary: fc.constant<Fact>("succeed") },
      { weight: 1, arbitrary: fc.constantFrom<Fact>("fail", "close", "retry", "abort") },
    ),
    pick: fc.nat(35),
  }),
  { minLength: 10, maxLength: 120 },
);
const anything: fc.Arbitrary<readonly Happening[]> = fc.array(
  fc.record({
    fact: fc.oneof(
      {
        weight: 12,
        arbitrary: fc.constantFrom<Fact>("succeed", "succeed", "close", "retry", "hold", "wait", "stream"),
      },
      { weight: 4, arbitrary: fc.constantFrom<Fact>("fail", "abort") },
      { weight: 1, arbitrary: fc.constantFrom<Fact>("cancel", "recover", "raise", "raiseStep") },
    ),
    pick: fc.nat(11),
  }),
  { maxLength: 80 },
);

const happenings = fc.oneof(anything, mostlyWell);

const budgets = fc.record({
  ofRun: fc.option(
    fc.oneof(
      fc.record({ steps: fc.integer({ min: 1, max: 12 }) }),
      fc.record({ timeMs: fc.integer({ min: 1, max: 5_000_000 }) }),
    ),
  ),
  ofStep: fc.option(
    fc.oneof(
      fc.record({ tokens: fc.integer({ min: 1, max: 20 }) }),
      fc.record({ timeMs: fc.integer({ min: 1, max: 5_000_000 }) }),
    ),
  ),
});

for (const [kind, graphs] of [
  ["plain graphs", randomCase(tame).map(({ graph }) => graph)],
  ["containers in containers", randomContainers],
] as const)
  test(`the frontier decides what the specification decides, whatever happens in whatever order: ${kind}`, () => {
    fc.assert(
      fc.property(graphs, happenings, budgets, (graph, all, { ofRun, ofStep }) => {
        const limited: Graph = {
          ...graph,
          settings: { ...graph.settings, ...(ofRun === null ? {} : { budget: ofRun }) },
          nodes: ofStep === null ? graph.nodes : graph.nodes.map((node) => ({ ...node, budget: ofStep })),
        };
        agree(planOf(limited), all);
      }),
      { numRuns: 2_000 },
    );
  });

const inside = (parent: string): NodeSketch => ({ parent: parent as NodeId });
const away = { code: "model_unavailable", message: "Away", retryable: true } as const;

test("a loop's check between two attempts is tried again", () => {
  const { happen, state } = sideBySide(
    planOf(sketch({ l: { agent: "loop", config: { until: "index > 0" } }, w: inside("l") }, [])),
  );
  happen({ type: "step_iterating", stepKey: "l" as StepKey, attempt: 1, iteration: iterationOf("loop", 1, {}) });
  happen({ type: "step_succeeded", stepKey: "w/0" as StepKey, attempt: 1, outputs: { out: 1 } });
  happen({ type: "step_attempt_failed", stepKey: "l/0" as StepKey, attempt: 1, error: away, retryAt: 1_000 });
  expect(stepOf(state(), "l/0")).toMatchObject({ status: "running", attempt: 2 });
});

describe("in a for-each of which one item failed", () => {
  test("an attempt that fails before it heard of it is not tried again", () => {
    const each = { parallel: 2, onItemError: "fail" };
    const { happen, state } = sideBySide(planOf(sketch({ e: { agent: "forEach", config: each }, w: inside("e") }, [])));
    happen({ type: "step_iterating", stepKey: "e" as StepKey, attempt: 1, iteration: iterationOf("forEach", 2, each) });
    happen({ type: "step_failed", stepKey: "w/0" as StepKey, attempt: 1, error: away, contained: true });
    happen({ type: "step_attempt_failed", stepKey: "w/1" as StepKey, attempt: 1, error: away, retryAt: 1_000 });
    expect(stepOf(state(), "w/1").status).toBe("cancelled");
    expect(state().status).toBe("failed");
  });

  test("no check begins in a loop of another in the same turn, and is left behind when the loop is cancelled", () => {
    const each = { parallel: 2, onItemError: "fail" };
    const nodes = {
      e: { agent: "forEach", config: each },
      f: inside("e"),
      l: { agent: "loop", config: { until: "index > 0" }, ...inside("e") },
      w: inside("l"),
    };
    const { happen, take, decideBoth, state } = sideBySide(planOf(sketch(nodes, [])));
    happen({ type: "step_iterating", stepKey: "e" as StepKey, attempt: 1, iteration: iterationOf("forEach", 2, each) });
    happen({ type: "step_iterating", stepKey: "l/0" as StepKey, attempt: 1, iteration: iterationOf("loop", 1, {}) });
    happen({ type: "step_iterating", stepKey: "l/1" as StepKey, attempt: 1, iteration: iterationOf("loop", 1, {}) });
    take({ type: "step_succeeded", stepKey: "w/0/0" as StepKey, attempt: 1, outputs: { out: 1 } });
    take({ type: "step_failed", stepKey: "f/1" as StepKey, attempt: 1, error: away, contained: true });
    decideBoth();
    expect(state().steps["l/0/0"]).toBeUndefined();
    for (const key of ["f/0", "w/1/0"]) happen({ type: "step_cancelled", stepKey: key as StepKey, contained: true });
    expect(state().status).toBe("failed");
  });

  test("a loop whose check runs in another comes to its end", () => {
    const each = { parallel: 2, onItemError: "fail" };
    const nodes = {
      e: { agent: "forEach", config: each },
      l: { agent: "loop", config: { until: "index > 0" }, ...inside("e") },
      w: inside("l"),
    };
    const { happen, state } = sideBySide(planOf(sketch(nodes, [])));
    happen({ type: "step_iterating", stepKey: "e" as StepKey, attempt: 1, iteration: iterationOf("forEach", 2, each) });
    happen({ type: "step_iterating", stepKey: "l/0" as StepKey, attempt: 1, iteration: iterationOf("loop", 1, {}) });
    happen({ type: "step_succeeded", stepKey: "w/0/0" as StepKey, attempt: 1, outputs: { out: 1 } });
    happen({ type: "step_failed", stepKey: "l/1" as StepKey, attempt: 1, error: away, contained: true });
    happen({ type: "step_cancelled", stepKey: "l/0/0" as StepKey, contained: true });
    expect(stepOf(state(), "l/0").status).toBe("cancelled");
    expect(state().status).toBe("failed");
  });
});

/** Two executions side by side: one asks the specification, one the frontier. */
function sideBySide(plan: Plan) {
  let now = 1_000;
  const specified = draftOf(initialState);
  const stepped = draftOf(initialState);
  const frontier = newFrontier(plan, stepped.state);
  const applyTo = (draft: typeof specified) => (body: ExecutionEventBody) =>
    draft.apply({ seq: draft.state().lastSeq + 1, at: now, body });
  const take = (body: ExecutionEventBody) => {
    applyTo(specified)(body);
    applyTo(stepped)(body);
    frontier.observe(body);
  };
  function decideBoth(): void {
    toTheEnd(() => decide(plan, specified.state(), now), applyTo(specified));
    toTheEnd(() => frontier.decide(now), applyTo(stepped));
    // A budget of steps ends no turn in its middle, and the frontier's turn may be the longer one: raised, they meet again.
    const spent = stepped.state().spent.steps;
    if (spent > specified.state().spent.steps && isOverBudget(plan, specified.state(), now)) {
      take({ type: "budget_raised", by: someone, budget: { steps: spent + 1 } });
      decideBoth();
    } else expect(withoutSeq(stepped.state())).toEqual(withoutSeq(specified.state()));
  }
  take({ type: "execution_created", input: null, trigger });
  decideBoth();
  return {
    state: specified.state,
    now: () => now,
    pass: (ms: number) => {
      now += ms;
    },
    take,
    decideBoth,
    happen(body: ExecutionEventBody) {
      take(body);
      decideBoth();
    },
  };
}

function agree(plan: Plan, all: readonly Happening[]): void {
  const { state, now, pass, take, decideBoth } = sideBySide(plan);
  for (const { fact, pick } of all) {
    if (isEnded(state())) return;
    if (fact === "wait") pass(pick * 1_000_000);
    const body = bodyOf(plan, state(), { fact, pick }, now());
    if (body !== null) take(body);
    // Several things may happen before the loop's next turn.
    if (pick % 3 !== 0) decideBoth();
  }
}

function planOf(graph: Graph): Plan {
  const { plan, diagnostics } = compile(graph, testCatalogue);
  if (plan === null) throw new Error(`The graph does not compile: ${JSON.stringify(diagnostics)}`);
  return plan;
}

function toTheEnd(ask: () => Decision[], apply: (body: ExecutionEventBody) => void): void {
  for (let round = 0; round < 1_000; round += 1) {
    const decisions = ask();
    if (decisions.length === 0) return;
    for (const decision of decisions) apply(decision);
  }
  throw new Error("The decisions do not come to an end");
}

const withoutSeq = (state: ExecutionState) => ({ ...state, lastSeq: 0, steps: { ...state.steps } });

function bodyOf(plan: Plan, state: ExecutionState, { fact, pick }: Happening, now: number): ExecutionEventBody | null {
  if (fact === "wait") return null;
  if (fact === "cancel") return state.status === "running" ? { type: "cancel_requested", by: someone } : null;
  if (fact === "recover") return { type: "execution_recovered", recoveries: state.recoveries + 7 };
  if (fact === "raise") return { type: "budget_raised", by: someone, budget: {} };
  if (fact === "raiseStep") {
    const tried = Object.keys(state.steps).filter((key) => stepOf(state, key).retryAt !== null);
    const raised = tried.sort()[pick % Math.max(1, tried.length)] as StepKey | undefined;
    return raised === undefined ? null : { type: "step_budget_raised", stepKey: raised, by: someone, budget: {} };
  }
  const open = Object.keys(state.steps).filter((key) => isAttemptOpen(stepOf(state, key)));
  const stepKey = open.sort()[pick % Math.max(1, open.length)] as StepKey | undefined;
  const place = stepKey === undefined ? undefined : locate(plan, stepKey);
  if (stepKey === undefined || place === undefined) return null;
  const { attempt, text } = stepOf(state, stepKey);
  const { kind } = place.node.definition;
  if (fact === "stream")
    return { type: "step_streamed", stepKey, attempt, channel: "text", offset: text.length, text: "x" };
  if (fact === "hold") {
    const dueAt = pick % 2 === 0 ? null : now + pick;
    return { type: "step_waiting", stepKey, attempt, interrupt: { kind: "signal", name: "go", dueAt } };
  }
  // Only where the iteration around it is over: elsewhere nobody aborts a step alone.
  if (fact === "abort") {
    const isOver = [...around(place.scope)].some((scope) => failureIn(scope, state) !== null);
    return isOver ? { type: "step_cancelled", stepKey, contained: true } : null;
  }
  if (fact === "retry") {
    const usage = { model: "m", inputTokens: pick, outputTokens: 0 };
    return { type: "step_attempt_failed", stepKey, attempt, error: away, retryAt: now + pick, usage };
  }
  if (fact === "fail") return failureOf(place.scope, place.node, { attempt, error: away });
  if (kind === "loopCheck") return { type: "step_succeeded", stepKey, attempt, outputs: { done: pick % 2 === 0 } };
  if (kind === "forEach" || kind === "loop")
    return { type: "step_iterating", stepKey, attempt, iteration: iterationOf(kind, pick, place.node.config) };
  return { type: "step_succeeded", stepKey, attempt, outputs: fact === "close" ? {} : { out: pick, items: [] } };
}

function* around(scope: Scope): Generator<Scope> {
  for (let at: Scope | undefined = scope; at !== undefined; at = at.frame?.outer) if (at.frame !== null) yield at;
}

function iterationOf(kind: "forEach" | "loop", pick: number, config: Readonly<Record<string, unknown>>): Iteration {
  if (kind === "loop")
    return {
      mode: "loop",
      items: [pick],
      parallel: 1,
      limit: 3,
      onItemError: "fail",
      atLimit: pick % 2 ? "fail" : "finish",
    };
  const items = Array.from({ length: pick % 5 }, (_, index) => index);
  const { parallel, onItemError } = config as { parallel: number; onItemError: "fail" | "continue" };
  return { mode: "each", items, parallel, limit: items.length, onItemError, atLimit: "fail" };
}
