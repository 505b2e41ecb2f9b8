import { and, asc, eq, isNull, lte, ne, or, type SQL, sql } from "drizzle-orm";
import type { AnyPgColumn } from "drizzle-orm/pg-core";
import { eventsOfPage, eventsOfRow, type LoneType } from "#src/engine/logRows.ts";
import type { StoredEvent } from "#src/engine/upcast.ts";
import type { ExecutionId, WorkspaceId } from "#src/ids.ts";
import type { Tx } from "../client.ts";
import { executionEvents as log } from "../schema/executions.ts";

export interface LogKey {
  readonly workspaceId: WorkspaceId;
  readonly id: ExecutionId;
}

/** Rows that meet the condition, in order, as the events that they have: those at the ends may have more than was asked for. */
async function eventsWhere(tx: Tx, { workspaceId, id }: LogKey, condition: SQL | undefined): Promise<StoredEvent[]> {
  const rows = await tx
    .select({ seq: log.seq, at: log.at, body: log.body })
    .from(log)
    .where(and(eq(log.executionId, id), eq(log.workspaceId, workspaceId), condition))
    .orderBy(asc(log.seq));
  return rows.flatMap(({ seq, at, body }) => eventsOfRow({ seq, at: at.getTime(), body }));
}

/** The log up to an event, all of it when none is named, without text that was streamed on the way, and so numbered anew. */
export async function logWithoutText(tx: Tx, key: LogKey, lastSeq: number | null = null): Promise<StoredEvent[]> {
  const withoutText = or(isNull(log.type), ne(log.type, "step_streamed"));
  const events = await eventsWhere(tx, key, and(withoutText, lastSeq === null ? undefined : lte(log.seq, lastSeq)));
  const upTo = lastSeq ?? Number.POSITIVE_INFINITY;
  return events
    .flatMap(({ seq, at, body }) => (seq <= upTo ? [{ at, body }] : []))
    .map((event, index) => ({ seq: index + 1, ...event }));
}

/** A page of the log: `limit` events after number `afterSeq`. */
export async function logPage(
  tx: Tx,
  key: LogKey,
  { afterSeq, limit }: { readonly afterSeq: number; readonly limit: number },
): Promise<StoredEvent[]> {
  const rowBefore = sql`coalesce((select max(seq) from execution_events where execution_id = ${key.id} and seq <= ${afterSeq} + 1), 0)`;
  const events = await eventsWhere(tx, key, and(sql`${log.seq} >= ${rowBefore}`, lte(log.seq, afterSeq + limit)));
  return eventsOfPage(events, { afterSeq, limit });
}

/** All events of a type that has rows of its own: the rest of the log is not read. */
export const logOfType = (tx: Tx, key: LogKey, type: LoneType): Promise<StoredEvent[]> =>
  eventsWhere(tx, key, eq(log.type, type));

/** Number of the last event that the log has of an execution, within a statement that reads it. */
export const logEnd = (executionId: AnyPgColumn): SQL<number> =>
  sql<number>`(select seq + event_count - 1 from execution_events where execution_id = ${executionId} order by seq desc limit 1)`;
