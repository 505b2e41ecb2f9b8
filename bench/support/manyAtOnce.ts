import { chain } from "#tests/support/engine/graphs.ts";
import { lightWork } from "./engine.ts";
import { median } from "./measurement.ts";
import { ownStore } from "./ownStore.ts";

interface Many {
  readonly executions: number;
  /** Light ones, of each execution. */
  readonly steps: number;
  readonly rounds: number;
}

/** So many executions at once on the real store, and how many of them end in a second: the median of the rounds after a first one. */
export async function rateOfMany({ executions, steps, rounds }: Many): Promise<number> {
  await using own = await ownStore();
  const once = await own.runs(chain(steps), lightWork);
  const rates: number[] = [];
  for (let round = -1; round < rounds; round++) {
    const begun = performance.now();
    await Promise.all(Array.from({ length: executions }, once));
    if (round >= 0) rates.push(executions / ((performance.now() - begun) / 1_000));
  }
  return median(rates);
}
