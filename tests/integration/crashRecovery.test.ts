import { describe, expect, test } from "bun:test";
import { appendFileSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Database, type DatabaseLocation, openDatabase } from "#db/client.ts";
import { migrate } from "#db/migrate.ts";
import { findExecution } from "#db/queries/executions.ts";
import { workflowExecutions } from "#db/schema/index.ts";
import { withTenant } from "#db/tenant.ts";
import { systemClock } from "#server/adapters/clock.ts";
import { createFeed } from "#server/execution/feed.ts";
import { createRunner } from "#server/execution/runner.ts";
import { createDatabaseStore } from "#server/execution/store.ts";
import type { NewExecution } from "#src/engine/ports.ts";
import { reduceAll } from "#src/engine/reduce.ts";
import { stepList } from "#src/engine/stepList.ts";
import { startChild } from "#tests/support/children/childProcess.ts";
import { freshPostgres } from "#tests/support/database.ts";
import { asOwner, databaseKinds } from "#tests/support/databases.ts";
import { testCatalogue, testExecutors } from "#tests/support/engine/agents.ts";

/** Goes on with what it finds until the execution has ended, as a second process of the server does. */
async function finish(db: Database, { id }: NewExecution, ledger: string): Promise<void> {
  const feed = createFeed();
  const { promise: ended, resolve } = Promise.withResolvers<void>();
  feed.subscribe(id, (message) => {
    if (message.kind === "event" && message.event.body.type === "execution_succeeded") resolve();
  });
  const runner = createRunner({
    db,
    feed,
    clock: systemClock,
    catalogue: testCatalogue,
    executors: testExecutors((_inputs, { stepKey, idempotencyKey }) => {
      appendFileSync(ledger, `${stepKey} ${idempotencyKey}\n`);
      return { out: stepKey };
    }),
    contextFor: () => ({}) as never,
    capacity: 4,
    log: { warn: () => {}, error: () => {} },
  });
  await ended;
  await runner.stop();
}

describe("after a kill -9 in the middle of a workflow", () => {
  for (const kind of databaseKinds) {
    test(`a second process finishes it on ${kind}, and no recorded step runs again`, async () => {
      const folder = mkdtempSync(join(tmpdir(), "agentflow-crash-"));
      const ledger = join(folder, "ledger");
      const server = kind === "postgres" ? await freshPostgres() : null;
      const location: DatabaseLocation = server === null ? { folder: join(folder, "database") } : { url: server.url };
      try {
        await using child = startChild("crashingRunner.ts", { location, ledger });
        const execution = JSON.parse((await child.line()) ?? "null") as NewExecution;
        await child.kill();

        const db = await openDatabase(location);
        try {
          await migrate(db);
          // As if the 10 s of the lease were over. The embedded database needs no such help: its folder lock tells.
          if (kind === "postgres")
            await asOwner(db, "update workflow_executions set lease_expires_at = now() - interval '1 s'");
          await finish(db, execution, ledger);

          const steps = readFileSync(ledger, "utf8").trim().split("\n");
          expect(steps.map((line) => line.split(" ")[0])).toEqual(["n0", "n1", "n2", "n2", "n3"]);
          // The attempt that was cut off and the one after it carry the same key, so an effect can be told from its repeat.
          expect(steps[2]).toBe(steps[3] as string);

          const { id, workspaceId } = execution;
          const events = await createDatabaseStore(db).readEvents(workspaceId, id, { afterSeq: 0, limit: 1_000 });
          expect(events.map((event) => event.seq)).toEqual(events.map((_, index) => index + 1));
          const state = reduceAll(events);
          expect(state).toMatchObject({ status: "succeeded", recoveries: 1 });
          const [row] = await withTenant(db, execution, (tx) => tx.select().from(workflowExecutions));
          expect(row).toMatchObject({ status: "succeeded", recoveries: 1, leaseOwner: null, outputData: state.output });
          const detail = await withTenant(db, execution, (tx) => findExecution(tx, execution));
          expect(detail?.steps.map(({ status }) => status)).toEqual(Array(4).fill("succeeded"));
          expect(detail?.steps).toEqual(stepList(state));
        } finally {
          await db.close();
        }
      } finally {
        await server?.[Symbol.asyncDispose]();
        rmSync(folder, { recursive: true, force: true });
      }
    }, 60_000);
  }
});
