import type { Database } from "#db/client.ts";
import { type DueSchedule, dueSchedules, type Fired, moveScheduleOn } from "#db/queries/schedules.ts";
import { withEngine } from "#db/tenant.ts";
import { nextTime } from "#server/adapters/cron.ts";
import type { StartWorkflow } from "#server/services/startWorkflow.ts";
import { executionIdOf } from "#server/services/travel/requestIds.ts";
import { toAppError } from "#src/errors.ts";

export interface FiringOptions {
  readonly db: Database;
  readonly start: StartWorkflow;
  readonly now: () => number;
}

/** Of one look; the rest is still due at the next, which follows at once. */
const batch = 100;

/**
 * Starts what is due; resolves with how many schedules moved on. Safe in several processes at once and after a crash at any place:
 * the execution's id comes from the schedule and the time that was due, so a second start finds the first, and the schedule moves on
 * only if it still is due at that time. After a pause a schedule fires once, however many of its times have passed.
 */
export function createFiring({ db, start, now }: FiringOptions): () => Promise<number> {
  async function fire(due: DueSchedule): Promise<Fired | null> {
    const nextAt = nextTime(due, Math.max(now(), due.nextRunAt.getTime()));
    const nextRunAt = nextAt === null ? null : new Date(nextAt);
    const occasion = { kind: "schedule", scheduleId: due.id, dueAt: due.nextRunAt } as const;
    const executionId = executionIdOf(due.workspaceId, occasion);
    const scope = { workspaceId: due.workspaceId, profileId: due.createdBy };
    const by = { kind: "schedule", scheduleId: due.id, name: due.name } as const;
    try {
      await start(scope, { id: due.workflowId, input: due.input, trigger: { kind: "schedule", by }, executionId });
      return { nextRunAt, executionId, error: null };
    } catch (cause) {
      const error = toAppError(cause);
      // It was started before, by another process or by one that died in between.
      if (error.code === "conflict") return { nextRunAt, executionId, error: null };
      // Not yet: it stays due.
      if (error.retryable) return null;
      return { nextRunAt, executionId: null, error: error.message };
    }
  }

  return async () => {
    let moved = 0;
    for (;;) {
      const due = await withEngine(db, (tx) => dueSchedules(tx, new Date(now()), batch));
      let movedNow = 0;
      for (const schedule of due) {
        const fired = await fire(schedule);
        if (fired === null) continue;
        await withEngine(db, (tx) => moveScheduleOn(tx, schedule, fired));
        movedNow += 1;
      }
      moved += movedNow;
      if (due.length < batch || movedNow === 0) return moved;
    }
  };
}
