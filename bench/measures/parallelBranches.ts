import { createMemoryStore } from "#src/engine/memoryStore.ts";
import { sketch } from "#tests/support/engine/graphs.ts";
import { nobody, runOnce, waitWork } from "../support/engine.ts";
import { atMost, type Measure, median } from "../support/measurement.ts";

const branches = 100;
const branchMs = 100;

/** Branches that may run together do: as long as one, not as long as their sum. */
export const parallelBranches: Measure = {
  name: "parallelBranches",
  needs: [],
  async run() {
    const ids = Array.from({ length: branches }, (_, index) => `b${index}`);
    const graph = sketch(
      Object.fromEntries([...ids, "join"].map((id) => [id, "work"])),
      ids.map((id) => `${id} -> join`),
    );
    const store = createMemoryStore({ clock: Date, graphOf: () => graph });
    const samples: number[] = [];
    // The join waits too: its own 100 ms are not the branches'.
    for (let run = 0; run < 7; run++) {
      samples.push((await runOnce({ store, graph, owner: nobody, work: waitWork(branchMs) })) - branchMs);
    }
    return [atMost(`${branches} parallel branches of ${branchMs} ms (median of 7)`, median(samples), 160, "ms")];
  },
};
