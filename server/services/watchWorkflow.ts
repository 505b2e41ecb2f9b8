import { systemClock } from "#server/adapters/clock.ts";
import type { LiveMessage } from "#src/engine/ports.ts";
import type { ExecutionId } from "#src/ids.ts";
import { type ExecutionStatus, type ExecutionSummary, isFinalExecution } from "#src/schemas/execution.ts";
import { createLiveQueue } from "./liveQueue.ts";

export interface WorkflowSource {
  /** The workflow's latest executions, newest first. */
  readonly latest: () => Promise<readonly ExecutionSummary[]>;
  /** Nudges when one begins; gives the function that ends it. */
  readonly listen: (nudge: () => void) => () => void;
  readonly follow: (id: ExecutionId, listener: (message: LiveMessage) => void) => () => void;
}

/** Nudges come at any rate; the database is asked at most every so often, and without a nudge now and then (other processes). */
const restMs = 100;
const quietMs = 2_000;

/** First what has not ended, then every execution that begins or changes its status. */
export async function* watchExecutionsOf(
  source: WorkflowSource,
  signal: AbortSignal,
): AsyncGenerator<ExecutionSummary, void> {
  const nudges = createLiveQueue<null>();
  const nudge = () => nudges.push(null);
  const unlisten = source.listen(nudge);
  const followed = new Map<ExecutionId, () => void>();
  let known: ReadonlyMap<ExecutionId, ExecutionStatus> | null = null;

  const onMessage = (message: LiveMessage) => {
    if (message.kind === "event" && !message.event.body.type.startsWith("step_")) nudge();
  };
  const followOnly = (rows: readonly ExecutionSummary[]) => {
    const open = new Set(rows.filter((row) => !isFinalExecution(row.status)).map((row) => row.id));
    for (const [id, unfollow] of followed) {
      if (open.has(id)) continue;
      unfollow();
      followed.delete(id);
    }
    for (const id of open) if (!followed.has(id)) followed.set(id, source.follow(id, onMessage));
  };

  try {
    while (!signal.aborted) {
      const rows = await source.latest();
      const before = known;
      known = new Map(rows.map((row) => [row.id, row.status]));
      followOnly(rows);
      for (const row of [...rows].reverse()) {
        const isNews = before === null ? !isFinalExecution(row.status) : before.get(row.id) !== row.status;
        if (isNews) yield row;
      }
      if ((await nudges.take(signal, quietMs)).kind === "aborted") return;
      await systemClock.sleep(restMs, signal);
      while ((await nudges.take(signal, 0)).kind === "item");
    }
  } finally {
    unlisten();
    for (const unfollow of followed.values()) unfollow();
  }
}
