import { describe, expect, test } from "bun:test";
import { emptyLiveState, hear, shownState } from "#client/hooks/liveState.ts";
import type { LiveMessage } from "#src/engine/ports.ts";
import { stepOf } from "#src/engine/state.ts";
import type { ExecutionEventBody, StepKey } from "#src/schemas/executionEvent.ts";

const stepKey = "write" as StepKey;
const event = (seq: number, body: ExecutionEventBody): LiveMessage => ({
  kind: "event",
  event: { seq, at: 1_000 + seq, body },
});
const text = (offset: number, piece: string, attempt = 1): LiveMessage => ({
  kind: "text",
  text: { stepKey, attempt, channel: "text", offset, text: piece },
});
const begun: readonly LiveMessage[] = [
  event(1, {
    type: "execution_created",
    input: null,
    trigger: { kind: "manual", by: { kind: "system", name: "test" } },
  }),
  event(2, { type: "execution_started" }),
  event(3, { type: "step_started", stepKey, attempt: 1, inputs: {} }),
];
const textAfter = (...messages: readonly LiveMessage[]): string =>
  stepOf(shownState(hear(hear(emptyLiveState, begun), messages)), stepKey).text;

describe("what a watcher shows of an execution", () => {
  test("text is shown as it arrives, before it is stored", () => {
    expect(textAfter(text(0, "Once "), text(5, "upon"))).toBe("Once upon");
  });

  test("pieces that overtook each other are put at their offsets", () => {
    expect(textAfter(text(5, "upon"), text(0, "Once "))).toBe("Once upon");
  });

  test("a piece heard twice, live and stored, is shown once", () => {
    const stored = event(4, { type: "step_streamed", stepKey, attempt: 1, channel: "text", offset: 0, text: "Once " });
    expect(textAfter(text(0, "Once "), stored, text(5, "upon"))).toBe("Once upon");
  });

  test("one who joins late shows nothing out of place until history has filled the gap", () => {
    const late = hear(hear(emptyLiveState, begun), [text(5, "upon")]);
    expect(stepOf(shownState(late), stepKey).text).toBe("");
    const stored = event(4, { type: "step_streamed", stepKey, attempt: 1, channel: "text", offset: 0, text: "Once " });
    expect(stepOf(shownState(hear(late, [stored])), stepKey).text).toBe("Once upon");
  });

  test("a new attempt begins with empty text, and pieces of the one before are left out", () => {
    const error = { code: "model_unavailable", message: "Busy", retryable: true } as const;
    const failed = event(4, { type: "step_attempt_failed", stepKey, attempt: 1, error, retryAt: 2_000 });
    const again = event(5, { type: "step_started", stepKey, attempt: 2, inputs: {} });
    expect(textAfter(text(0, "Once"), failed, again, text(0, "Once"), text(0, "Twice", 2))).toBe("Twice");
  });

  test("events that come again after a reconnect change nothing", () => {
    const once = hear(emptyLiveState, begun);
    expect(shownState(hear(once, begun))).toEqual(shownState(once));
  });

  test("a gap between events is an error, so that the history is asked for again", () => {
    const ahead = event(9, { type: "step_cancelled", stepKey });
    expect(() => hear(hear(emptyLiveState, begun), [ahead])).toThrow("does not follow");
  });

  test("hearing more does not change a state given before", () => {
    const before = hear(emptyLiveState, begun);
    const shown = JSON.stringify(shownState(before));
    hear(before, [text(0, "Once"), event(4, { type: "step_cancelled", stepKey })]);
    expect(JSON.stringify(shownState(before))).toBe(shown);
  });
});
