import { sql } from "drizzle-orm";
import { boolean, check, jsonb, pgPolicy, pgTable, text, uniqueIndex } from "drizzle-orm/pg-core";
import type { AgentId, WorkspaceId } from "#src/ids.ts";
import type { JsonObject } from "#src/json.ts";
import {
  createdAt,
  currentWorkspace,
  engineRole,
  tenantPolicy,
  tenantRole,
  time,
  wholeTablePolicy,
} from "./columns.ts";
import { workspaces } from "./workspaces.ts";

/** The catalogue. Built-in agents belong to no workspace and are written by the seed, from the registry in src/agents. */
export const agents = pgTable(
  "agents",
  {
    id: text("id").$type<AgentId>().primaryKey(),
    workspaceId: text("workspace_id")
      .$type<WorkspaceId>()
      .references(() => workspaces.id, { onDelete: "cascade" }),
    /** The kind, as nodes name it. */
    name: text("name").notNull(),
    displayName: text("display_name").notNull(),
    configSchema: jsonb("config_schema").$type<JsonObject>().notNull(),
    isBuiltin: boolean("is_builtin").notNull().default(false),
    createdAt: createdAt(),
    updatedAt: time("updated_at").notNull().defaultNow(),
  },
  (table) => [
    uniqueIndex("agents_builtin_name_unique").on(table.name).where(sql`workspace_id is null`),
    uniqueIndex("agents_name_unique").on(table.workspaceId, table.name),
    check("agents_builtin_has_no_workspace", sql`is_builtin = (workspace_id is null)`),
    // Reads the built-in ones too; writes its own only.
    pgPolicy("agents_tenant_reads", {
      to: tenantRole,
      for: "select",
      using: sql`workspace_id is null or workspace_id = ${currentWorkspace}`,
    }),
    tenantPolicy("agents"),
    wholeTablePolicy("agents", engineRole),
  ],
);
