import type { Database } from "./client.ts";

/**
 * Does the work while no other process does any under the same name; false when one does. The lock is the session's: it goes with
 * the process, however that ends. The embedded database has one process.
 */
export async function onlyOne(db: Database, name: string, work: () => Promise<void>): Promise<boolean> {
  if (db.kind === "pglite") {
    await work();
    return true;
  }
  const session = await db.ownerSql.reserve();
  try {
    const [row] = await session<{ mine: boolean }[]>`select pg_try_advisory_lock(hashtext(${name})) as mine`;
    if (row?.mine !== true) return false;
    try {
      await work();
    } finally {
      await session`select pg_advisory_unlock(hashtext(${name}))`;
    }
    return true;
  } finally {
    session.release();
  }
}
