import type { Database } from "#db/client.ts";
import type { LoopDeps } from "#src/engine/deps.ts";
import type { ClaimedExecution, NewExecution, StartRequest } from "#src/engine/ports.ts";
import type { AbortSource } from "#src/engine/signal.ts";
import type { ExecutionId, WorkspaceId } from "#src/ids.ts";
import type { ExecutionStatus } from "#src/schemas/execution.ts";
import type { ExecutionEvent } from "#src/schemas/executionEvent.ts";
import type { Principal, Trigger } from "#src/schemas/principal.ts";
import type { ExecutionPriority } from "#src/schemas/priority.ts";
import { type Children, createChildren } from "./children.ts";
import { startClaiming } from "./claiming.ts";
import type { Failpoints } from "./failpoints.ts";
import { createPool, type Pool, type RunnerLog } from "./pool.ts";
import { createQueueBound } from "./queueBound.ts";
import { createSignals } from "./signals.ts";
import { createStarting } from "./starting.ts";
import { createDatabaseStore, type DatabaseStore, freeLeasesOfPastProcess } from "./store.ts";
import { tellWaits } from "./tellWaits.ts";

/** A lease that is not renewed for 8 s may be claimed (db/statements): one heartbeat may be missed, and a second be late. */
const heartbeatMs = 3_000;

/** What other processes are told, so that they need not find it out by themselves. Nothing depends on it. */
export interface RunnerHints {
  /** Something waits that this process has no room for. */
  work(): void;
  cancel(executionId: ExecutionId, by: Principal): void;
}
const noHints: RunnerHints = { work: () => {}, cancel: () => {} };

export interface RunnerOptions extends Omit<LoopDeps, "store"> {
  readonly db: Database;
  /** How many executions run at once in this process; more wait in the database. 0: it starts and cancels them, and runs none. */
  readonly capacity: number;
  readonly log: RunnerLog;
  readonly hints?: RunnerHints;
  /** What waits for the people of a workspace may have changed. */
  readonly onWaits?: (workspaceId: WorkspaceId) => void;
  /** How many executions of one workspace may wait; 100,000 unless told. */
  readonly queueLimit?: number;
  /** Unique among all processes, ever: leases are held under it. Random unless told. */
  readonly worker?: string;
  /** How long `stop` lets executions run on before it hands them to the next process; 5,000 unless told. */
  readonly graceMs?: number;
  /** Failures that a test asked for; none in production. */
  readonly failpoints?: Failpoints | null;
}

export interface RunnerStart extends StartRequest {
  readonly trigger: Trigger;
  /** Normal unless told. */
  readonly priority?: ExecutionPriority | undefined;
}

/** Runs executions in this process: those it starts, and those that it finds waiting or abandoned. */
export interface Runner {
  /**
   * Durable when it resolves. Runs at once while there is room here and in the workflow's limit; otherwise the execution is
   * queued. Errors: rate_limited when too many of the workspace wait already.
   */
  start(request: RunnerStart): Promise<{ executionId: ExecutionId; status: ExecutionStatus }>;
  /** Stores an execution with its first events, open for whoever has room. Durable when it resolves. Errors: conflict. */
  begin(execution: NewExecution, events: readonly ExecutionEvent[]): Promise<void>;
  /** False when the execution is unknown or final. It ends within 10 s, wherever it runs or waits. */
  requestCancel(workspaceId: WorkspaceId, executionId: ExecutionId, by: Principal): Promise<boolean>;
  /** Answers were stored for it: it goes on with them at once if it runs or waits here, elsewhere with the next beat. */
  answered(executionId: ExecutionId): void;
  /** Whether it runs in this process. */
  isHere(executionId: ExecutionId): boolean;
  /** Another process says that something waits. */
  look(): void;
  /** Another process says that somebody wants this cancelled; nothing happens when it does not run here. */
  cancelHere(executionId: ExecutionId, by: Principal): void;
  /** Claims no more, lets executions run on for the grace period, then gives all leases up. Starts are queued from then on. */
  stop(): Promise<void>;
}

/** Begins to look for waiting and abandoned executions at once. */
export function createRunner(options: RunnerOptions): Runner {
  const { db, clock, capacity, log, hints = noHints } = options;
  const worker = options.worker ?? `worker_${crypto.randomUUID()}`;
  const sound = tellWaits(createDatabaseStore(db), {
    people: options.onWaits ?? (() => {}),
    signal(lease) {
      // What this misses, the next round of `tend` finds.
      signals.deliver(lease).catch((err: unknown) => log.warn({ err }, "A step has not had its call yet"));
    },
    child({ executionId }) {
      // So here.
      children.waits(executionId).catch((err: unknown) => log.warn({ err }, "A parent was not told yet"));
    },
  });
  const store = options.failpoints?.store(sound) ?? sound;
  const executors = options.failpoints?.executors(options.executors) ?? options.executors;
  const starting = new Set<ExecutionId>();
  const stopping = clock.newAbort();
  const stopped = clock.newAbort();
  const onEnd = (left: ClaimedExecution) => {
    const { graph } = left;
    // What this misses, the next round of `tend` finds.
    children.left(left).catch((err: unknown) => log.warn({ err }, "A parent was not told yet"));
    const { concurrency, startsPerMinute } = graph.settings;
    if (concurrency === undefined && startsPerMinute === undefined) return claiming.lookIfBehind();
    // The next of its workflow may begin, here or, if there is more room, elsewhere.
    onQueued();
  };
  const pool = createPool({ deps: { ...options, executors, store }, log, onEnd });
  const room = (): number => (stopping.signal.aborted ? 0 : capacity - pool.size() - starting.size);
  const claiming = startClaiming({
    clock,
    log,
    room,
    claim: (limit) => store.claim(worker, limit),
    launch: pool.launch,
    before: () => freeLeasesOfPastProcess(db),
  });
  const bound = createQueueBound({ limit: options.queueLimit ?? 100_000, count: store.countQueued, now: clock.now });
  const onQueued = () => {
    claiming.look();
    hints.work();
  };
  const answered = (executionId: ExecutionId) => {
    if (!pool.nudge(executionId)) onQueued();
  };
  const isStopping = () => stopping.signal.aborted;
  const requestCancel = cancelling({ store, worker, pool, hints, isStopping, children: () => children });
  const children = createChildren({ db, answered, requestCancel });
  const signals = createSignals(db, answered);
  const start = createStarting({
    ...{ store, worker, pool, starting, clock, bound },
    maySpend: async (of) => !(await options.spendingOf?.(of))?.heldBy({ steps: 0, tokens: 0, dollars: 0 }),
    mayRun: () => room() > 0 && !claiming.isBehind(),
    isStopping,
    onQueued,
  });
  const beat = heartbeat({ store, worker, pool });
  const beating = repeat(beat, { pause: () => clock.sleep(heartbeatMs, stopped.signal), until: stopped, log });

  const tend = async () => {
    // Each for itself: what one of them cannot do keeps the other from nothing.
    const outcomes = await Promise.allSettled([children.tend(), signals.tend()]);
    for (const outcome of outcomes) if (outcome.status === "rejected") throw outcome.reason;
  };
  const tending = repeat(tend, {
    pause: () => clock.sleep(heartbeatMs, stopping.signal),
    until: stopping,
    log,
  });

  return {
    start,

    async begin(execution, events) {
      await store.create(execution, events, null);
      onQueued();
    },

    requestCancel,
    answered,
    isHere: pool.has,
    look: claiming.look,
    cancelHere: (executionId, by) => void pool.cancel(executionId, by),

    async stop() {
      stopping.abort("stopping");
      await claiming.stop();
      await pool.drain(options.graceMs ?? 5_000);
      stopped.abort("stopped");
      await Promise.all([beating, tending]);
      await store.release(worker);
      hints.work();
    },
  };
}

interface Cancelling {
  readonly store: DatabaseStore;
  readonly worker: string;
  readonly pool: Pool;
  readonly hints: RunnerHints;
  readonly isStopping: () => boolean;
  readonly children: () => Children;
}

function cancelling({ store, worker, pool, hints, isStopping, children }: Cancelling): Runner["requestCancel"] {
  return async (workspaceId, executionId, by) => {
    if (!(await store.requestCancel(workspaceId, executionId, by))) return false;
    if (!pool.cancel(executionId, by)) {
      hints.cancel(executionId, by);
      // One that waits for room would wait with its cancel too: it takes no room to cancel it.
      if (!isStopping()) for (const claimed of await store.claimOne(worker, executionId)) pool.launch(claimed);
    }
    await children().cancelBelow(workspaceId, executionId, by);
    return true;
  };
}

interface Repeating {
  readonly pause: () => Promise<void>;
  readonly until: AbortSource;
  readonly log: RunnerLog;
}

async function repeat(work: () => Promise<void>, { pause, until, log }: Repeating): Promise<void> {
  while (!until.signal.aborted) {
    await work().catch((err: unknown) => log.warn({ err }, "The runner's query failed; it will be tried again"));
    if (!until.signal.aborted) await pause();
  }
}

interface Heart {
  readonly store: DatabaseStore;
  readonly worker: string;
  readonly pool: Pool;
}

/**
 * One beat: renews the leases, hears of cancels and answers, stops what another worker has taken over, and gives up what this worker holds
 * without running it (a claim whose second half failed). Both need to be seen twice: a lease may be a moment older or younger
 * than what runs here.
 */
function heartbeat({ store, worker, pool }: Heart): () => Promise<void> {
  let lost: ReadonlySet<ExecutionId> = new Set();
  let orphans: ReadonlySet<ExecutionId> = new Set();
  return async () => {
    const { held, answered, cancelRequested } = await store.renew(worker);
    for (const { id, answers } of answered) pool.countAnswers(id, answers);
    for (const { id, by } of cancelRequested) pool.cancel(id, by);

    const isHeld = new Set(held);
    const missing = pool.ids().filter((id) => !isHeld.has(id));
    for (const id of missing) if (lost.has(id)) pool.letGo(id);
    lost = new Set(missing);

    const unrun = held.filter((id) => !pool.has(id));
    for (const id of unrun) if (orphans.has(id)) await store.releaseHeld(worker, id);
    orphans = new Set(unrun);
  };
}
