import type { Database } from "#db/client.ts";
import { startOf } from "#db/queries/executions.ts";
import { withTenant } from "#db/tenant.ts";
import { AppError } from "#src/errors.ts";
import type { ExecutionId } from "#src/ids.ts";
import { createOnePerKey } from "#src/onePerKey.ts";
import { idempotencyKey } from "#src/schemas/principal.ts";
import type { Scope } from "./actor.ts";
import { hashOfJson } from "./graphHash.ts";
import type { Accepted, StartRequest, StartWorkflow } from "./startWorkflow.ts";
import { executionIdOf } from "./travel/requestIds.ts";

export interface KeyedStart extends StartRequest {
  /** The caller's name for this start; belongs to the workflow. */
  readonly key: string;
}

/**
 * Starts an execution once for each key: the execution's id follows from the workflow and the key, so whoever comes second, at any
 * process, meets the first one's row and answers as that one did. The key is free again when its execution is removed.
 * Errors: as of StartWorkflow; bad_request for a key that is none; idempotency_key_reused when the first request was another one.
 */
export type StartOnce = (scope: Scope, request: KeyedStart) => Promise<Accepted>;

export function createStartOnce(db: Database, start: StartWorkflow): StartOnce {
  /** Who comes while the first one is on its way waits for it. */
  const onePerId = createOnePerKey<ExecutionId>();

  async function earlier(scope: Scope, executionId: ExecutionId, hash: string): Promise<Accepted | null> {
    const { workspaceId } = scope;
    const row = await withTenant(db, scope, (tx) => startOf(tx, { workspaceId, id: executionId }));
    if (row === null) return null;
    if (row.trigger.once?.request === hash) return { executionId, status: toldAtFirst(row) };
    const message =
      "This Idempotency-Key was used for another request to this workflow. Use a new key for a new request.";
    throw new AppError("idempotency_key_reused", message, { detail: { executionId } });
  }

  async function first(scope: Scope, { key, ...request }: KeyedStart, made: { id: ExecutionId; hash: string }) {
    const trigger = { ...request.trigger, once: { key, request: made.hash } };
    return start(scope, { ...request, trigger, executionId: made.id }).catch(async (error: unknown) => {
      const met = error instanceof AppError && error.code === "conflict";
      const known = met ? await earlier(scope, made.id, made.hash) : null;
      if (known === null) throw error;
      return known;
    });
  }

  return async (scope, request) => {
    const key = idempotencyKey.safeParse(request.key);
    if (!key.success) throw new AppError("bad_request", key.error.issues[0]?.message ?? "This is no Idempotency-Key.");
    const id = executionIdOf(scope.workspaceId, { kind: "request", workflowId: request.id, key: key.data });
    const hash = hashOfJson({ input: request.input, priority: request.priority });
    return onePerId(id, async () => (await earlier(scope, id, hash)) ?? first(scope, request, { id, hash }));
  };
}

type Start = NonNullable<Awaited<ReturnType<typeof startOf>>>;

/** What begins at once has begun in the moment that it was made. */
const toldAtFirst = ({ createdAt, startedAt }: Start): Accepted["status"] =>
  startedAt?.getTime() === createdAt.getTime() ? "running" : "queued";
