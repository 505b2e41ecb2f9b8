import type { Database } from "./client.ts";

/**
 * Does what only the owner of the tables may (vacuum, analyze) on the embedded database's one connection, which is the engine's again
 * afterwards.
 */
export async function maintain(db: Database, statement: string): Promise<void> {
  const session = await db.ownerSql.reserve();
  try {
    await session`reset role`;
    try {
      await session.unsafe(statement);
    } finally {
      await session`select set_config('role', 'agentflow_engine', false)`;
    }
  } finally {
    session.release();
  }
}
