import { bigint, foreignKey, pgTable, primaryKey, text } from "drizzle-orm/pg-core";
import type { ProfileId, WorkflowId, WorkspaceId } from "#src/ids.ts";
import { bytea, createdAt, engineReadPolicy, tenantPolicy, time } from "./columns.ts";
import { workflows } from "./workflows.ts";

/** A workflow's shared document: a snapshot, and in `document_updates` what came after it. */
export const documents = pgTable(
  "documents",
  {
    workflowId: text("workflow_id").$type<WorkflowId>().primaryKey(),
    workspaceId: text("workspace_id").$type<WorkspaceId>().notNull(),
    /** One Yjs update that sums all updates up to `snapshot_seq`; null before the first compaction. */
    snapshot: bytea("snapshot"),
    snapshotSeq: bigint("snapshot_seq", { mode: "number" }).notNull().default(0),
    /** The last number given out in the journal; incrementing it locks the document's row, so numbers have no gaps. */
    lastSeq: bigint("last_seq", { mode: "number" }).notNull().default(0),
    createdAt: createdAt(),
    updatedAt: time("updated_at").notNull().defaultNow(),
  },
  (table) => [
    foreignKey({
      name: "documents_workflow",
      columns: [table.workspaceId, table.workflowId],
      foreignColumns: [workflows.workspaceId, workflows.id],
    }).onDelete("cascade"),
    tenantPolicy("documents"),
    engineReadPolicy("documents"),
  ],
);

/** The journal. */
export const documentUpdates = pgTable(
  "document_updates",
  {
    workflowId: text("workflow_id")
      .$type<WorkflowId>()
      .notNull()
      .references(() => documents.workflowId, { onDelete: "cascade" }),
    /** From 1, without gaps. */
    seq: bigint("seq", { mode: "number" }).notNull(),
    workspaceId: text("workspace_id").$type<WorkspaceId>().notNull(),
    update: bytea("update").notNull(),
    /** Whose edit; null for the server's own (import, restore). */
    profileId: text("profile_id").$type<ProfileId>(),
    createdAt: createdAt(),
  },
  (table) => [primaryKey({ columns: [table.workflowId, table.seq] }), tenantPolicy("document_updates")],
);
