import { createMemoryStore } from "#src/engine/memoryStore.ts";
import { joinId, workspaceId } from "#src/ids.ts";
import type { Graph } from "#src/schemas/graph.ts";
import { newExecution } from "#tests/support/engine/rig.ts";
import { fakeClock } from "#tests/support/fakeClock.ts";
import { executionPayloadsContract } from "./executionPayloads.ts";
import { executionStoreContract, type StoreUnderTest } from "./executionStore.ts";
import { executionWaitsContract } from "./executionWaits.ts";

async function memory(): Promise<StoreUnderTest> {
  const clock = fakeClock();
  const leaseMs = 30_000;
  let graph: Graph | null = null;
  let count = 0;
  const graphOf = () => {
    if (graph === null) throw new Error("No graph yet");
    return graph;
  };
  return {
    store: createMemoryStore({ clock, graphOf, leaseMs }),
    otherWorkspace: workspaceId.parse(joinId("workspace", "9".repeat(26))),
    async newExecution(of) {
      graph = of;
      count += 1;
      return newExecution(count);
    },
    expireLeases: () => clock.advance(leaseMs),
    async [Symbol.asyncDispose]() {},
  };
}

executionStoreContract("memory", memory);
executionWaitsContract("memory", memory);
executionPayloadsContract("memory", memory);
