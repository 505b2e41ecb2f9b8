import { describe, expect, test } from "bun:test";
import { readdirSync, readFileSync } from "node:fs";
import { agentKinds, catalogue } from "#src/agents/registry.ts";
import { decide } from "#src/engine/plan.ts";
import { reduce, reduceAll } from "#src/engine/reduce.ts";
import { type ExecutionState, initialState, isAttemptOpen, stepOf } from "#src/engine/state.ts";
import { readWhole } from "#src/engine/upcast.ts";
import { compile } from "#src/graph/compile.ts";
import type { ExecutionEvent, ExecutionEventBody } from "#src/schemas/executionEvent.ts";
import { testCatalogue } from "#tests/support/engine/agents.ts";
import { goOn } from "./goOn.ts";
import { recordedHistory } from "./history.ts";
import { recordings } from "./recordings.ts";

const folder = new URL("histories/", import.meta.url);
const histories = readdirSync(folder).map((name) => {
  const { events, ...history } = recordedHistory.parse(JSON.parse(readFileSync(new URL(name, folder), "utf8")));
  return { ...history, events: readWhole(events) };
});

test("there is a history of every recording, and one of every kind of agent", () => {
  const titles = histories.map(({ title }) => title).toSorted();
  expect(titles).toEqual(Object.keys(recordings).toSorted());
  expect(titles.filter((title) => title.startsWith("kind_"))).toEqual(
    agentKinds.map((kind) => `kind_${kind}`).toSorted(),
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
      const { plan } = compile(graph, title.startsWith("kind_") ? catalogue : testCatalogue);
      if (plan === null) throw new Error("The graph does not compile any more");
      let state = initialState;
      let decided: readonly ExecutionEventBody[] = [];
      for (const event of events) {
        if (decided.length === 0 && isDecision(event, state)) decided = decide(plan, state, event.at);
        const [next, ...rest] = decided;
        if (next !== undefined) expect(event.body).toEqual(next);
        decided = rest;
        state = reduce(state, event);
      }
      expect(decided).toEqual([]);
    });

    test("is gone on with to the same end, wherever a worker left it", async () => {
      const recording = recordings[title];
      if (recording === undefined) throw new Error("Nobody knows what its agents did");
      const given = events.map(isFromOutside).lastIndexOf(true);
      for (let length = 1; length < events.length; length += 1) {
        const last = events[length - 1]?.body.type;
        // An answer is always stored with what it led to.
        if (last === "step_resumed") continue;
        // Before somebody answered, raised, cancelled or took over, it would wait for them.
        if (length <= given + 1) continue;
        const { deps = {} } = recording;
        const state = await goOn({ ...recording, graph, deps }, events.slice(0, length));
        const code: string | null = state.error?.code ?? null;
        expect({ length, status: state.status, output: state.output, error: code }).toEqual({
          length,
          status: end.status,
          output: end.output,
          error: end.error,
        });
        const statuses = Object.entries(end.steps).map(([key]) => [key, stepOf(state, key).status]);
        expect(Object.fromEntries(statuses)).toEqual(
          Object.fromEntries(Object.entries(end.steps).map(([key, { status }]) => [key, status])),
        );
      }
    });
  });
}

/** Whether the loop decided it, and no agent, person or other worker brought it. */
function isDecision({ body }: ExecutionEvent, state: ExecutionState): boolean {
  switch (body.type) {
    case "execution_started":
    case "step_started":
    case "step_skipped":
    case "execution_succeeded":
    case "execution_failed":
    case "execution_cancelled":
      return true;
    // The end of an attempt is a fact; of a container, or of what has not begun, a decision.
    case "step_succeeded":
    case "step_failed":
    case "step_cancelled":
      return !isAttemptOpen(stepOf(state, body.stepKey));
    case "step_resumed":
      return body.answer.kind === "due";
    default:
      return false;
  }
}

const isFromOutside = ({ body }: ExecutionEvent): boolean =>
  body.type === "cancel_requested" ||
  body.type === "budget_raised" ||
  body.type === "step_budget_raised" ||
  body.type === "execution_recovered" ||
  (body.type === "step_resumed" && body.answer.kind === "given");
