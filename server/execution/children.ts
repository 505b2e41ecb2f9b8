import type { Database } from "#db/client.ts";
import { giveAnswer } from "#db/queries/answers.ts";
import { childPrincipal, type Family, findEndedChildren, findOrphans, liveChildren } from "#db/queries/children.ts";
import { wholeValue } from "#db/queries/payloads.ts";
import { withEngine } from "#db/tenant.ts";
import { referencesIn, unpackValue } from "#src/engine/payloads.ts";
import type { ClaimedExecution } from "#src/engine/ports.ts";
import { toAppError } from "#src/errors.ts";
import type { ExecutionId, WorkspaceId } from "#src/ids.ts";
import type { JsonObject, JsonValue } from "#src/json.ts";
import type { Principal } from "#src/schemas/principal.ts";

export interface ChildrenOptions {
  readonly db: Database;
  /** An answer was stored for this execution. */
  readonly answered: (id: ExecutionId) => void;
  readonly requestCancel: (workspaceId: WorkspaceId, id: ExecutionId, by: Principal) => Promise<unknown>;
}

/**
 * Keeps parents and children together. The child's row is the truth about its end, so nothing is lost with the process that ran
 * it: whoever looks next finds that the parent still waits.
 */
export interface Children {
  /** Answers parents whose children have ended, and ends children whose parents have. Called again and again. */
  tend(): Promise<void>;
  /** The same at once for an execution that was run here. */
  left(execution: ClaimedExecution): Promise<void>;
  /** The same at once for a parent that has just begun to wait: its child may have ended in the moment that it was made. */
  waits(parent: ExecutionId): Promise<void>;
  /** A cancel goes down to the children that still run. */
  cancelBelow(workspaceId: WorkspaceId, id: ExecutionId, by: Principal): Promise<void>;
}

export function createChildren({ db, answered, requestCancel }: ChildrenOptions): Children {
  async function answerParents(of: Family): Promise<void> {
    const ended = await withEngine(db, (tx) => findEndedChildren(tx, of));
    for (const { childId, executionId, workspaceId, stepKey, attempt, status, output: packed, error } of ended) {
      const value = await wholeOutput(db, childId, packed).then(
        (output): JsonObject => ({ status, output, error: error as JsonObject | null }),
        damaged,
      );
      // One transaction each: two processes that answer many at once would wait for each other in a circle.
      const answer = { stepKey, attempt, value, by: childPrincipal };
      const outcome = await withEngine(db, (tx) => giveAnswer(tx, { workspaceId, executionId }, answer));
      if (outcome === "accepted") answered(executionId);
    }
  }
  return {
    async tend() {
      await answerParents({});
      for (const { id, workspaceId } of await withEngine(db, findOrphans))
        await requestCancel(workspaceId, id, childPrincipal);
    },
    async left({ lease, events }) {
      const [first] = events;
      if (first?.body.type === "execution_created" && first.body.trigger.parent !== undefined)
        await answerParents({ child: lease.executionId });
    },
    waits: (parent) => answerParents({ parent }),
    async cancelBelow(workspaceId, id, by) {
      for (const child of await withEngine(db, (tx) => liveChildren(tx, id)))
        await requestCancel(workspaceId, child, by);
    },
  };
}

/** Most outputs refer to nothing, and cost no transaction. */
const wholeOutput = async (db: Database, id: ExecutionId, packed: JsonValue): Promise<JsonValue> =>
  referencesIn(packed).length === 0
    ? unpackValue(packed, () => undefined)
    : withEngine(db, (tx) => wholeValue(tx, id, packed));

/** The parent fails where a value of its child is gone; that nobody could read it must not keep all others waiting. */
function damaged(error: unknown): JsonObject {
  const { code, message } = toAppError(error);
  if (code !== "internal") throw error;
  return { status: "failed", output: null, error: { code, message, retryable: false } };
}
