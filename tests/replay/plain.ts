import { AppError } from "#src/errors.ts";
import { chain, sketch } from "#tests/support/engine/graphs.ts";
import { untilAborted } from "#tests/support/engine/works.ts";
import type { Recording } from "./recording.ts";

const diamond = ["in.value -> a.in", "in.value -> b.in", "a -> join", "b -> join", "join -> out.value"];
const condition = [
  "in.value -> if.value",
  "if.true -> yes.in",
  "if.false -> no.in",
  "yes -> out",
  "no -> after",
  "after -> out",
];
const away = () => {
  throw new AppError("model_unavailable", "Away", { retryAfterMs: 1_000 });
};

/** Chains and branches: what the engine could from the first. */
export const plainRecordings: Record<string, Recording> = {
  chain: { graph: chain(4), born: true },
  join: {
    graph: sketch({ in: "input", a: "work", b: "work", join: "work", out: "output" }, diamond),
    input: { text: "Hi" },
  },
  conditionSkip: {
    graph: sketch({ in: "input", if: "condition", yes: "work", no: "work", after: "work", out: "work" }, condition),
    input: true,
  },
  disabled: { graph: sketch({ a: { disabled: true }, b: "work", c: "work" }, ["a -> b", "c -> b"]) },
  retry: {
    graph: sketch({ a: { retry: { initialDelayMs: 100 } }, b: "work" }, ["a -> b"]),
    work: (_inputs, context) => {
      if (context.stepKey !== "a") return { out: 1 };
      return context.attempt < 3 ? away() : { out: context.attempt };
    },
  },
  failure: {
    graph: sketch({ a: { retry: { maxAttempts: 2 } }, b: "work", c: "work" }, ["b -> c"]),
    work: async (_inputs, context) => (context.stepKey === "a" ? away() : untilAborted(context.signal)),
  },
  cancel: {
    graph: sketch({ a: "work", b: "work" }, ["a -> b"]),
    work: () => new Promise(() => undefined),
    script: async (rig) => {
      const { end } = await rig.begin();
      await rig.clock.advance(1_000);
      rig.cancel();
      await rig.clock.drive(end);
    },
  },
  timeout: {
    graph: sketch({ a: "work", b: "work" }, ["a -> b"], { timeoutMs: 5_000 }),
    work: (_inputs, context) => untilAborted(context.signal),
  },
  stream: {
    graph: sketch({ a: "work" }),
    work: async (_inputs, context) => {
      for (const part of ["Grüße", " an ", "alle 🎉"]) {
        context.emitText(part);
        context.log(part);
        await new Promise((resolve) => setImmediate(resolve));
      }
      return { out: "done" };
    },
  },
  recovery: {
    graph: sketch({ a: "work", b: "work", c: "work" }, ["a -> b", "b -> c"]),
    work: (_inputs, context) =>
      context.stepKey === "b" && context.attempt === 1 ? new Promise(() => undefined) : { out: context.stepKey },
    script: async (rig) => {
      await rig.begin("one");
      await rig.clock.advance(40_000);
      await rig.run("two");
    },
  },
};
