import type { Database } from "./client.ts";
import { maintain } from "./maintain.ts";

const tables = ["workflow_executions", "execution_events", "workflows", "audit_log", "workflow_versions"] as const;
/** Below it any plan is a good one. */
const smallestBytes = 1_000_000;

/**
 * Lets the embedded database count its tables again when executions take twice the room that they took then, and gives the room
 * they take now, in bytes. PostgreSQL's autovacuum does so by itself; without it plans stay those of empty tables, which read all of a list
 * for each page of it.
 */
export async function renewStatistics(db: Database, bytesBefore: number): Promise<number> {
  if (db.kind !== "pglite") return bytesBefore;
  const [row] = await db.ownerSql<{ bytes: string }[]>`select pg_relation_size('workflow_executions') as bytes`;
  const bytes = Number(row?.bytes ?? 0);
  if (bytes < smallestBytes || bytes < 2 * bytesBefore) return bytesBefore;
  await maintain(db, `analyze ${tables.join(", ")}`);
  return bytes;
}
