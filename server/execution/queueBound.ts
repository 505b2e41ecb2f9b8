import { AppError } from "#src/errors.ts";
import type { WorkspaceId } from "#src/ids.ts";

export interface QueueBound {
  /** Lets one more execution of the workspace wait. Errors: rate_limited with `retryAfterMs`. */
  take(workspaceId: WorkspaceId): Promise<void>;
}

export interface QueueBoundOptions {
  readonly limit: number;
  /** How many wait, counted up to the limit. */
  readonly count: (workspaceId: WorkspaceId, limit: number) => Promise<number>;
  readonly now: () => number;
}

/** A count is believed so long; what this process adds meanwhile is added. Other processes' additions are seen with the next one. */
const believeMs = 1_000;
const retryAfterMs = 5_000;
const maxRemembered = 10_000;

/** How much of a workspace may wait. Counting costs up to 40 ms at the bound, so it is done at most once a second a workspace. */
export function createQueueBound({ limit, count, now }: QueueBoundOptions): QueueBound {
  const known = new Map<WorkspaceId, { waiting: number; readonly until: number }>();
  return {
    async take(workspaceId) {
      let entry = known.get(workspaceId);
      if (entry === undefined || entry.until <= now()) {
        if (known.size >= maxRemembered) known.clear();
        entry = { waiting: await count(workspaceId, limit), until: now() + believeMs };
        known.set(workspaceId, entry);
      }
      if (entry.waiting >= limit) {
        const message = `${limit.toLocaleString("en")} executions of this workspace wait already. Try again when some have begun.`;
        throw new AppError("rate_limited", message, { retryAfterMs, detail: { limit } });
      }
      entry.waiting += 1;
    },
  };
}
