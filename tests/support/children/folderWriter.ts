// Opens an embedded database and writes, one commit after another, until it is killed. Prints each id after its commit.
import { openDatabase } from "#db/client.ts";
import { migrate } from "#db/migrate.ts";
import { newWorkspace } from "../databases.ts";

const { folder } = JSON.parse(process.argv[2] ?? "{}") as { folder: string };
try {
  const db = await openDatabase({ folder });
  await migrate(db);
  for (;;) process.stdout.write(`${await newWorkspace(db)}\n`);
} catch (error) {
  process.stdout.write(`${(error as { code?: string }).code}: ${(error as Error).message}\n`);
  process.exit(1);
}
