import { expect, test } from "bun:test";
import { sql } from "drizzle-orm";
import { openDatabase } from "#db/client.ts";
import { engineRows } from "#db/engine.ts";
import { migrate } from "#db/migrate.ts";
import { withIdentity } from "#db/tenant.ts";
import { startChaosProxy } from "#tests/support/chaosProxy.ts";
import { freshPostgres } from "#tests/support/database.ts";

// So postgres.js leaves a connection, too, whose socket closed between a query and the tick that would have written it (R10).
test("connections that say nothing any more are given up for new ones, and nothing waits for them for ever", async () => {
  await using server = await freshPostgres();
  await using proxy = await startChaosProxy(server.url);
  const db = await openDatabase({ url: proxy.url, answerMs: 300, poolSize: 2, enginePoolSize: 2 });
  await migrate(db);
  const asks = [() => engineRows(db, "select 1", []), () => withIdentity(db, (tx) => tx.execute(sql`select 1`))];
  for (const ask of asks) await Promise.all([ask(), ask(), ask()]);
  proxy.strand();
  for (const ask of asks) {
    let isAnswered = false;
    while (!isAnswered)
      isAnswered = await ask().then(
        () => true,
        () => false,
      );
  }
  expect(await Promise.all(asks.map((ask) => ask()))).toHaveLength(2);
  await db.close();
}, 60_000);
