import type { Database } from "#db/client.ts";
import { engineRows } from "#db/engine.ts";
import {
  markChecked,
  measureEnded,
  readRule,
  removeOldest,
  reportRemoved,
  workspacesWithEnded,
} from "#db/statements/storage.ts";
import type { NewId, WorkspaceId } from "#src/ids.ts";
import { defaultRetention, type RetentionRule } from "#src/schemas/retention.ts";

export interface RetentionParts {
  readonly db: Database;
  readonly now: () => number;
  readonly newId: NewId;
  /** Between two batches; `tookMs` is what the last one took. */
  readonly pause: (tookMs: number) => Promise<void>;
  /** After it is true no more batches begin. */
  readonly isStopping: () => boolean;
}

const dayMs = 24 * 60 * 60 * 1_000;

/**
 * Measures what has ended in every workspace, and removes what is over its rule. In small statements, each a commit of its own, with
 * pauses between them: nobody waits for it longer than for one of them. Can be broken off anywhere. Gives how many rows of
 * executions and events it removed.
 */
export async function applyRetention(parts: RetentionParts): Promise<number> {
  let removed = 0;
  for (const { id } of await engineRows<{ id: WorkspaceId }>(parts.db, workspacesWithEnded, [])) {
    if (parts.isStopping()) break;
    removed += await applyToWorkspace(parts, id);
  }
  return removed;
}

async function applyToWorkspace(parts: RetentionParts, workspaceId: WorkspaceId): Promise<number> {
  const { db, now, newId } = parts;
  await batches(parts, async () => {
    const [row] = await engineRows<{ measured: number }>(db, measureEnded, [workspaceId]);
    return row?.measured ?? 0;
  });
  const { maxAgeDays, maxExecutions, maxBytes } = await ruleOf(db, workspaceId);
  const endedBefore = maxAgeDays === null ? null : now() - maxAgeDays * dayMs;
  const removed = await batches(parts, async () => {
    const given = [workspaceId, endedBefore, maxExecutions, maxBytes];
    const [row] = await engineRows<{ executions: number; events: number }>(db, removeOldest, given);
    return (row?.executions ?? 0) + (row?.events ?? 0);
  });
  await engineRows(db, reportRemoved, [workspaceId, newId("audit")]);
  await engineRows(db, markChecked, [workspaceId]);
  return removed;
}

/** Until one finds nothing to do. Gives what they did together. */
async function batches({ now, pause, isStopping }: RetentionParts, work: () => Promise<number>): Promise<number> {
  let all = 0;
  while (!isStopping()) {
    const begunAt = now();
    const done = await work();
    if (done === 0) break;
    all += done;
    await pause(now() - begunAt);
  }
  return all;
}

async function ruleOf(db: Database, workspaceId: WorkspaceId): Promise<RetentionRule> {
  const [row] = await engineRows<{
    max_age_days: number | null;
    max_executions: number | null;
    max_bytes: number | null;
  }>(db, readRule, [workspaceId]);
  if (row === undefined) return defaultRetention;
  return { maxAgeDays: row.max_age_days, maxExecutions: row.max_executions, maxBytes: row.max_bytes };
}
