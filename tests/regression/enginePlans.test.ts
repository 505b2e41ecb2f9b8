import { expect, test } from "bun:test";
import { openDatabase } from "#db/client.ts";
import { claimStatement, engineStatement } from "#db/engine.ts";
import { migrate } from "#db/migrate.ts";
import { freshPostgres } from "#tests/support/database.ts";

const planner = "select current_setting('enable_seqscan') as whole, current_setting('plan_cache_mode') as plans";

test("no plan of the engine's that was made while a table was small reads all of it when it has grown", async () => {
  await using server = await freshPostgres();
  const db = await openDatabase({ url: server.url });
  try {
    await migrate(db);
    expect(await engineStatement(db, planner, [])).toEqual([{ whole: "off", plans: "auto" }]);
    expect(await claimStatement(db, planner, [])).toEqual([{ whole: "off", plans: "force_generic_plan" }]);
  } finally {
    await db.close();
  }
});

test("nor does one of the embedded database", async () => {
  const db = await openDatabase({ folder: null });
  try {
    await migrate(db);
    expect(await engineStatement(db, planner, [])).toMatchObject([{ whole: "off" }]);
  } finally {
    await db.close();
  }
}, 30_000);
