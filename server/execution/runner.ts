import type { Database } from "#db/client.ts";
import type { LoopDeps } from "#src/engine/deps.ts";
import type { StartRequest } from "#src/engine/ports.ts";
import type { AbortSource } from "#src/engine/signal.ts";
import { queuedEvents, startedEvents } from "#src/engine/start.ts";
import { AppError } from "#src/errors.ts";
import { compileOnce } from "#src/graph/compileOnce.ts";
import type { ExecutionId, WorkspaceId } from "#src/ids.ts";
import type { ExecutionStatus } from "#src/schemas/execution.ts";
import type { Principal, Trigger } from "#src/schemas/principal.ts";
import { createPool, type Pool, type RunnerLog } from "./pool.ts";
import { project } from "./projection.ts";
import { createDatabaseStore, type DatabaseStore, freeLeasesOfPastProcess } from "./store.ts";

/** The lease lasts 10 s on the database's clock (db/statements): two heartbeats may be missed. */
const heartbeatMs = 3_000;
const claimMs = 1_000;

export interface RunnerOptions extends Omit<LoopDeps, "store"> {
  readonly db: Database;
  /** How many executions run at once in this process; more wait in the database. */
  readonly capacity: number;
  readonly log: RunnerLog;
  /** Unique among all processes, ever: leases are held under it. Random unless told. */
  readonly worker?: string;
  /** How long `stop` lets executions run on before it hands them to the next process; 5,000 unless told. */
  readonly graceMs?: number;
}

export interface RunnerStart extends StartRequest {
  readonly trigger: Trigger;
}

/** Runs executions in this process: those it starts, and those that it finds waiting or abandoned. */
export interface Runner {
  /** Durable when it resolves. Runs at once while there is room; otherwise the execution is queued. */
  start(request: RunnerStart): Promise<{ executionId: ExecutionId; status: ExecutionStatus }>;
  /** False when the execution is unknown or final. It ends within 10 s, wherever it runs or waits. */
  requestCancel(workspaceId: WorkspaceId, executionId: ExecutionId, by: Principal): Promise<boolean>;
  /** Claims no more, lets executions run on for the grace period, then gives all leases up. */
  stop(): Promise<void>;
}

/** Begins to look for waiting and abandoned executions at once. */
export function createRunner(options: RunnerOptions): Runner {
  const { db, clock, capacity, log, catalogue } = options;
  const worker = options.worker ?? `worker_${crypto.randomUUID()}`;
  const store = createDatabaseStore(db);
  const starting = new Set<ExecutionId>();
  const stopping = clock.newAbort();
  const stopped = clock.newAbort();
  let wake = clock.newAbort();
  /** Somebody may wait for room: then the end of an execution is the moment to look, not the next second. */
  let someWait = true;
  const pool = createPool({ deps: { ...options, store }, log, onEnd: () => someWait && wake.abort("room") });
  const room = (): number => capacity - pool.size() - starting.size;

  async function claim(): Promise<void> {
    const limit = room();
    const claimed = await store.claim(worker, limit);
    someWait = claimed.length >= limit;
    for (const execution of claimed) pool.launch(execution);
  }
  async function repeat(work: () => Promise<void>, pause: () => Promise<void>, until: AbortSource): Promise<void> {
    while (!until.signal.aborted) {
      await work().catch((err: unknown) => log.warn({ err }, "The runner's query failed; it will be tried again"));
      if (!until.signal.aborted) await pause();
    }
  }
  function untilNextClaim(): Promise<void> {
    wake = clock.newAbort();
    return clock.sleep(claimMs, wake.signal);
  }
  const claiming = freeLeasesOfPastProcess(db)
    .catch((err: unknown) => log.warn({ err }, "The leases of the past process were not freed"))
    .then(() => repeat(claim, untilNextClaim, stopping));
  const beat = heartbeat({ store, worker, pool, isStarting: (id) => starting.has(id) });
  const beating = repeat(beat, () => clock.sleep(heartbeatMs, stopped.signal), stopped);

  return {
    async start({ execution, graph, input, trigger }) {
      const begin = { input, trigger, at: clock.now() };
      if (room() <= 0 || stopping.signal.aborted) {
        await store.create(execution, queuedEvents(begin), null);
        someWait = true;
        return { executionId: execution.id, status: "queued" };
      }
      starting.add(execution.id);
      try {
        const { plan } = compileOnce(graph, catalogue);
        const events = plan === null ? queuedEvents(begin) : startedEvents(plan, begin);
        const lease = await store.create(execution, events, worker);
        if (lease === null) throw new AppError("internal", "The store gave no lease.");
        pool.launch({ lease, workflowId: execution.workflowId, graph, events, cancelRequestedBy: null });
        return { executionId: execution.id, status: project(events).status ?? "queued" };
      } finally {
        starting.delete(execution.id);
      }
    },

    async requestCancel(workspaceId, executionId, by) {
      if (!(await store.requestCancel(workspaceId, executionId, by))) return false;
      if (pool.cancel(executionId, by)) return true;
      // One that waits for room would wait with its cancel too: it takes no room to cancel it.
      if (!stopping.signal.aborted)
        for (const claimed of await store.claimOne(worker, executionId)) pool.launch(claimed);
      return true;
    },

    async stop() {
      stopping.abort("stopping");
      wake.abort("stopping");
      await claiming;
      await pool.drain(options.graceMs ?? 5_000);
      stopped.abort("stopped");
      await beating;
      await store.release(worker);
    },
  };
}

interface Heart {
  readonly store: DatabaseStore;
  readonly worker: string;
  readonly pool: Pool;
  readonly isStarting: (id: ExecutionId) => boolean;
}

/**
 * One beat: renews the leases, hears of cancels, stops what another worker has taken over, and gives up what this worker holds
 * without running it (a claim whose second half failed). Both need to be seen twice: a lease may be a moment older or younger
 * than what runs here.
 */
function heartbeat({ store, worker, pool, isStarting }: Heart): () => Promise<void> {
  let lost: ReadonlySet<ExecutionId> = new Set();
  let orphans: ReadonlySet<ExecutionId> = new Set();
  return async () => {
    const { held, cancelRequested } = await store.renew(worker);
    for (const { id, by } of cancelRequested) pool.cancel(id, by);

    const isHeld = new Set(held);
    const missing = pool.ids().filter((id) => !isHeld.has(id));
    for (const id of missing) if (lost.has(id)) pool.letGo(id);
    lost = new Set(missing);

    const unrun = held.filter((id) => !pool.has(id) && !isStarting(id));
    for (const id of unrun) if (orphans.has(id)) await store.releaseHeld(worker, id);
    orphans = new Set(unrun);
  };
}
