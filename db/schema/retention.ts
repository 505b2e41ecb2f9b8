import { sql } from "drizzle-orm";
import { bigint, check, integer, pgTable, text } from "drizzle-orm/pg-core";
import type { ProfileId, WorkspaceId } from "#src/ids.ts";
import { engineRole, tenantPolicy, time, wholeTablePolicy } from "./columns.ts";
import { workspaces } from "./workspaces.ts";

const workspaceId = () =>
  text("workspace_id")
    .$type<WorkspaceId>()
    .primaryKey()
    .references(() => workspaces.id, { onDelete: "cascade" });
const count = (name: string) => bigint(name, { mode: "number" }).notNull().default(0);

/** How much of its ended executions a workspace keeps. No row: the default (src/schemas/retention.ts); a null: no limit. */
export const retentionRules = pgTable(
  "retention_rules",
  {
    workspaceId: workspaceId(),
    /** Since the execution ended. */
    maxAgeDays: integer("max_age_days"),
    maxExecutions: integer("max_executions"),
    maxBytes: bigint("max_bytes", { mode: "number" }),
    updatedBy: text("updated_by").$type<ProfileId>().notNull(),
    updatedAt: time("updated_at").notNull().defaultNow(),
  },
  () => [
    check(
      "retention_rules_positive",
      sql`coalesce(max_age_days, 1) >= 1 and coalesce(max_executions, 1) >= 1 and coalesce(max_bytes, 1) >= 1`,
    ),
    tenantPolicy("retention_rules"),
    wholeTablePolicy("retention_rules", engineRole),
  ],
);

/**
 * What a workspace's ended executions take, and what was removed of them. Kept by the housekeeping: it adds what it measures and
 * takes away what it removes in the same commit, so nobody ever has to add up millions of rows.
 */
export const storageUse = pgTable(
  "storage_use",
  {
    workspaceId: workspaceId(),
    executions: count("executions"),
    executionBytes: count("execution_bytes"),
    events: count("events"),
    eventBytes: count("event_bytes"),
    payloads: count("payloads"),
    payloadBytes: count("payload_bytes"),
    /** Executions that ended before this moment, less a little, are measured. */
    measuredUntil: time("measured_until"),
    removed: count("removed"),
    removedBytes: count("removed_bytes"),
    /** The end of the youngest execution that was removed. */
    removedUntil: time("removed_until"),
    lastRemovedAt: time("last_removed_at"),
    /** What was removed and is in no audit entry yet: there is one an hour at most. */
    unreported: count("unreported"),
    unreportedBytes: count("unreported_bytes"),
    reportedAt: time("reported_at"),
    checkedAt: time("checked_at"),
  },
  () => [tenantPolicy("storage_use"), wholeTablePolicy("storage_use", engineRole)],
);
