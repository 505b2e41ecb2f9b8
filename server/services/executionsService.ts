import type { Database, Tx } from "#db/client.ts";
import { childrenOf } from "#db/queries/children.ts";
import { findQueue } from "#db/queries/executionQueue.ts";
import { executionStatusOf, findExecution, pageOfExecutions, readEvents } from "#db/queries/executions.ts";
import { findPayload } from "#db/queries/payloads.ts";
import { findWorkflow } from "#db/queries/workflows.ts";
import { withTenant } from "#db/tenant.ts";
import type { Clock } from "#src/engine/ports.ts";
import { AppError } from "#src/errors.ts";
import type { ExecutionId, WorkflowId } from "#src/ids.ts";
import type { JsonValue } from "#src/json.ts";
import type { ChildExecution } from "#src/schemas/child.ts";
import {
  type ExecutionDetail,
  type ExecutionQueue,
  type ExecutionStatus,
  type ExecutionSummary,
  isFinalExecution,
} from "#src/schemas/execution.ts";
import type { ExecutionEvent } from "#src/schemas/executionEvent.ts";
import type { Page } from "#src/schemas/page.ts";
import type { Activity } from "./activity.ts";
import { type Actor, principalOf, scopeOf } from "./actor.ts";
import type { Executions } from "./ports.ts";
import { type Watched, watchEvents } from "./watch.ts";
import { watchExecutionsOf } from "./watchWorkflow.ts";

export interface ExecutionListRequest {
  readonly cursor?: string | undefined;
  readonly limit: number;
  readonly workflowId?: WorkflowId | undefined;
  readonly status?: readonly ExecutionStatus[] | undefined;
  readonly search?: string | undefined;
}

/**
 * Every method answers not_found for an execution of another workspace, as for one that never was. Values of more than 64 kB are
 * references (src/schemas/payload.ts) wherever they are shown; `payload` has the value.
 */
export interface ExecutionsService {
  list(actor: Actor, request: ExecutionListRequest): Promise<Page<ExecutionSummary>>;
  get(actor: Actor, id: ExecutionId): Promise<ExecutionDetail>;
  /** Why nobody works on it. Errors: not_found. */
  queue(actor: Actor, id: ExecutionId): Promise<ExecutionQueue>;
  /** Those that its steps have started, oldest first; at most 1,000. */
  children(actor: Actor, id: ExecutionId): Promise<ChildExecution[]>;
  /**
   * Acknowledges the wish once whoever runs the execution has it in the log: no step starts after that, and the end comes within 10 s.
   * After 4 s without (no worker looks, or the store is away) it answers all the same: the wish is stored. Errors: conflict when
   * it is final already.
   */
  cancel(actor: Actor, id: ExecutionId): Promise<void>;
  events(actor: Actor, request: { id: ExecutionId; afterSeq: number; limit: number }): Promise<ExecutionEvent[]>;
  /** A large value that this execution refers to, whole. Errors: not_found also when it refers to none of this hash. */
  payload(actor: Actor, request: { id: ExecutionId; hash: string }): Promise<JsonValue>;
  /** History after `afterSeq`, then what happens, without gap or repeat; ends after the final event. */
  watch(actor: Actor, request: { id: ExecutionId; afterSeq: number }, signal: AbortSignal): AsyncGenerator<Watched>;
  /** The workflow's executions as they start and change status. */
  watchWorkflow(actor: Actor, workflowId: WorkflowId, signal: AbortSignal): AsyncGenerator<ExecutionSummary>;
}

export interface ExecutionsDeps {
  readonly db: Database;
  readonly executions: Executions;
  readonly activity: Activity;
  readonly clock: Pick<Clock, "now" | "sleep" | "newAbort">;
}

/** Without Redis a worker hears of a cancel with its next beat, at most 3 s later. */
const heededWithinMs = 4_000;
const longestLookMs = 100;

const noSuchExecution = () => new AppError("not_found", "There is no such execution.");
const keyOf = (actor: Actor, id: ExecutionId) => ({ workspaceId: actor.session.workspace.id, id });

export function createExecutionsService({ db, executions, activity, clock }: ExecutionsDeps): ExecutionsService {
  const inWorkspace = <Result>(actor: Actor, work: (tx: Tx) => Promise<Result>) => withTenant(db, scopeOf(actor), work);

  async function statusOf(actor: Actor, id: ExecutionId) {
    const found = await inWorkspace(actor, (tx) => executionStatusOf(tx, keyOf(actor, id)));
    if (found === null) throw noSuchExecution();
    return found;
  }

  async function untilHeeded(actor: Actor, id: ExecutionId): Promise<void> {
    const until = clock.now() + heededWithinMs;
    const { signal } = clock.newAbort();
    for (let lookMs = 2; clock.now() < until; lookMs = Math.min(longestLookMs, lookMs * 2)) {
      const { status } = await statusOf(actor, id);
      if (status === "cancelling" || isFinalExecution(status)) return;
      await clock.sleep(lookMs, signal);
    }
  }

  const events: ExecutionsService["events"] = async (actor, { id, ...range }) => {
    const items = await inWorkspace(actor, (tx) => readEvents(tx, keyOf(actor, id), range));
    if (items.length === 0) await statusOf(actor, id);
    return items;
  };

  return {
    list: (actor, request) => inWorkspace(actor, (tx) => pageOfExecutions(tx, actor.session.workspace.id, request)),

    async queue(actor, id) {
      const found = await inWorkspace(actor, (tx) => findQueue(tx, keyOf(actor, id)));
      if (found === null) throw noSuchExecution();
      return found;
    },

    async get(actor, id) {
      const found = await inWorkspace(actor, (tx) => findExecution(tx, keyOf(actor, id)));
      if (found === null) throw noSuchExecution();
      return found;
    },

    async children(actor, id) {
      await statusOf(actor, id);
      return inWorkspace(actor, (tx) => childrenOf(tx, keyOf(actor, id)));
    },

    async cancel(actor, id) {
      await statusOf(actor, id);
      const accepted = await executions.requestCancel(actor.session.workspace.id, id, principalOf(actor));
      if (!accepted) throw new AppError("conflict", "This execution has ended already.");
      // The wish is stored: what goes wrong from here on only shortens the wait.
      await untilHeeded(actor, id).catch(() => {});
    },

    events,

    async payload(actor, { id, hash }) {
      // With the execution looked up first: the tenant's policy hides others' values, and this says so as for everything else.
      await statusOf(actor, id);
      const value = await inWorkspace(actor, (tx) => findPayload(tx, id, hash));
      if (value === undefined) throw new AppError("not_found", "This run has no such value.");
      return value;
    },

    async *watch(actor, { id, afterSeq }, signal) {
      await statusOf(actor, id);
      const source = {
        id,
        isHere: () => executions.isHere(id),
        subscribe: (listener: Parameters<Executions["subscribe"]>[1]) => executions.subscribe(id, listener),
        readEvents: (after: number, limit: number) => events(actor, { id, afterSeq: after, limit }),
        isOver: async (seq: number) => {
          const { status, lastSeq } = await statusOf(actor, id);
          return isFinalExecution(status) && seq >= lastSeq;
        },
      };
      yield* watchEvents(source, afterSeq, signal);
    },

    async *watchWorkflow(actor, workflowId, signal) {
      const { id: workspaceId } = actor.session.workspace;
      const found = await inWorkspace(actor, (tx) => findWorkflow(tx, { workspaceId, id: workflowId }));
      if (found === null) throw new AppError("not_found", "There is no such workflow.");
      const source = {
        latest: async () =>
          (await inWorkspace(actor, (tx) => pageOfExecutions(tx, workspaceId, { workflowId, limit: 50 }))).items,
        listen: (listener: () => void) => activity.listen(workflowId, listener),
        follow: executions.subscribe,
      };
      yield* watchExecutionsOf(source, signal);
    },
  };
}
