import type { Database } from "#db/client.ts";
import { engineStatement, type Parameter } from "#db/engine.ts";
import { appendHop } from "#db/statements/appendHop.ts";
import { appendHops } from "#db/statements/appendHops.ts";
import type { Lease } from "#src/engine/ports.ts";
import type { ExecutionEvent } from "#src/schemas/executionEvent.ts";
import { lines } from "./parameters.ts";

/** An append that leaves the rows as they are but for the execution's last sequence number: most of what a busy process writes. */
export interface Hop {
  readonly lease: Lease;
  readonly events: readonly ExecutionEvent[];
  /** Of each event, as the log has it. */
  readonly bodies: readonly string[];
}

interface Done {
  readonly count: number;
  /** As lines, when some were not done; null when none was, too. */
  readonly ids: string | null;
}

/** In one commit. Gives which of them fitted. */
export async function commitHops(db: Database, batch: readonly Hop[]): Promise<(hop: Hop) => boolean> {
  const [done] = await engineStatement<Done>(db, appendHops, hopsParameters(batch));
  if (done?.count === batch.length) return () => true;
  const ids = new Set(done?.ids?.split("\n"));
  return ({ lease }) => ids.has(lease.executionId);
}

/** True when it fitted. */
export async function commitHop(db: Database, hop: Hop): Promise<boolean> {
  const [first, second, ...others] = hop.events;
  if (first === undefined || second === undefined || others.length > 0) return (await commitHops(db, [hop]))(hop);
  const { lease, bodies } = hop;
  const rows = await engineStatement(db, appendHop, [
    lease.executionId,
    lease.worker,
    lease.epoch,
    first.seq - 1,
    first.body.type,
    bodies[0] ?? null,
    first.at,
    second.body.type,
    bodies[1] ?? null,
    second.at,
  ]);
  return rows.length > 0;
}

function hopsParameters(batch: readonly Hop[]): Parameter[] {
  const [ids, workers, epochs, before, after]: [string[], string[], number[], number[], number[]] = [
    [],
    [],
    [],
    [],
    [],
  ];
  const [places, seqs, times]: [number[], number[], number[]] = [[], [], []];
  const [types, bodies]: [string[], string[]] = [[], []];
  for (const { lease, events, bodies: own } of batch) {
    const afterSeq = (events[0]?.seq ?? 1) - 1;
    ids.push(lease.executionId);
    workers.push(lease.worker);
    epochs.push(lease.epoch);
    before.push(afterSeq);
    after.push(afterSeq + events.length);
    for (const body of own) bodies.push(body);
    for (const { seq, body, at } of events) {
      places.push(ids.length);
      seqs.push(seq);
      types.push(body.type);
      times.push(at);
    }
  }
  return [lines(ids), lines(workers), epochs, before, after, places, seqs, lines(types), lines(bodies), times];
}
