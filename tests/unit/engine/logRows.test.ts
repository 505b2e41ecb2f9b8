import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { eventsOfRow, toLogRows, type WrittenRow } from "#src/engine/logRows.ts";
import type { ExecutionEvent, ExecutionEventBody, StepKey } from "#src/schemas/executionEvent.ts";

const stepKey = "n0" as StepKey;
const body = fc.oneof(
  fc.record({
    type: fc.constant("step_started" as const),
    stepKey: fc.constant(stepKey),
    attempt: fc.nat(),
    inputs: fc.dictionary(fc.string(), fc.jsonValue()),
  }),
  fc.record({ type: fc.constant("step_cancelled" as const), stepKey: fc.constant(stepKey) }),
  fc.record({ type: fc.constant("step_resumed" as const), stepKey: fc.constant(stepKey), attempt: fc.nat() }),
  fc.record({
    type: fc.constant("step_streamed" as const),
    stepKey: fc.constant(stepKey),
    attempt: fc.nat(),
    channel: fc.constant("text" as const),
    offset: fc.nat(),
    text: fc.string(),
  }),
) as fc.Arbitrary<ExecutionEventBody>;
const histories = fc.array(fc.tuple(fc.nat({ max: 5_000 }), body), { minLength: 1, maxLength: 40 }).map((list) => {
  let at = 1_800_000_000_000;
  return list.map(([later, each], index): ExecutionEvent => {
    at += later;
    return { seq: index + 7, at, body: each };
  });
});

const write = (events: readonly ExecutionEvent[]) =>
  toLogRows(
    events,
    events.map((event) => JSON.stringify(event.body)),
  );
const readBack = (rows: readonly WrittenRow[]) =>
  rows.flatMap((row) => eventsOfRow({ ...row, body: JSON.parse(row.body) }));
const started = (seq: number, text = ""): ExecutionEvent => ({
  seq,
  at: 1_800_000_000_000 + seq,
  body: { type: "step_started", stepKey, attempt: 1, inputs: { text } },
});

describe("rows of the log", () => {
  test("give the events back as they were recorded", () => {
    fc.assert(
      fc.property(histories, (events) => {
        expect(readBack(write(events))).toEqual(JSON.parse(JSON.stringify(events)));
      }),
    );
  });

  test("follow one another without gaps, and say whether their events have one type", () => {
    fc.assert(
      fc.property(histories, (events) => {
        let next = 7;
        for (const row of write(events)) {
          const own = events.slice(next - 7, next - 7 + row.count);
          const types = new Set(own.map((event) => event.body.type));
          expect([row.seq, row.at, row.type]).toEqual([
            next,
            own[0]?.at ?? 0,
            types.size === 1 ? ([...types][0] ?? "") : null,
          ]);
          next += row.count;
        }
        expect(next).toBe(7 + events.length);
      }),
    );
  });

  test("of one event are its body, as every release has written it", () => {
    expect(write([started(1)])).toEqual([
      { seq: 1, at: 1_800_000_000_001, count: 1, type: "step_started", body: JSON.stringify(started(1).body) },
    ]);
  });

  test("have streamed text apart from the rest, and alone what statements look for", () => {
    fc.assert(
      fc.property(histories, (events) => {
        for (const row of write(events)) {
          const types = eventsOfRow({ ...row, body: JSON.parse(row.body) }).map((event) => event.body.type);
          if (types.includes("step_streamed")) expect(row.type).toBe("step_streamed");
          for (const lone of ["step_cancelled", "step_resumed"])
            if (types.includes(lone)) expect(row).toMatchObject({ count: 1, type: lone });
        }
      }),
    );
  });

  test("are bounded in events and in text", () => {
    const many = write(Array.from({ length: 1_000 }, (_, index) => started(index + 1)));
    expect(many.map(({ count }) => count)).toEqual([200, 200, 200, 200, 200]);
    const long = write(Array.from({ length: 10 }, (_, index) => started(index + 1, "x".repeat(40_000))));
    expect(long.map(({ count }) => count)).toEqual([2, 2, 2, 2, 2]);
    const tooLong = write([started(1, "x".repeat(200_000)), started(2)]);
    expect(tooLong.map(({ count }) => count)).toEqual([1, 1]);
  });

  test("of no events are none", () => {
    expect(toLogRows([], [])).toEqual([]);
  });
});
