import type { Database } from "./client.ts";
import { maintain } from "./maintain.ts";

const tables = ["execution_events", "payloads", "workflow_executions"] as const;

/**
 * Gives the room of removed executions back to new ones. PostgreSQL's autovacuum does so by itself; the embedded database has no
 * process for it, and its files would only grow. Nothing else is asked of the one connection meanwhile: between two tables it is
 * given back.
 */
export async function reclaim(db: Database): Promise<void> {
  if (db.kind !== "pglite") return;
  for (const table of tables) await maintain(db, `vacuum (analyze) ${table}`);
}
