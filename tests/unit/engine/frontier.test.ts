import { expect, test } from "bun:test";
import fc from "fast-check";
import { failureOf } from "#src/engine/containers.ts";
import { newFrontier } from "#src/engine/frontier.ts";
import { type Decision, decide } from "#src/engine/plan.ts";
import { draftOf } from "#src/engine/reduce.ts";
import { locate } from "#src/engine/scope.ts";
import { type ExecutionState, initialState, isAttemptOpen, isEnded, stepOf } from "#src/engine/state.ts";
import { compile } from "#src/graph/compile.ts";
import type { Plan } from "#src/graph/plan.ts";
import type { ExecutionEventBody, Iteration, StepKey } from "#src/schemas/executionEvent.ts";
import type { Graph } from "#src/schemas/graph.ts";
import { testCatalogue } from "#tests/support/engine/agents.ts";
import { randomContainers } from "#tests/support/engine/randomContainers.ts";
import { randomCase, tame } from "#tests/support/engine/randomGraphs.ts";
import { someone, trigger } from "#tests/support/engine/rig.ts";

type Fact = "succeed" | "close" | "fail" | "retry" | "cancel" | "recover" | "wait" | "stream" | "raise";
interface Happening {
  readonly fact: Fact;
  readonly pick: number;
}
const happenings: fc.Arbitrary<readonly Happening[]> = fc.array(
  fc.record({
    fact: fc.oneof(
      { weight: 12, arbitrary: fc.constantFrom<Fact>("succeed", "succeed", "close", "retry", "wait", "stream") },
      { weight: 3, arbitrary: fc.constant<Fact>("fail") },
      { weight: 1, arbitrary: fc.constantFrom<Fact>("cancel", "recover", "raise") },
    ),
    pick: fc.nat(11),
  }),
  { maxLength: 80 },
);

for (const [kind, graphs] of [
  ["plain graphs", randomCase(tame).map(({ graph }) => graph)],
  ["containers in containers", randomContainers],
] as const)
  test(`the frontier decides what the specification decides, whatever happens in whatever order: ${kind}`, () => {
    fc.assert(
      fc.property(graphs, happenings, fc.option(fc.integer({ min: 1, max: 12 })), (graph, all, steps) => {
        const limited: Graph =
          steps === null ? graph : { ...graph, settings: { ...graph.settings, budget: { steps } } };
        const { plan, diagnostics } = compile(limited, testCatalogue);
        if (plan === null) throw new Error(`The graph does not compile: ${JSON.stringify(diagnostics)}`);
        agree(plan, all);
      }),
      { numRuns: 600 },
    );
  });

/** Two executions side by side: one asks the specification, one the frontier. */
function agree(plan: Plan, all: readonly Happening[]): void {
  let now = 1_000;
  const specified = draftOf(initialState);
  const stepped = draftOf(initialState);
  const frontier = newFrontier(plan, stepped.state);
  const applyTo = (draft: typeof specified) => (body: ExecutionEventBody) =>
    draft.apply({ seq: draft.state().lastSeq + 1, at: now, body });
  const apply = (body: ExecutionEventBody) => {
    applyTo(specified)(body);
    applyTo(stepped)(body);
  };
  apply({ type: "execution_created", input: null, trigger });

  function decideBoth(): void {
    toTheEnd(() => decide(plan, specified.state(), now), applyTo(specified));
    toTheEnd(() => frontier.decide(now), applyTo(stepped));
    expect(withoutSeq(stepped.state())).toEqual(withoutSeq(specified.state()));
  }

  decideBoth();
  for (const { fact, pick } of all) {
    if (isEnded(specified.state())) return;
    if (fact === "wait") now += pick * 1_000_000;
    const body = bodyOf(plan, specified.state(), { fact, pick }, now);
    if (body !== null) {
      apply(body);
      frontier.observe(body);
    }
    // Several things may happen before the loop's next turn.
    if (pick % 3 !== 0) decideBoth();
  }
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
  const open = Object.keys(state.steps).filter((key) => isAttemptOpen(stepOf(state, key)));
  const stepKey = open.sort()[pick % Math.max(1, open.length)] as StepKey | undefined;
  const place = stepKey === undefined ? undefined : locate(plan, stepKey);
  if (stepKey === undefined || place === undefined) return null;
  const { attempt, text } = stepOf(state, stepKey);
  const error = { code: "model_unavailable", message: "Away", retryable: true } as const;
  const { kind } = place.node.definition;
  if (fact === "stream")
    return { type: "step_streamed", stepKey, attempt, channel: "text", offset: text.length, text: "x" };
  if (fact === "retry") return { type: "step_attempt_failed", stepKey, attempt, error, retryAt: now + pick };
  if (fact === "fail") return failureOf(place.scope, place.node, { attempt, error });
  if (kind === "loopCheck") return { type: "step_succeeded", stepKey, attempt, outputs: { done: pick % 2 === 0 } };
  if (kind === "forEach" || kind === "loop")
    return { type: "step_iterating", stepKey, attempt, iteration: iterationOf(kind, pick, place.node.config) };
  return { type: "step_succeeded", stepKey, attempt, outputs: fact === "close" ? {} : { out: pick, items: [] } };
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
