import { expect, test } from "bun:test";
import fc from "fast-check";
import { newFrontier } from "#src/engine/frontier.ts";
import { decide } from "#src/engine/plan.ts";
import { draftOf } from "#src/engine/reduce.ts";
import { initialState, isAttemptOpen, isEnded, stepOf } from "#src/engine/state.ts";
import { compile } from "#src/graph/compile.ts";
import type { Plan } from "#src/graph/plan.ts";
import type { ExecutionEventBody } from "#src/schemas/executionEvent.ts";
import { testCatalogue } from "#tests/support/engine/agents.ts";
import { randomCase, tame } from "#tests/support/engine/randomGraphs.ts";
import { someone, trigger } from "#tests/support/engine/rig.ts";

type Fact = "succeed" | "close" | "fail" | "retry" | "cancel" | "recover" | "wait" | "stream";
const facts: fc.Arbitrary<{ readonly fact: Fact; readonly pick: number }> = fc.record({
  fact: fc.oneof(
    { weight: 10, arbitrary: fc.constantFrom<Fact>("succeed", "close", "retry", "wait", "stream") },
    { weight: 1, arbitrary: fc.constantFrom<Fact>("fail", "cancel", "recover") },
  ),
  pick: fc.nat(11),
});

test("the frontier decides what the specification decides, whatever happens in whatever order", () => {
  fc.assert(
    fc.property(randomCase(tame), fc.array(facts, { maxLength: 60 }), ({ graph }, happenings) => {
      const { plan } = compile(graph, testCatalogue);
      if (plan === null) throw new Error("The graph does not compile");
      agree(plan, happenings);
    }),
    { numRuns: 400 },
  );
});

function agree(plan: Plan, happenings: readonly { readonly fact: Fact; readonly pick: number }[]): void {
  const draft = draftOf(initialState);
  let now = 1_000;
  const apply = (body: ExecutionEventBody) => draft.apply({ seq: draft.state().lastSeq + 1, at: now, body });
  const frontier = newFrontier(plan, draft.state);
  apply({ type: "execution_created", input: null, trigger });

  function decideBoth(): void {
    const specified = decide(plan, draft.state(), now);
    expect(frontier.decide(now)).toEqual(specified);
    for (const decision of specified) apply(decision);
    const waits = plan.nodes.flatMap(({ stepKey }) => stepOf(draft.state(), stepKey).retryAt ?? []);
    if (!isEnded(draft.state()) && !frontier.isEnding()) {
      expect(frontier.nextRetryAt()).toBe(waits.length === 0 ? null : Math.min(...waits));
    }
  }

  decideBoth();
  for (const { fact, pick } of happenings) {
    if (isEnded(draft.state())) return;
    const body = bodyOf(fact);
    if (body !== null) {
      apply(body);
      frontier.observe(body);
    }
    // Several things may happen before the loop's next turn.
    if (pick % 3 !== 0) decideBoth();

    function bodyOf(what: Fact): ExecutionEventBody | null {
      const state = draft.state();
      if (what === "wait") {
        now += pick * 1_000_000;
        return null;
      }
      if (what === "cancel") return state.status === "running" ? { type: "cancel_requested", by: someone } : null;
      if (what === "recover") return { type: "execution_recovered", recoveries: state.recoveries + 7 };
      const open = plan.nodes.filter(({ stepKey }) => isAttemptOpen(stepOf(state, stepKey)));
      const node = open[pick % Math.max(1, open.length)];
      if (node === undefined) return null;
      const { stepKey } = node;
      const { attempt, text } = stepOf(state, stepKey);
      const error = { code: "model_unavailable", message: "Away", retryable: true } as const;
      switch (what) {
        case "succeed":
          return { type: "step_succeeded", stepKey, attempt, outputs: { out: pick } };
        case "close":
          return { type: "step_succeeded", stepKey, attempt, outputs: {} };
        case "stream":
          return { type: "step_streamed", stepKey, attempt, channel: "text", offset: text.length, text: "x" };
        case "fail":
          return { type: "step_failed", stepKey, attempt, error };
        case "retry":
          return { type: "step_attempt_failed", stepKey, attempt, error, retryAt: now + pick };
      }
    }
  }
}
