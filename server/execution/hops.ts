import type { Database } from "#db/client.ts";
import { engineStatement, type Parameter } from "#db/engine.ts";
import { appendHop } from "#db/statements/appendHop.ts";
import { appendHops } from "#db/statements/appendHops.ts";
import type { WrittenRow } from "#src/engine/logRows.ts";
import type { Lease } from "#src/engine/ports.ts";
import type { ExecutionEvent } from "#src/schemas/executionEvent.ts";
import { lines } from "./parameters.ts";

/** An append that leaves the execution's row as it is: most of what a busy process writes. */
export interface Hop {
  readonly lease: Lease;
  readonly events: readonly ExecutionEvent[];
  /** The same, as the log has them. */
  readonly rows: readonly WrittenRow[];
}

interface Done {
  /** Of rows of the log. */
  readonly count: number;
  /** Whose, as lines, when some were not written; null when none was, too. */
  readonly ids: string | null;
}

/** In one commit. Gives which of them fitted. */
export async function commitHops(db: Database, batch: readonly Hop[]): Promise<(hop: Hop) => boolean> {
  const [done] = await engineStatement<Done>(db, appendHops, hopsParameters(batch));
  if (done?.count === batch.reduce((sum, { rows }) => sum + rows.length, 0)) return () => true;
  const ids = new Set(done?.ids?.split("\n"));
  // One that this process took over from itself may be here under both leases: only the later one can have fitted.
  const epochs = new Map<string, number>();
  for (const { lease } of batch)
    epochs.set(lease.executionId, Math.max(lease.epoch, epochs.get(lease.executionId) ?? 0));
  return ({ lease }) => ids.has(lease.executionId) && lease.epoch === epochs.get(lease.executionId);
}

/** True when it fitted. */
export async function commitHop(db: Database, hop: Hop): Promise<boolean> {
  const [row, ...others] = hop.rows;
  if (row === undefined || others.length > 0) return (await commitHops(db, [hop]))(hop);
  const { executionId, worker, epoch } = hop.lease;
  const { seq, count, type, body, at } = row;
  return (
    (await engineStatement(db, appendHop, [executionId, worker, epoch, seq - 1, count, type, body, at])).length > 0
  );
}

function hopsParameters(batch: readonly Hop[]): Parameter[] {
  const [ids, workers, types, bodies]: [string[], string[], (string | null)[], string[]] = [[], [], [], []];
  const [epochs, before, seqs, counts, times]: [number[], number[], number[], number[], number[]] = [
    [],
    [],
    [],
    [],
    [],
  ];
  for (const { lease, rows } of batch) {
    const afterSeq = (rows[0]?.seq ?? 1) - 1;
    for (const { seq, count, type, body, at } of rows) {
      ids.push(lease.executionId);
      workers.push(lease.worker);
      epochs.push(lease.epoch);
      before.push(afterSeq);
      seqs.push(seq);
      counts.push(count);
      types.push(type);
      bodies.push(body);
      times.push(at);
    }
  }
  return [lines(ids), lines(workers), epochs, before, seqs, counts, lines(types), lines(bodies), times];
}
