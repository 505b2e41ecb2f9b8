import { openDatabase } from "#db/client.ts";
import { migrate } from "#db/migrate.ts";
import { createDatabaseStore } from "#server/execution/store.ts";
import { freshPostgres } from "#tests/support/database.ts";
import { newExecutionOf, newWorkspace } from "#tests/support/databases.ts";
import { chain } from "#tests/support/engine/graphs.ts";
import { lightWork, runOnce } from "../support/engine.ts";
import { fixed, type Measure, median } from "../support/measurement.ts";

const concurrent = 1_000;
const steps = 10;
const rounds = 5;
const limitPerSecond = 2_500;

/** Many executions at once on the real store: what the group commit is for. */
export const manyExecutions: Measure = {
  name: "manyExecutions",
  needs: ["postgres"],
  async run() {
    await using server = await freshPostgres();
    const db = await openDatabase({ url: server.url });
    try {
      await migrate(db);
      const graph = chain(steps);
      const { workspaceId, workflowId, versionId } = await newExecutionOf(db, graph, await newWorkspace(db));
      const one = {
        store: createDatabaseStore(db),
        graph,
        owner: { workspaceId, workflowId, versionId },
        work: lightWork,
      };
      const perSecond: number[] = [];
      for (let round = -1; round < rounds; round++) {
        const begun = performance.now();
        await Promise.all(Array.from({ length: concurrent }, () => runOnce(one)));
        if (round >= 0) perSecond.push(concurrent / ((performance.now() - begun) / 1000));
      }
      const rate = median(perSecond);
      return [
        {
          what: `${concurrent} concurrent executions of ${steps} steps, durable on PostgreSQL (median of ${rounds} rounds)`,
          value: `${fixed(rate, 0)}/s (${fixed(rate * steps, 0)} durable steps/s)`,
          against: "the limit",
          ratio: fixed(rate / limitPerSecond, 2),
          limit: `at least ${limitPerSecond}/s`,
          holds: rate >= limitPerSecond,
        },
      ];
    } finally {
      await db.close();
    }
  },
};
