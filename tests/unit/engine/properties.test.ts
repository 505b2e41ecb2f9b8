import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { graceMs } from "#src/engine/attempt.ts";
import type { ExecutionStore } from "#src/engine/ports.ts";
import { reduce, reduceAll } from "#src/engine/reduce.ts";
import { type ExecutionState, initialState, isEnded, stepOf } from "#src/engine/state.ts";
import { AppError } from "#src/errors.ts";
import { isFinalStep } from "#src/schemas/execution.ts";
import type { ExecutionEvent } from "#src/schemas/executionEvent.ts";
import { type RandomCase, randomCase, tame, wild, workOf } from "#tests/support/engine/randomGraphs.ts";
import { engineRig, type RigOptions } from "#tests/support/engine/rig.ts";
import { fakeClock } from "#tests/support/fakeClock.ts";

async function rigOf(random: RandomCase, options: RigOptions = {}) {
  const clock = fakeClock();
  return engineRig(random.graph, { clock, work: workOf(random, clock.sleep), ...options });
}

/** What holds for every history that has ended. `reduce` itself refuses transitions that are not legal. */
function expectSound(random: RandomCase, events: readonly ExecutionEvent[], state: ExecutionState) {
  expect(events.map(({ seq }) => seq)).toEqual(events.map((_, index) => index + 1));
  expect(isEnded(state)).toBe(true);
  expect(structuredClone(events.reduce(reduce, initialState))).toEqual(structuredClone(state));
  expect(structuredClone(reduceAll(events))).toEqual(structuredClone(state));
  for (const { id } of random.graph.nodes) {
    expect(isFinalStep(stepOf(state, id).status)).toBe(true);
    const finals = events.filter(
      ({ body }) =>
        "stepKey" in body &&
        body.stepKey === (id as string) &&
        ["step_succeeded", "step_failed", "step_skipped", "step_cancelled"].includes(body.type),
    );
    expect(finals).toHaveLength(1);
  }
  expect(events.filter(({ body }) => /^execution_(succeeded|failed|cancelled)$/.test(body.type))).toHaveLength(1);
}

const outcomeOf = (random: RandomCase, state: ExecutionState) => ({
  status: state.status,
  output: state.output,
  steps: random.graph.nodes.map(({ id }) => {
    const { status, outputs, inputs, text } = stepOf(state, id);
    return { id, status, outputs, inputs, text };
  }),
});

describe("whatever the graph and whatever its agents do", () => {
  test("an execution ends, each step has one final status, and its events give its state", async () => {
    await fc.assert(
      fc.asyncProperty(randomCase(wild), fc.boolean(), async (random, born) => {
        const rig = await rigOf(random, { born });
        const state = await rig.run();
        expectSound(random, await rig.events(), state);
        expect(rig.clock.sleeping).toBe(0);
      }),
      { numRuns: 150 },
    );
  });

  test("a cancel at any moment ends it within the grace, and no step starts after it", async () => {
    await fc.assert(
      fc.asyncProperty(randomCase(wild), fc.integer({ min: 0, max: 5_000 }), async (random, after) => {
        const rig = await rigOf(random);
        const { end } = await rig.begin();
        await rig.clock.advance(after);
        const at = rig.clock.now();
        rig.cancel();
        const state = await rig.clock.drive(end);
        const events = await rig.events();
        expectSound(random, events, state);
        expect(state.endedAt).toBeLessThanOrEqual(at + graceMs);
        const wish = events.findIndex(({ body }) => body.type === "cancel_requested");
        if (wish === -1) return;
        expect(state.status).toBe("cancelled");
        expect(events.slice(wish).some(({ body }) => body.type === "step_started")).toBe(false);
      }),
      { numRuns: 80 },
    );
  });
});

describe("with agents that come to the same result every time", () => {
  /** Cuts the store off at the n-th append, before or after it is durable. */
  const dyingAt = (commit: number, durable: boolean) => (store: ExecutionStore) => {
    let commits = 0;
    return {
      ...store,
      append: async (...[lease, events, state]: Parameters<ExecutionStore["append"]>) => {
        commits += 1;
        if (commits !== commit) return store.append(lease, events, state);
        if (durable) await store.append(lease, events, state);
        await store.release(lease.worker);
        throw new AppError("lease_lost", "The worker died here");
      },
    };
  };

  test("a worker's death at any commit changes nothing about the outcome, and no recorded result is made again", async () => {
    const crash = fc.record({ commit: fc.integer({ min: 1, max: 20 }), durable: fc.boolean(), born: fc.boolean() });
    await fc.assert(
      fc.asyncProperty(randomCase(tame), crash, async (random, { commit, durable, born }) => {
        const whole = await rigOf(random);
        const expected = outcomeOf(random, await whole.run());

        const rig = await rigOf(random, { born, wrapStore: dyingAt(commit, durable) });
        await rig.run("one");
        const before = await rig.stored();
        if (!isEnded(before)) await rig.run("two");
        const events = await rig.events();
        const state = reduceAll(events);
        expect(outcomeOf(random, state)).toEqual(expected);
        expectSound(random, events, state);
        expect(state.recoveries).toBe(isEnded(before) || before.status === "queued" ? 0 : 1);
      }),
      { numRuns: 120 },
    );
  });
});
