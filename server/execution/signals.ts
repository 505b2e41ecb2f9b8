import type { Database } from "#db/client.ts";
import { deliverSignals, findDeliverable } from "#db/queries/signals.ts";
import { withEngine } from "#db/tenant.ts";
import type { ExecutionId, WorkspaceId } from "#src/ids.ts";

interface At {
  readonly executionId: ExecutionId;
  readonly workspaceId: WorkspaceId;
}

/** Brings calls that came early to the steps that wait for them. */
export interface Signals {
  /** A step of this execution has begun to wait for a call. */
  deliver(at: At): Promise<void>;
  /** Finds what a process that died left between a wait and its call. Called again and again. */
  tend(): Promise<void>;
}

export function createSignals(db: Database, answered: (id: ExecutionId) => void): Signals {
  const deliver = async ({ executionId, workspaceId }: At) => {
    if ((await withEngine(db, (tx) => deliverSignals(tx, { executionId, workspaceId }))) > 0) answered(executionId);
  };
  return {
    deliver,
    async tend() {
      for (const at of await withEngine(db, findDeliverable)) await deliver(at);
    },
  };
}
