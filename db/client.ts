import type { ExtractTablesWithRelations } from "drizzle-orm";
import { drizzle, type PostgresJsDatabase, type PostgresJsTransaction } from "drizzle-orm/postgres-js";
import postgres from "postgres";
import { openPglite } from "./pglite/open.ts";
import { poolSockets } from "./poolSockets.ts";
import { renewedPool } from "./renewedPool.ts";
import * as schema from "./schema/index.ts";

export type Schema = typeof schema;
/** A transaction behind one of the doors of `tenant.ts`; the same type on both databases. `execute` gives an array of rows. */
export type Tx = PostgresJsTransaction<Schema, ExtractTablesWithRelations<Schema>>;

/**
 * An open database. Only `db/` uses its connections: everything else goes through the doors of `tenant.ts`, hot statements of the
 * engine through `engine.ts`.
 */
export interface Database {
  readonly kind: "postgres" | "pglite";
  /** Logs in as the owner of the tables. */
  readonly owner: PostgresJsDatabase<Schema>;
  readonly ownerSql: postgres.Sql;
  /** Every statement runs as agentflow_engine without a transaction of its own around it. */
  readonly engineSql: postgres.Sql;
  /** The same for the statement that claims: it is planned once, and never reads whole tables. */
  readonly claimSql: postgres.Sql;
  /** How long anything asked of the database may stay without an answer, in milliseconds; null where no network is in between. */
  readonly answerMs: number | null;
  /** Tells of something that was asked through this connection: whether the answer came in time. A silent pool is replaced. */
  note(asked: object, isInTime: boolean): void;
  /** Waits for what is running, at most 2 s, and closes the connections; PGlite's folder is free afterwards. */
  close(): Promise<void>;
}

export type DatabaseLocation =
  | {
      readonly url: string;
      /** Connections for requests, 10 unless told. */
      readonly poolSize?: number;
      /** Connections for the engine's statements, 4 unless told. */
      readonly enginePoolSize?: number;
      /** Milliseconds after which a statement or transaction without an answer is given up, 5,000 unless told. */
      readonly answerMs?: number;
    }
  /** An embedded database in this folder; null keeps it in memory. */
  | { readonly folder: string | null };

/** Opens; makes no tables (see `migrate`). Throws AppError `unavailable` when a folder is in use by another process. */
export async function openDatabase(location: DatabaseLocation): Promise<Database> {
  return "url" in location ? openPostgres(location) : openEmbedded(location.folder);
}

/** Also what it takes when a connection was lost and not used again: postgres.js then waits for its last query for ever. */
const closeSeconds = 2;
const shared = { onnotice: () => {}, connect_timeout: 5 } as const;

/** Seconds until the next try to connect: a database that comes back is found within one. */
const backoff = (retries: number): number => Math.min(0.05 * 2 ** retries, 1) * (0.5 + Math.random() / 2);

function openPostgres(location: Extract<DatabaseLocation, { url: string }>): Database {
  const owners = connections(location.url, {
    max: location.poolSize ?? 10,
    settings: {
      application_name: "agentflow",
      statement_timeout: 30_000,
      idle_in_transaction_session_timeout: 60_000,
    },
    make: (sql) => drizzle(sql, { schema }),
  });
  const engines = engineConnections(location.url, location.enginePoolSize ?? 4, {});
  // Planning a claim takes three times as long as doing it, and what its plan is does not depend on how much waits.
  const claims = engineConnections(location.url, 1, { plan_cache_mode: "force_generic_plan" });
  return {
    kind: "postgres",
    answerMs: location.answerMs ?? 5_000,
    get owner() {
      return owners.current().made;
    },
    get ownerSql() {
      return owners.current().sql;
    },
    get engineSql() {
      return engines.current().made;
    },
    get claimSql() {
      return claims.current().made;
    },
    note(asked, isInTime) {
      for (const pool of [engines, claims]) if (asked === pool.current().made) pool.note(pool.current(), isInTime);
      if (asked === owners.current().made) owners.note(owners.current(), isInTime);
    },
    async close() {
      await Promise.all([owners.close(), engines.close(), claims.close()]);
    },
  };
}

/** Connections of the engine's role, with these settings of the planner. */
const engineConnections = (url: string, max: number, planner: Readonly<Record<string, string>>) =>
  connections(url, {
    max,
    settings: {
      application_name: "agentflow engine",
      role: "agentflow_engine",
      statement_timeout: 30_000,
      // The planner, which counts whole queues, would compile the claim for 60 ms; it runs for 3.
      jit: "off",
      // Every statement names its rows. A plan that was made while a table was small would read all of it ever after.
      enable_seqscan: "off",
      ...planner,
    },
    // Drizzle's own serializers here, too: JSON and times go in and out as text.
    make: (sql) => drizzle(sql).$client,
  });

interface ConnectionsOptions<Made extends object> {
  readonly max: number;
  readonly settings: Readonly<Record<string, string | number>>;
  /** What asks through them. */
  readonly make: (sql: postgres.Sql) => Made;
}

/** Connections that are replaced when they say nothing any more, and gone when they are. */
function connections<Made extends object>(url: string, { max, settings, make }: ConnectionsOptions<Made>) {
  return renewedPool(
    () => {
      const sockets = poolSockets();
      // `socket` is not in its types.
      const sql = postgres(url, { ...shared, ...{ socket: sockets.open }, backoff, max, connection: settings });
      return { sql, made: make(sql), sockets };
    },
    ({ sql, sockets }) => sql.end({ timeout: closeSeconds }).finally(sockets.close),
  );
}

async function openEmbedded(folder: string | null): Promise<Database> {
  const embedded = await openPglite(folder);
  // One backend, so one connection: transactions and lone queries wait for each other in postgres.js's queue.
  const sql = postgres({
    ...shared,
    max: 1,
    idle_timeout: 0,
    max_lifetime: null,
    socket: embedded.connect,
  } as postgres.Options<Record<string, never>>);
  return {
    kind: "pglite",
    answerMs: null,
    note: () => {},
    owner: drizzle(sql, { schema }),
    ownerSql: sql,
    engineSql: sql,
    claimSql: sql,
    async close() {
      await sql.end({ timeout: closeSeconds });
      await embedded.close();
    },
  };
}
