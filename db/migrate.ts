import { fileURLToPath } from "node:url";
import { sql } from "drizzle-orm";
import { readMigrationFiles } from "drizzle-orm/migrator";
import { AppError } from "#src/errors.ts";
import type { Database, Tx } from "./client.ts";
import { toDatabaseError } from "./errors.ts";
import { seedAgents } from "./seed.ts";

const migrationsFolder = fileURLToPath(new URL("../drizzle", import.meta.url));
/** Any number, as long as nothing else in the database takes it. */
const migrationLock = 4_607_182_418;

/**
 * Brings the tables, policies and grants up to date, in one transaction, and then the catalogue of built-in agents. Safe to run
 * twice and by several processes at once.
 */
export async function migrate(db: Database): Promise<void> {
  try {
    if (db.kind === "pglite") await db.ownerSql`reset role`;
    await db.owner.transaction(apply);
    // The embedded database's only connection belongs to the engine between transactions (see README); later sessions begin so.
    if (db.kind === "pglite") await db.ownerSql`select set_config('role', 'agentflow_engine', false)`;
    await seedAgents(db);
  } catch (error) {
    throw toDatabaseError(error);
  }
}

/**
 * Keeps Drizzle's own record (the same table and hashes), but applies everything in one transaction that holds the lock:
 * Drizzle's migrator opens transactions of its own on any connection of the pool, and takes none.
 */
async function apply(tx: Tx): Promise<void> {
  await tx.execute(sql`select set_config('statement_timeout', '0', true)`);
  await tx.execute(sql`select pg_advisory_xact_lock(${migrationLock})`);
  await tx.execute(sql`create schema if not exists drizzle`);
  await tx.execute(
    sql`create table if not exists drizzle.__drizzle_migrations (id serial primary key, hash text not null, created_at bigint)`,
  );
  const rows = await tx.execute<{ hash: string }>(sql`select hash from drizzle.__drizzle_migrations order by id`);
  const migrations = readMigrationFiles({ migrationsFolder });
  for (const [index, row] of rows.entries())
    if (migrations[index]?.hash !== row.hash)
      throw new AppError("unavailable", "The database was made by another, probably newer, release of AgentFlow.");
  for (const migration of migrations.slice(rows.length)) {
    for (const statement of migration.sql) await tx.execute(sql.raw(statement));
    await tx.execute(
      sql`insert into drizzle.__drizzle_migrations (hash, created_at) values (${migration.hash}, ${migration.folderMillis})`,
    );
  }
}
