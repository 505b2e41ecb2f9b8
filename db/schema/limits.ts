import { sql } from "drizzle-orm";
import {
  type AnyPgColumn,
  bigint,
  check,
  date,
  doublePrecision,
  foreignKey,
  index,
  integer,
  pgTable,
  primaryKey,
  text,
} from "drizzle-orm/pg-core";
import type { ProfileId, WorkflowId, WorkspaceId } from "#src/ids.ts";
import { engineRole, pastDaysPolicy, tenantPolicy, time, wholeTablePolicy } from "./columns.ts";
import { workflows } from "./workflows.ts";
import { workspaces } from "./workspaces.ts";

const workspaceId = () =>
  text("workspace_id")
    .$type<WorkspaceId>()
    .notNull()
    .references(() => workspaces.id, { onDelete: "cascade" });

const workflowId = () => text("workflow_id").$type<WorkflowId>().notNull();

const ofWorkflow = (name: string, table: { readonly workspaceId: AnyPgColumn; readonly workflowId: AnyPgColumn }) =>
  foreignKey({
    name: `${name}_workflow`,
    columns: [table.workspaceId, table.workflowId],
    foreignColumns: [workflows.workspaceId, workflows.id],
  }).onDelete("cascade");

/** How much of one kind of agent a workspace's executions may do together. No row: as much as they like. */
export const agentLimits = pgTable(
  "agent_limits",
  {
    workspaceId: workspaceId(),
    /** Kind in the catalogue. */
    agent: text("agent").notNull(),
    /** Attempts at once. */
    concurrency: integer("concurrency"),
    /** Attempts that begin in a minute. */
    perMinute: integer("per_minute"),
    updatedBy: text("updated_by").$type<ProfileId>().notNull(),
    updatedAt: time("updated_at").notNull().defaultNow(),
  },
  (table) => [
    primaryKey({ columns: [table.workspaceId, table.agent] }),
    check("agent_limits_some", sql`concurrency >= 1 or per_minute >= 1`),
    tenantPolicy("agent_limits"),
    wholeTablePolicy("agent_limits", engineRole),
  ],
);

/** What all executions of a workspace may use in a day. No row, or a null: no limit. */
export const dailyBudgets = pgTable(
  "daily_budgets",
  {
    workspaceId: workspaceId().primaryKey(),
    tokens: bigint("tokens", { mode: "number" }),
    dollars: doublePrecision("dollars"),
    updatedBy: text("updated_by").$type<ProfileId>().notNull(),
    updatedAt: time("updated_at").notNull().defaultNow(),
  },
  () => [
    check("daily_budgets_positive", sql`(tokens is null or tokens >= 1) and (dollars is null or dollars > 0)`),
    tenantPolicy("daily_budgets"),
    wholeTablePolicy("daily_budgets", engineRole),
  ],
);

/** What all executions of one workflow may use in a day, beside the workspace's budget. No row, or a null: no limit. */
export const workflowBudgets = pgTable(
  "workflow_budgets",
  {
    workflowId: workflowId().primaryKey(),
    workspaceId: workspaceId(),
    tokens: bigint("tokens", { mode: "number" }),
    dollars: doublePrecision("dollars"),
    updatedBy: text("updated_by").$type<ProfileId>().notNull(),
    updatedAt: time("updated_at").notNull().defaultNow(),
  },
  (table) => [
    index("workflow_budgets_of_workspace").on(table.workspaceId),
    check("workflow_budgets_positive", sql`tokens >= 1 or dollars > 0`),
    ofWorkflow("workflow_budgets", table),
    tenantPolicy("workflow_budgets"),
    wholeTablePolicy("workflow_budgets", engineRole),
  ],
);

/** As `dailySpending`, of each workflow, in the same commit. */
export const workflowSpending = pgTable(
  "workflow_spending",
  {
    workflowId: workflowId(),
    workspaceId: workspaceId(),
    day: date("day").notNull(),
    tokens: bigint("tokens", { mode: "number" }).notNull(),
    dollars: doublePrecision("dollars").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.workflowId, table.day] }),
    ofWorkflow("workflow_spending", table),
    tenantPolicy("workflow_spending"),
    wholeTablePolicy("workflow_spending", engineRole),
    pastDaysPolicy("workflow_spending"),
  ],
);

/** What a workspace's executions have used on a day (UTC): added to in the commit of the events that tell it. */
export const dailySpending = pgTable(
  "daily_spending",
  {
    workspaceId: workspaceId(),
    day: date("day").notNull(),
    tokens: bigint("tokens", { mode: "number" }).notNull(),
    dollars: doublePrecision("dollars").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.workspaceId, table.day] }),
    tenantPolicy("daily_spending"),
    wholeTablePolicy("daily_spending", engineRole),
    pastDaysPolicy("daily_spending"),
  ],
);
