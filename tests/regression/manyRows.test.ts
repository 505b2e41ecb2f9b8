import { expect, test } from "bun:test";
import { systemClock } from "#server/adapters/clock.ts";
import { executors } from "#src/agents/executors.ts";
import { catalogue } from "#src/agents/registry.ts";
import type { JsonObject } from "#src/json.ts";
import { sketch } from "#tests/support/engine/graphs.ts";
import { engineRig } from "#tests/support/engine/rig.ts";

test.each([
  ["filter", { operation: "filter", condition: "n % 2 = 0" }],
  ["aggregate", { operation: "aggregate", groupBy: "name", calculate: "sum(n)" }],
  ["dedupe", { operation: "dedupe" }],
] as readonly (readonly [string, JsonObject])[])(
  "timers fire during a %s of 50,000 rows",
  async (_name, config) => {
    const rows = Array.from({ length: 50_000 }, (_, n) => ({ n, name: `row ${n}` }));
    const graph = sketch({ in: "input", rows: { agent: "dataProcessor", config } }, ["in.value -> rows.data"]);
    // Only metadata is of interest, and what the store does with so many rows is its own affair.
    let turns = 0;
    const timer = setInterval(() => {
      turns += 1;
    }, 1);
    const rig = await engineRig(graph, {
      input: rows,
      deps: {
        clock: systemClock,
        catalogue,
        executors: {
          ...executors,
          dataProcessor: async (...given) => {
            turns = 0;
            const { outputs } = await executors.dataProcessor(...given);
            return { outputs: { data: turns, metadata: outputs.metadata ?? null } };
          },
        },
      },
    });
    try {
      const state = await (await rig.begin()).end;
      expect(state.steps.rows?.status).toBe("succeeded");
      expect(Number(state.steps.rows?.outputs?.data)).toBeGreaterThan(2);
    } finally {
      clearInterval(timer);
    }
  },
  30_000,
);
