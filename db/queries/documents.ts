import { and, asc, eq, gt, inArray, isNull, lte, sql } from "drizzle-orm";
import type { ProfileId, WorkflowId, WorkspaceId } from "#src/ids.ts";
import type { Graph } from "#src/schemas/graph.ts";
import type { Tx } from "../client.ts";
import { documents, documentUpdates } from "../schema/documents.ts";
import { workflows } from "../schema/workflows.ts";

export interface DocumentKey {
  readonly workspaceId: WorkspaceId;
  readonly workflowId: WorkflowId;
}

export interface JournalEntry {
  readonly update: Uint8Array;
  /** Whose edit; null for the server's own. */
  readonly profileId: ProfileId | null;
}

const isDocument = ({ workspaceId, workflowId }: DocumentKey) =>
  and(eq(documents.workspaceId, workspaceId), eq(documents.workflowId, workflowId));

/** A document whose whole state is `state`; its journal is empty. */
export async function insertDocument(tx: Tx, key: DocumentKey, state: Uint8Array): Promise<void> {
  await tx.insert(documents).values({ ...key, snapshot: state });
}

/** The last number of the journal; null when the workflow is unknown or deleted. */
export async function findLastSeq(tx: Tx, key: DocumentKey): Promise<number | null> {
  const [row] = await tx
    .select({ lastSeq: documents.lastSeq })
    .from(documents)
    .innerJoin(workflows, eq(workflows.id, documents.workflowId))
    .where(and(isDocument(key), isNull(workflows.deletedAt)));
  return row?.lastSeq ?? null;
}

/** The same for many; those that are unknown or deleted are absent. */
export async function lastSeqsOf(
  tx: Tx,
  workspaceId: WorkspaceId,
  ids: readonly WorkflowId[],
): Promise<Map<WorkflowId, number>> {
  const rows = await tx
    .select({ id: documents.workflowId, lastSeq: documents.lastSeq })
    .from(documents)
    .innerJoin(workflows, eq(workflows.id, documents.workflowId))
    .where(
      and(eq(documents.workspaceId, workspaceId), inArray(documents.workflowId, [...ids]), isNull(workflows.deletedAt)),
    );
  return new Map(rows.map((row) => [row.id, row.lastSeq]));
}

export interface StoredState {
  readonly lastSeq: number;
  /** The snapshot, unless the reader has it, and what the journal has after it; applied in this order they are the document. */
  readonly updates: readonly Uint8Array[];
  /** Entries of the journal that no snapshot sums up yet. */
  readonly entries: number;
}

/** What came after `afterSeq` (null: everything); null when the document is gone. A deleted workflow's document can still be read. */
export async function readDocument(tx: Tx, key: DocumentKey, afterSeq: number | null): Promise<StoredState | null> {
  const [row] = await tx.select().from(documents).where(isDocument(key));
  if (row === undefined) return null;
  const behindSnapshot = afterSeq === null || afterSeq < row.snapshotSeq;
  const from = behindSnapshot ? row.snapshotSeq : afterSeq;
  const entries = await tx
    .select({ seq: documentUpdates.seq, update: documentUpdates.update })
    .from(documentUpdates)
    // Two statements see two moments: what was appended in between belongs to the next reading.
    .where(
      and(
        eq(documentUpdates.workspaceId, key.workspaceId),
        eq(documentUpdates.workflowId, key.workflowId),
        gt(documentUpdates.seq, from),
        lte(documentUpdates.seq, row.lastSeq),
      ),
    )
    .orderBy(asc(documentUpdates.seq));
  // A compaction between the two statements took entries away: the snapshot has them now.
  if (entries.length !== row.lastSeq - from) return readDocument(tx, key, afterSeq);
  const updates = entries.map(({ update }) => update);
  return {
    lastSeq: row.lastSeq,
    updates: behindSnapshot && row.snapshot !== null ? [row.snapshot, ...updates] : updates,
    entries: row.lastSeq - row.snapshotSeq,
  };
}

/**
 * Appends to the journal if its last number still is `afterSeq`, without a gap; false when somebody else wrote in between or the
 * document is gone, and then nothing is written.
 */
export async function appendToJournal(
  tx: Tx,
  key: DocumentKey,
  { afterSeq, entries }: { readonly afterSeq: number; readonly entries: readonly JournalEntry[] },
): Promise<boolean> {
  const moved = await tx
    .update(documents)
    .set({ lastSeq: afterSeq + entries.length, updatedAt: sql`now()` })
    .where(and(isDocument(key), eq(documents.lastSeq, afterSeq)))
    .returning({ lastSeq: documents.lastSeq });
  if (moved.length === 0) return false;
  await tx.insert(documentUpdates).values(entries.map((entry, at) => ({ ...key, ...entry, seq: afterSeq + 1 + at })));
  return true;
}

/** Puts the sum of all entries up to `seq` in their place. */
export async function compactJournal(
  tx: Tx,
  key: DocumentKey,
  { seq, snapshot }: { readonly seq: number; readonly snapshot: Uint8Array },
): Promise<void> {
  await tx
    .update(documents)
    .set({ snapshot, snapshotSeq: seq })
    .where(and(isDocument(key), lte(documents.snapshotSeq, seq)));
  await tx
    .delete(documentUpdates)
    .where(
      and(
        eq(documentUpdates.workspaceId, key.workspaceId),
        eq(documentUpdates.workflowId, key.workflowId),
        lte(documentUpdates.seq, seq),
      ),
    );
}

/** Writes the graph a document shows to its workflow, for lists, REST and search. */
export async function writeProjection(tx: Tx, { workspaceId, workflowId }: DocumentKey, graph: Graph): Promise<void> {
  await tx
    .update(workflows)
    .set({ workflowData: graph, updatedAt: sql`now()` })
    .where(and(eq(workflows.workspaceId, workspaceId), eq(workflows.id, workflowId)));
}
