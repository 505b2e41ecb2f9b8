import { describe, expect, test } from "bun:test";
import { eventWords } from "#client/components/monitoring/eventWords.ts";
import { nextMark, playbackOf } from "#client/components/monitoring/playback.ts";
import { reduceAll } from "#src/engine/reduce.ts";
import type { ExecutionEvent, ExecutionEventBody } from "#src/schemas/executionEvent.ts";
import { chain } from "#tests/support/engine/graphs.ts";
import { runAnew } from "#tests/support/engine/runFrom.ts";

describe("playback", () => {
  test("gives the state after any event, in any order of looking, also of thousands of events", async () => {
    const { events } = await runAnew(chain(1_200));
    expect(events.length).toBeGreaterThan(2_400);
    const { at } = playbackOf(events);
    for (const count of [events.length, 0, 1, 200, 199, 201, 1_777, 400, events.length - 1]) {
      expect(at(count)).toEqual(reduceAll(events.slice(0, count)));
    }
    expect(at(500)).toBe(at(500));
  });

  test("goes from mark to mark past streamed text, and stays within the history", () => {
    const bodies = [
      { type: "execution_created" },
      { type: "step_started", stepKey: "a" },
      { type: "step_streamed", stepKey: "a" },
      { type: "step_streamed", stepKey: "a" },
      { type: "step_succeeded", stepKey: "a" },
    ] as unknown as ExecutionEventBody[];
    const events: ExecutionEvent[] = bodies.map((body, index) => ({ seq: index + 1, at: index, body }));
    expect(nextMark(events, 2, 1)).toBe(5);
    expect(nextMark(events, 5, -1)).toBe(2);
    expect(nextMark(events, 5, 1)).toBe(5);
    expect(nextMark(events, 1, -1)).toBe(1);
  });

  test("tells every event in words, also one of a kind that came later", () => {
    const words = (body: object) => eventWords({ seq: 1, at: 0, body } as ExecutionEvent, (key) => `“${key}”`);
    expect(words({ type: "step_started", stepKey: "a", attempt: 1 })).toBe("“a” started");
    expect(words({ type: "step_started", stepKey: "a", attempt: 3 })).toBe("“a” started attempt 3");
    expect(words({ type: "execution_failed" })).toBe("The run failed");
    expect(words({ type: "step_dreaming", stepKey: "a" })).toBe("“a”: dreaming");
    expect(words({ type: "budget_raised" })).toBe("budget raised");
  });
});
