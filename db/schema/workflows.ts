import { type SQL, sql } from "drizzle-orm";
import { foreignKey, index, integer, jsonb, pgTable, text, unique } from "drizzle-orm/pg-core";
import type { ProfileId, VersionId, WorkflowId, WorkspaceId } from "#src/ids.ts";
import type { JsonObject } from "#src/json.ts";
import type { Graph } from "#src/schemas/graph.ts";
import { createdAt, engineReadPolicy, engineRole, tenantPolicy, time, tsvector, wholeTablePolicy } from "./columns.ts";
import { workspaces } from "./workspaces.ts";

export const workflows = pgTable(
  "workflows",
  {
    id: text("id").$type<WorkflowId>().primaryKey(),
    workspaceId: text("workspace_id")
      .$type<WorkspaceId>()
      .notNull()
      .references(() => workspaces.id, { onDelete: "cascade" }),
    createdBy: text("created_by").$type<ProfileId>().notNull(),
    name: text("name").notNull(),
    description: text("description").notNull().default(""),
    /** The graph that the document showed last: a projection, for lists, REST and search. The document is the truth. */
    workflowData: jsonb("workflow_data").$type<Graph>().notNull(),
    executionConfig: jsonb("execution_config").$type<JsonObject>().notNull().default({}),
    /** Words of the name as they are (for names in any language) and stemmed, then those of the description. */
    search: tsvector("search")
      .notNull()
      .generatedAlwaysAs(
        (): SQL =>
          sql`setweight(to_tsvector('simple', name), 'A') || setweight(to_tsvector('english', name), 'A') || setweight(to_tsvector('english', description), 'B')`,
      ),
    createdAt: createdAt(),
    updatedAt: time("updated_at").notNull().defaultNow(),
    /** Set by delete, cleared by restore. */
    deletedAt: time("deleted_at"),
  },
  (table) => [
    // Lets other tables' foreign keys carry the workspace along: a row can never point into another one.
    unique("workflows_workspace_id_unique").on(table.workspaceId, table.id),
    index("workflows_by_updated")
      .on(table.workspaceId, table.updatedAt.desc(), table.id.desc())
      .where(sql`deleted_at is null`),
    index("workflows_by_created")
      .on(table.workspaceId, table.createdAt.desc(), table.id.desc())
      .where(sql`deleted_at is null`),
    index("workflows_by_name").on(table.workspaceId, sql`lower(name)`, table.id).where(sql`deleted_at is null`),
    index("workflows_created_by").on(table.createdBy),
    index("workflows_search").using("gin", table.search),
    tenantPolicy("workflows"),
    engineReadPolicy("workflows"),
  ],
);

/** Immutable graphs; the same graph of a workflow is stored once. */
export const workflowVersions = pgTable(
  "workflow_versions",
  {
    id: text("id").$type<VersionId>().primaryKey(),
    workspaceId: text("workspace_id").$type<WorkspaceId>().notNull(),
    workflowId: text("workflow_id").$type<WorkflowId>().notNull(),
    /** From 1, in order of first use. */
    number: integer("number").notNull(),
    graph: jsonb("graph").$type<Graph>().notNull(),
    graphHash: text("graph_hash").notNull(),
    createdBy: text("created_by").$type<ProfileId>(),
    createdAt: createdAt(),
  },
  (table) => [
    unique("workflow_versions_graph_unique").on(table.workflowId, table.graphHash),
    unique("workflow_versions_number_unique").on(table.workflowId, table.number),
    foreignKey({
      name: "workflow_versions_workflow",
      columns: [table.workspaceId, table.workflowId],
      foreignColumns: [workflows.workspaceId, workflows.id],
    }).onDelete("cascade"),
    tenantPolicy("workflow_versions"),
    wholeTablePolicy("workflow_versions", engineRole),
  ],
);
