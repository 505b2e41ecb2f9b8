import { sql } from "drizzle-orm";
import { index, jsonb, pgPolicy, pgTable, text } from "drizzle-orm/pg-core";
import type { AuditId, WorkspaceId } from "#src/ids.ts";
import type { JsonObject } from "#src/json.ts";
import type { Principal } from "#src/schemas/principal.ts";
import { engineRole, identityRole, tenantPolicy, time } from "./columns.ts";

/** Who did what. Rows are inserted and read, never changed. */
export const auditLog = pgTable(
  "audit_log",
  {
    id: text("id").$type<AuditId>().primaryKey(),
    /** Null where no workspace is known: a failed sign-in. Such rows are for the operator, no tenant sees them. */
    workspaceId: text("workspace_id").$type<WorkspaceId>(),
    /** Null when nobody is signed in. */
    principal: jsonb("principal").$type<Principal>(),
    /** `<aggregate>.<verb>`, e.g. `workflow.delete`, `member.setRole`, `auth.signInFailed`. */
    action: text("action").notNull(),
    /** Id of what it was done to. */
    subject: text("subject"),
    detail: jsonb("detail").$type<JsonObject>().notNull().default({}),
    at: time("at").notNull().defaultNow(),
  },
  (table) => [
    index("audit_log_page").on(table.workspaceId, table.at.desc(), table.id.desc()),
    tenantPolicy("audit_log"),
    // What the housekeeping did of its own accord.
    pgPolicy("audit_log_engine", { to: engineRole, for: "insert", withCheck: sql`true` }),
    pgPolicy("audit_log_identity", { to: identityRole, for: "insert", withCheck: sql`true` }),
  ],
);
