import { and, asc, eq, isNull, sql } from "drizzle-orm";
import type { ExecutionId, WorkspaceId } from "#src/ids.ts";
import type { JsonValue } from "#src/json.ts";
import type { Principal } from "#src/schemas/principal.ts";
import type { Tx } from "../client.ts";
import { executionSignals as signals, executionWaits as waits } from "../schema/index.ts";
import { type ExecutionKey, giveAnswer, lockExecution } from "./answers.ts";

export interface Signal {
  readonly name: string;
  readonly value: JsonValue;
  readonly by: Principal;
}

/** What one execution keeps at most: calls, and bytes of their values' JSON together. */
export const mostKept = { signals: 100, bytes: 1_000_000 } as const;

/** Keeps a call until a step waits for its name. False when the execution keeps too many. Its row is to be locked by this transaction. */
export async function keepSignal(tx: Tx, { workspaceId, executionId }: ExecutionKey, signal: Signal): Promise<boolean> {
  const { name, value, by } = signal;
  const text = JSON.stringify(value);
  const bytes = new TextEncoder().encode(text).length;
  const [kept] = await tx
    .select({
      count: sql<number>`count(*)::int`,
      bytes: sql<number>`coalesce(sum(${signals.bytes}), 0)::int`,
      last: sql<number>`coalesce(max(${signals.place}), 0)::int`,
    })
    .from(signals)
    .where(eq(signals.executionId, executionId));
  if (kept === undefined || kept.count >= mostKept.signals || kept.bytes + bytes > mostKept.bytes) return false;
  await tx.insert(signals).values({
    ...{ executionId, workspaceId, name, bytes },
    place: kept.last + 1,
    value: sql`${text}::json`,
    by: sql`${JSON.stringify(by)}::jsonb`,
    at: sql`clock_timestamp()`,
  });
  return true;
}

/** A call that is kept, and a step that waits for its name and can still have it. */
const fits = and(
  eq(waits.executionId, signals.executionId),
  eq(waits.kind, "signal"),
  isNull(waits.answeredAt),
  sql`${waits.interrupt} ->> 'name' = ${signals.name}`,
  sql`coalesce(${waits.dueAt} > clock_timestamp(), true)`,
);

/** Executions with calls that steps wait for. For `withEngine`. */
export function findDeliverable(tx: Tx): Promise<{ executionId: ExecutionId; workspaceId: WorkspaceId }[]> {
  return tx
    .selectDistinct({ executionId: signals.executionId, workspaceId: signals.workspaceId })
    .from(signals)
    .innerJoin(waits, fits)
    .limit(100);
}

/**
 * Gives the calls that an execution keeps to the steps that wait for them: the first that came to the one that has waited longest,
 * each to one. Tells how many. For `withEngine`.
 */
export async function deliverSignals(tx: Tx, key: ExecutionKey): Promise<number> {
  if ((await lockExecution(tx, key)) === null) return 0;
  const isOwn = eq(signals.executionId, key.executionId);
  for (let delivered = 0; ; delivered += 1) {
    const [next] = await tx
      .select({
        place: signals.place,
        stepKey: waits.stepKey,
        attempt: waits.attempt,
        // Past drizzle's own decoder, which parses a stored text once more when it looks like JSON.
        value: sql<JsonValue>`${signals.value}`,
        by: signals.by,
      })
      .from(signals)
      .innerJoin(waits, fits)
      .where(isOwn)
      .orderBy(asc(signals.place), asc(waits.since), asc(waits.stepKey))
      .limit(1);
    if (next === undefined) return delivered;
    const { place, ...answer } = next;
    if ((await giveAnswer(tx, key, answer)) !== "accepted") return delivered;
    await tx.delete(signals).where(and(isOwn, eq(signals.place, place)));
  }
}
