import { describe, expect, test } from "bun:test";
import { stepOf } from "#src/engine/state.ts";
import { AppError } from "#src/errors.ts";
import { sketch } from "#tests/support/engine/graphs.ts";
import { engineRig } from "#tests/support/engine/rig.ts";
import { forEver, untilAborted } from "#tests/support/engine/works.ts";

const used = (inputTokens: number, outputTokens: number) => ({ model: "m", inputTokens, outputTokens });

describe("what an attempt reports to have used", () => {
  test("is recorded once for each attempt, of which the latest report counts, and summed over failed ones", async () => {
    const rig = await engineRig(sketch({ a: { retry: { maxAttempts: 3 } } }), {
      work: (_inputs, context) => {
        context.reportUsage(used(10, 0));
        context.reportUsage(used(10, context.attempt));
        if (context.attempt < 3) throw new AppError("model_stream_cut", "Cut");
        return { out: 1 };
      },
    });
    const state = await rig.run();
    expect(state.status).toBe("succeeded");
    expect(stepOf(state, "a").usage).toEqual(used(30, 6));
    const bodies = (await rig.events()).flatMap(({ body }) => ("usage" in body ? [[body.type, body.usage]] : []));
    expect(bodies).toEqual([
      ["step_attempt_failed", used(10, 1)],
      ["step_attempt_failed", used(10, 2)],
      ["step_succeeded", used(10, 3)],
    ]);
  });

  test("stays with a step that failed for good, that broke its limit, and that was cancelled", async () => {
    const once = { retry: { maxAttempts: 1 } };
    const failed = await engineRig(sketch({ a: once }), {
      work: (_inputs, context) => {
        context.reportUsage(used(5, 1));
        throw new AppError("model_stream_cut", "Cut");
      },
    });
    expect(stepOf(await failed.run(), "a")).toMatchObject({ status: "failed", usage: used(5, 1) });

    const late = await engineRig(sketch({ a: { ...once, timeoutMs: 1_000 } }), {
      work: (_inputs, context) => {
        context.reportUsage(used(6, 1));
        return forEver();
      },
    });
    expect(stepOf(await late.run(), "a")).toMatchObject({ error: { code: "step_timeout" }, usage: used(6, 1) });

    const cancelled = await engineRig(sketch({ a: "work" }), {
      work: (_inputs, context) => {
        context.reportUsage(used(7, 1));
        return untilAborted(context.signal);
      },
    });
    const { end } = await cancelled.begin();
    await cancelled.clock.settle();
    cancelled.cancel();
    expect(stepOf(await cancelled.clock.drive(end), "a")).toMatchObject({ status: "cancelled", usage: used(7, 1) });
  });
});
