import { describe, expect, test } from "bun:test";
import { readdirSync, readFileSync } from "node:fs";
import { decide } from "#src/engine/plan.ts";
import { reduce, reduceAll } from "#src/engine/reduce.ts";
import { type ExecutionState, initialState, isAttemptOpen, stepOf } from "#src/engine/state.ts";
import { compile } from "#src/graph/compile.ts";
import type { ExecutionEvent } from "#src/schemas/executionEvent.ts";
import { testCatalogue } from "#tests/support/engine/agents.ts";
import { recordedHistory } from "./history.ts";

const folder = new URL("histories/", import.meta.url);
const histories = readdirSync(folder).map((name) =>
  recordedHistory.parse(JSON.parse(readFileSync(new URL(name, folder), "utf8"))),
);

test("there is a history of every shape", () => {
  expect(histories.map(({ title }) => title).toSorted()).toEqual(
    [
      "cancel",
      "chain",
      "conditionSkip",
      "disabled",
      "failure",
      "join",
      "recovery",
      "retry",
      "stream",
      "timeout",
    ].toSorted(),
  );
});

for (const { title, graph, events, end } of histories) {
  describe(`the recorded history “${title}”`, () => {
    test("reduces to the end it had", () => {
      const state = reduceAll(events);
      expect({ status: state.status, output: state.output, recoveries: state.recoveries }).toEqual({
        status: end.status,
        output: end.output,
        recoveries: end.recoveries,
      });
      const code: string | null = state.error?.code ?? null;
      expect(code).toBe(end.error);
      for (const [key, step] of Object.entries(end.steps)) expect(stepOf(state, key)).toMatchObject(step);
    });

    test("is decided again as it was", () => {
      const { plan } = compile(graph, testCatalogue);
      if (plan === null) throw new Error("The graph does not compile any more");
      let state = initialState;
      for (let at = 0; at < events.length; ) {
        const decided = decisionsFrom(events, at, state);
        const first = decided[0];
        if (first !== undefined) {
          expect(decide(plan, state, first.at)).toEqual(decided.map(({ body }) => body) as ReturnType<typeof decide>);
        }
        for (const event of first === undefined ? events.slice(at, at + 1) : decided) state = reduce(state, event);
        at += Math.max(1, decided.length);
      }
    });
  });
}

const decisionTypes: readonly string[] = [
  "execution_started",
  "step_started",
  "step_skipped",
  "step_cancelled",
  "execution_succeeded",
  "execution_failed",
  "execution_cancelled",
];

/** The events from a place on that one turn of the loop decided; the end of an attempt that was cut off is a fact. */
function decisionsFrom(events: readonly ExecutionEvent[], from: number, state: ExecutionState): ExecutionEvent[] {
  const decided: ExecutionEvent[] = [];
  for (const event of events.slice(from)) {
    const { body } = event;
    const isFact = body.type === "step_cancelled" && isAttemptOpen(stepOf(state, body.stepKey));
    if (!decisionTypes.includes(body.type) || isFact || event.at !== (decided[0]?.at ?? event.at)) break;
    decided.push(event);
  }
  return decided;
}
