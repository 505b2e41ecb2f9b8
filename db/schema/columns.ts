import { type SQL, sql } from "drizzle-orm";
import { customType, pgPolicy, pgRole, timestamp } from "drizzle-orm/pg-core";

/** Rows of one workspace, named by `app.workspace_id`. What every member's request runs as. */
export const tenantRole = pgRole("agentflow_tenant").existing();
/** Who is who, before a workspace is known: sign-in, sessions, invitations, memberships. */
export const identityRole = pgRole("agentflow_identity").existing();
/** Executions of all workspaces: the engine's workers. Sees of a workflow whether it is there and how far its document is; no person. */
export const engineRole = pgRole("agentflow_engine").existing();

/** Milliseconds, like a JavaScript Date: a cursor made from a row finds exactly that row again. */
export const time = (name: string) => timestamp(name, { withTimezone: true, mode: "date", precision: 3 });
export const createdAt = () => time("created_at").notNull().defaultNow();

export const bytea = customType<{ data: Uint8Array; driverData: Uint8Array }>({ dataType: () => "bytea" });
export const tsvector = customType<{ data: string }>({ dataType: () => "tsvector" });

/** The workspace of this transaction; null, and so equal to nothing, when the setting is missing or empty. */
export const currentWorkspace = sql`nullif(current_setting('app.workspace_id', true), '')`;

const ownWorkspace = sql`workspace_id = ${currentWorkspace}`;

/** The policy of a tenant table: rows of the current workspace, read and written. What may be done at all is a grant. */
export const tenantPolicy = (table: string) =>
  pgPolicy(`${table}_tenant`, { to: tenantRole, for: "all", using: ownWorkspace, withCheck: ownWorkspace });

/** All rows, for a role whose grants name the few tables it works on. */
export const wholeTablePolicy = (table: string, role: typeof identityRole | typeof engineRole) =>
  pgPolicy(`${table}_${role === engineRole ? "engine" : "identity"}`, {
    to: role,
    for: "all",
    using: sql`true`,
    withCheck: sql`true`,
  });

/**
 * All rows to look at, for the engine; its grants name the few columns. By name, because the tables' owner is a member of the role
 * and would see them too.
 */
export const engineReadPolicy = (table: string) =>
  pgPolicy(`${table}_engine`, { to: engineRole, for: "select", using: sql`current_user = 'agentflow_engine'` });

/** Days of use that nobody asks for any more may be removed; none that a budget could still be held against. */
export const pastDaysPolicy = (table: string) =>
  pgPolicy(`${table}_past_days`, {
    as: "restrictive",
    to: engineRole,
    for: "delete",
    using: sql`day < (clock_timestamp() at time zone 'utc')::date - 30`,
  });

/** Retention removes what belongs to executions that have ended, and nobody removes anything of others. */
export const endedOnlyPolicy = (table: string, ended: SQL) =>
  pgPolicy(`${table}_ended_only`, { as: "restrictive", to: engineRole, for: "delete", using: ended });
