import fc from "fast-check";
import type { Clock } from "#src/engine/ports.ts";
import { AppError } from "#src/errors.ts";
import type { Graph } from "#src/schemas/graph.ts";
import type { Work } from "./agents.ts";
import { type NodeSketch, sketch } from "./graphs.ts";

/** What a random node does; the last four never come to a result. */
export type Behaviour =
  | { readonly does: "succeed" | "close" | "throw" | "reject" | "hang" | "obey" }
  | { readonly does: "sleep"; readonly ms: number }
  | { readonly does: "stream"; readonly parts: readonly string[] }
  | { readonly does: "retry"; readonly failures: number };

export interface RandomCase {
  readonly graph: Graph;
  readonly behaviours: ReadonlyMap<string, Behaviour>;
}

const just = <Does extends Behaviour["does"]>(does: Does) => fc.constant({ does });

/** Nodes that come to a result, the same one every time. */
export const tame: fc.Arbitrary<Behaviour> = fc.oneof(
  { weight: 4, arbitrary: just("succeed") },
  { weight: 2, arbitrary: just("close") },
  { weight: 2, arbitrary: fc.record({ does: fc.constant("sleep" as const), ms: fc.integer({ min: 0, max: 2_000 }) }) },
  {
    weight: 2,
    arbitrary: fc.record({ does: fc.constant("stream" as const), parts: fc.array(fc.string({ unit: "grapheme" })) }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ does: fc.constant("retry" as const), failures: fc.integer({ min: 1, max: 2 }) }),
  },
) as fc.Arbitrary<Behaviour>;

/** And nodes that do not. */
export const wild: fc.Arbitrary<Behaviour> = fc.oneof(
  { weight: 8, arbitrary: tame },
  { weight: 1, arbitrary: just("throw") },
  { weight: 1, arbitrary: just("reject") },
  { weight: 1, arbitrary: just("hang") },
  { weight: 1, arbitrary: just("obey") },
  { weight: 1, arbitrary: fc.record({ does: fc.constant("retry" as const), failures: fc.constant(99) }) },
) as fc.Arbitrary<Behaviour>;

/** A graph without cycles of 1 to 12 nodes, some disabled, some with a time limit. */
export function randomCase(behaviour: fc.Arbitrary<Behaviour>): fc.Arbitrary<RandomCase> {
  const node = fc.record({
    behaviour,
    disabled: fc.nat(15).map((chance) => chance === 0),
    timeoutMs: fc.option(fc.integer({ min: 2_500, max: 4_000 }), { freq: 3 }),
  });
  const edges = fc.array(fc.tuple(fc.nat(11), fc.nat(11)), { maxLength: 24 });
  return fc.tuple(fc.array(node, { minLength: 1, maxLength: 12 }), edges).map(([nodes, pairs]) => {
    const sketches: Record<string, NodeSketch> = {};
    const behaviours = new Map<string, Behaviour>();
    for (const [index, { behaviour: does, disabled, timeoutMs }] of nodes.entries()) {
      sketches[`n${index}`] = {
        ...(disabled ? { disabled } : {}),
        ...(timeoutMs === null ? {} : { timeoutMs }),
      };
      behaviours.set(`n${index}`, does);
    }
    const forward = pairs.filter(([from, to]) => from < to && to < nodes.length);
    const graph = sketch(
      sketches,
      forward.map(([from, to]) => `n${from} -> n${to}`),
      { timeoutMs: 60_000 },
    );
    return { graph, behaviours };
  });
}

/** Does what the case says. Results depend on the step and its inputs only. */
export function workOf({ behaviours }: RandomCase, sleep: Clock["sleep"]): Work {
  return async (inputs, context) => {
    const out = digest(`${context.stepKey}${JSON.stringify(inputs)}`);
    const behaviour = behaviours.get(context.stepKey) ?? { does: "succeed" };
    switch (behaviour.does) {
      case "succeed":
        return { out };
      case "close":
        return {};
      case "throw":
        throw new Error("A bug in the agent");
      case "reject":
        throw new AppError("model_rejected", "No");
      case "hang":
        return new Promise<never>(() => undefined);
      case "obey":
        return new Promise<never>((_resolve, reject) => {
          context.signal.addEventListener("abort", () => reject(context.signal.reason), { once: true });
        });
      case "sleep":
        await sleep(behaviour.ms, context.signal);
        return { out };
      case "stream":
        for (const part of behaviour.parts) {
          context.emitText(part);
          await sleep(60, context.signal);
        }
        return { out };
      case "retry":
        if (context.attempt <= behaviour.failures) throw new AppError("model_unavailable", "Away");
        return { out };
    }
  };
}

function digest(text: string): string {
  let sum = 7;
  for (let index = 0; index < text.length; index += 1) sum = (sum * 31 + text.charCodeAt(index)) % 4_294_967_291;
  return sum.toString(36);
}
