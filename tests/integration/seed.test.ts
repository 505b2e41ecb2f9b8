import { expect, test } from "bun:test";
import { openDatabase } from "#db/client.ts";
import { migrate } from "#db/migrate.ts";
import { seedAgents } from "#db/seed.ts";
import { freshPostgres } from "#tests/support/database.ts";
import { asOwner } from "#tests/support/databases.ts";

test("processes that start at the same moment write the catalogue of agents beside each other", async () => {
  await using server = await freshPostgres();
  const all = await Promise.all([1, 2, 3, 4].map(() => openDatabase({ url: server.url })));
  try {
    const [first] = all;
    if (first === undefined) throw new Error("No database.");
    await migrate(first);
    const count = () => asOwner(first, "select count(*)::int as agents from agents");
    const before = await count();
    for (let round = 0; round < 20; round += 1) {
      await asOwner(first, "delete from agents");
      await Promise.all(all.map(seedAgents));
    }
    expect(await count()).toEqual(before);
  } finally {
    await Promise.all(all.map((db) => db.close()));
  }
}, 30_000);
