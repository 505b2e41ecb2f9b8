import type { Logger } from "pino";
import type { LoopDeps, Nudges } from "#src/engine/deps.ts";
import { runExecution } from "#src/engine/loop.ts";
import type { ClaimedExecution } from "#src/engine/ports.ts";
import type { AbortSource } from "#src/engine/signal.ts";
import { AppError } from "#src/errors.ts";
import type { ExecutionId } from "#src/ids.ts";
import type { ExecutionEvent } from "#src/schemas/executionEvent.ts";
import type { Principal } from "#src/schemas/principal.ts";
import type { DatabaseStore } from "./store.ts";

/** How long somebody's wish for a cancel is kept for an execution that may be about to run here. */
const wishMs = 10_000;
/** How long an execution that broke its loop rests before another claim may try it. */
const restMs = 5_000;

export type RunnerLog = Pick<Logger, "warn" | "error">;

export interface PoolOptions {
  readonly deps: LoopDeps & { readonly store: DatabaseStore };
  readonly log: RunnerLog;
  /** Called when an execution has left, so that there is room for another. */
  readonly onEnd: (left: ClaimedExecution) => void;
}

/** The executions that run in this process, each under a lease of its own. */
export interface Pool {
  size(): number;
  /** Of those that are stored. */
  ids(): ExecutionId[];
  /** Also of one that is not stored yet. */
  has(id: ExecutionId): boolean;
  launch(claimed: ClaimedExecution): void;
  /** Runs one that is not stored yet. Resolves when it is; rejects when it cannot be, and then it has not run. */
  bear(claimed: ClaimedExecution & Required<Pick<ClaimedExecution, "create">>): Promise<void>;
  /** False when it does not run here; one that begins to within some seconds is cancelled all the same. */
  cancel(id: ExecutionId, by: Principal): boolean;
  /** An answer was stored for it. False when it does not run here. */
  nudge(id: ExecutionId): boolean;
  /** How many answers are stored for it: a nudge when there are more than it was told of. */
  countAnswers(id: ExecutionId, answers: number): void;
  /** Stops it without writing anything more: its lease is lost. */
  letGo(id: ExecutionId): void;
  /** Waits until all have ended by themselves, at most `graceMs`, then stops the rest where their last commit is. */
  drain(graceMs: number): Promise<void>;
}

interface Running {
  readonly stop: AbortSource;
  readonly cancel: AbortSource;
  readonly listeners: Set<() => void>;
  done: Promise<void>;
  answers: number;
  isStored: boolean;
}

export function createPool({ deps, log, onEnd }: PoolOptions): Pool {
  const { clock, store } = deps;
  const running = new Map<ExecutionId, Running>();
  const draining = clock.newAbort();
  /** Between a claim and its launch an execution is nowhere. */
  const wishes = new Map<ExecutionId, Principal>();

  /** Throws when it is not stored in the end. */
  async function run(claimed: ClaimedExecution, own: Running): Promise<void> {
    const { lease } = claimed;
    const { stop, cancel, listeners } = own;
    const nudges: Nudges = {
      listen(listener) {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
    };
    try {
      await runExecution(claimed, deps, { stop: stop.signal, cancel: cancel.signal, nudges });
    } catch (err) {
      if (!own.isStored) throw err;
      log.error(
        { err, executionId: lease.executionId },
        "An execution was interrupted; the next claim goes on with it",
      );
      await clock.sleep(restMs, draining.signal);
      await store.releaseOne(lease).catch((error: unknown) => log.warn({ err: error }, "A lease was not given up"));
    } finally {
      // A claim may have brought the one that is stored, while this was another start of it that came to nothing.
      if (running.get(lease.executionId) === own) running.delete(lease.executionId);
      if (own.isStored) onEnd(claimed);
    }
  }

  function add(claimed: ClaimedExecution, isStored: boolean): Running {
    const { executionId } = claimed.lease;
    const own: Running = {
      ...{ stop: clock.newAbort(), cancel: clock.newAbort(), listeners: new Set(), answers: 0, isStored },
      done: Promise.resolve(),
    };
    running.set(executionId, own);
    const wish = wishes.get(executionId);
    if (wish !== undefined) own.cancel.abort(wish);
    return own;
  }

  function nudge(id: ExecutionId): boolean {
    const here = running.get(id);
    for (const listener of here?.listeners ?? []) listener();
    return here !== undefined;
  }
  const allDone = () => Promise.all([...running.values()].map((execution) => execution.done));
  return {
    size: () => running.size,
    ids: () => [...running].flatMap(([id, { isStored }]) => (isStored ? id : [])),
    has: (id) => running.has(id),
    launch(claimed) {
      const own = add(claimed, true);
      // Registered before the first turn of the loop, which may end at once.
      own.done = Promise.resolve().then(() => run(claimed, own));
    },
    bear(claimed) {
      if (running.has(claimed.lease.executionId))
        return Promise.reject(new AppError("conflict", "This execution exists already."));
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      const own = add(claimed, false);
      const create = async (events: readonly ExecutionEvent[]) => {
        await claimed.create(events);
        own.isStored = true;
        resolve();
      };
      own.done = run({ ...claimed, create }, own).catch(reject);
      return promise;
    },
    cancel(id, by) {
      const here = running.get(id);
      here?.cancel.abort(by);
      if (here !== undefined) return true;
      wishes.set(id, by);
      void clock.sleep(wishMs, draining.signal).then(() => wishes.delete(id));
      return false;
    },
    nudge,
    countAnswers(id, answers) {
      const here = running.get(id);
      if (here === undefined || here.answers >= answers) return;
      here.answers = answers;
      nudge(id);
    },
    letGo: (id) => running.get(id)?.stop.abort("lease lost"),
    async drain(graceMs) {
      const ended = clock.newAbort();
      await Promise.race([allDone(), clock.sleep(graceMs, ended.signal)]);
      ended.abort("drained");
      draining.abort("draining");
      for (const { stop } of running.values()) stop.abort("stopping");
      await allDone();
    },
  };
}
