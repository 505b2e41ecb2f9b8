import { and, count, eq, inArray, sql } from "drizzle-orm";
import type { ProfileId, WorkspaceId } from "#src/ids.ts";
import { executionStatuses, isFinalExecution } from "#src/schemas/execution.ts";
import { defaultRetention, type Retention, type RetentionRule, type Storage } from "#src/schemas/retention.ts";
import type { Tx } from "../client.ts";
import {
  documents,
  documentUpdates,
  workflowExecutions as executions,
  retentionRules as rules,
  storageUse,
  workflowVersions,
} from "../schema/index.ts";

export async function readRetention(tx: Tx, workspaceId: WorkspaceId): Promise<Retention> {
  const [rule] = await tx
    .select({ maxAgeDays: rules.maxAgeDays, maxExecutions: rules.maxExecutions, maxBytes: rules.maxBytes })
    .from(rules)
    .where(eq(rules.workspaceId, workspaceId));
  const [use] = await tx.select().from(storageUse).where(eq(storageUse.workspaceId, workspaceId));
  const { removed = 0, removedBytes = 0, removedUntil = null, lastRemovedAt = null, checkedAt = null } = use ?? {};
  return {
    rule: rule ?? defaultRetention,
    isDefault: rule === undefined,
    removed:
      removedUntil === null || lastRemovedAt === null
        ? null
        : {
            executions: removed,
            bytes: removedBytes,
            until: removedUntil.toISOString(),
            lastAt: lastRemovedAt.toISOString(),
          },
    checkedAt: checkedAt?.toISOString() ?? null,
  };
}

export async function putRetention(
  tx: Tx,
  { workspaceId, profileId }: { readonly workspaceId: WorkspaceId; readonly profileId: ProfileId },
  rule: RetentionRule,
): Promise<void> {
  await tx
    .insert(rules)
    .values({ workspaceId, ...rule, updatedBy: profileId })
    .onConflictDoUpdate({ target: rules.workspaceId, set: { ...rule, updatedBy: profileId, updatedAt: sql`now()` } });
}

const liveStatuses = executionStatuses.filter((status) => !isFinalExecution(status));
/** Executions from the sums that the housekeeping keeps; documents and versions, of which there are few, added up now. */
export async function readStorage(tx: Tx, workspaceId: WorkspaceId): Promise<Storage> {
  const [use] = await tx.select().from(storageUse).where(eq(storageUse.workspaceId, workspaceId));
  // 250: what a row of these tables takes beside its long value, in bytes: header, ids, numbers, index entries.
  const size = (column: unknown) => sql<number>`coalesce(sum(coalesce(pg_column_size(${column}), 0) + 250), 0)::float8`;
  const [versions = { rows: 0, bytes: 0 }] = await tx
    .select({ rows: count(), bytes: size(workflowVersions.graph) })
    .from(workflowVersions)
    .where(eq(workflowVersions.workspaceId, workspaceId));
  const [snapshots = { rows: 0, bytes: 0 }] = await tx
    .select({ rows: count(), bytes: size(documents.snapshot) })
    .from(documents)
    .where(eq(documents.workspaceId, workspaceId));
  const [journal = { rows: 0, bytes: 0 }] = await tx
    .select({ rows: count(), bytes: size(documentUpdates.update) })
    .from(documentUpdates)
    .where(eq(documentUpdates.workspaceId, workspaceId));
  const [live = { rows: 0 }] = await tx
    .select({ rows: count() })
    .from(executions)
    .where(and(eq(executions.workspaceId, workspaceId), inArray(executions.status, liveStatuses)));
  return {
    kinds: [
      { kind: "executions", rows: use?.executions ?? 0, bytes: use?.executionBytes ?? 0 },
      { kind: "events", rows: use?.events ?? 0, bytes: use?.eventBytes ?? 0 },
      { kind: "payloads", rows: use?.payloads ?? 0, bytes: use?.payloadBytes ?? 0 },
      { kind: "versions", ...versions },
      { kind: "documents", ...snapshots },
      { kind: "journal", ...journal },
    ],
    live: live.rows,
  };
}
