import { createMemoryStore } from "#src/engine/memoryStore.ts";
import { chain } from "#tests/support/engine/graphs.ts";
import { lightWork, nobody, runOnce } from "../support/engine.ts";
import { atMost, type Measure, median } from "../support/measurement.ts";

const steps = 1_000;
const runs = 15;

/** What the engine itself costs: a chain of steps that do nothing, nothing stored. */
export const engineMemory: Measure = {
  name: "engineMemory",
  needs: [],
  async run() {
    const graph = chain(steps);
    const store = createMemoryStore({ clock: Date, graphOf: () => graph });
    const once = () => runOnce({ store, graph, owner: nobody, work: lightWork });
    for (let warm = 0; warm < 5; warm++) await once();
    const samples: number[] = [];
    for (let run = 0; run < runs; run++) samples.push(await once());
    const what = `Engine per step, memory store, chain of ${steps} (median of ${runs})`;
    return [atMost(what, (median(samples) * 1000) / steps, 50, "us")];
  },
};
