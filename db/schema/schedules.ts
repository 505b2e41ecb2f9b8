import { sql } from "drizzle-orm";
import { boolean, foreignKey, index, jsonb, pgTable, text } from "drizzle-orm/pg-core";
import type { ExecutionId, ProfileId, ScheduleId, WorkflowId, WorkspaceId } from "#src/ids.ts";
import type { JsonValue } from "#src/json.ts";
import { createdAt, engineRole, tenantPolicy, time, wholeTablePolicy } from "./columns.ts";
import { workflows } from "./workflows.ts";

/** When workflows start by themselves. */
export const schedules = pgTable(
  "schedules",
  {
    id: text("id").$type<ScheduleId>().primaryKey(),
    workspaceId: text("workspace_id").$type<WorkspaceId>().notNull(),
    workflowId: text("workflow_id").$type<WorkflowId>().notNull(),
    name: text("name").notNull(),
    cron: text("cron").notNull(),
    timezone: text("timezone").notNull(),
    input: jsonb("input").$type<JsonValue>(),
    enabled: boolean("enabled").notNull().default(true),
    createdBy: text("created_by").$type<ProfileId>().notNull(),
    createdAt: createdAt(),
    updatedAt: time("updated_at").notNull().defaultNow(),
    /** Null when it is disabled, or when no further time fits the cron line. */
    nextRunAt: time("next_run_at"),
    /** The time that was last due, and what came of it: an execution, or why there is none. */
    lastRunAt: time("last_run_at"),
    lastExecutionId: text("last_execution_id").$type<ExecutionId>(),
    lastError: text("last_error"),
    /** While it is set the schedule starts nothing and is not shown; for a day it can be restored. */
    deletedAt: time("deleted_at"),
  },
  (table) => [
    index("schedules_of_workflow").on(table.workflowId, table.createdAt),
    index("schedules_of_workspace").on(table.workspaceId, table.createdAt),
    index("schedules_due").on(table.nextRunAt).where(sql`enabled and next_run_at is not null`),
    foreignKey({
      name: "schedules_workflow",
      columns: [table.workspaceId, table.workflowId],
      foreignColumns: [workflows.workspaceId, workflows.id],
    }).onDelete("cascade"),
    tenantPolicy("schedules"),
    wholeTablePolicy("schedules", engineRole),
  ],
);
