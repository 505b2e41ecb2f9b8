import type { Spender } from "#src/engine/deps.ts";
import type { Clock } from "#src/engine/ports.ts";
import { queuedEvents, startedEvents } from "#src/engine/start.ts";
import { AppError, toAppError } from "#src/errors.ts";
import type { ExecutionId } from "#src/ids.ts";
import { createOnePerKey } from "#src/onePerKey.ts";
import { mostAtOnce } from "#src/schemas/graph.ts";
import { priorityRank } from "#src/schemas/priority.ts";
import type { Placing } from "./creations.ts";
import type { Pool } from "./pool.ts";
import type { QueueBound } from "./queueBound.ts";
import type { Runner, RunnerStart } from "./runner.ts";
import type { DatabaseStore } from "./store.ts";

export interface StartingOptions {
  readonly store: DatabaseStore;
  readonly worker: string;
  readonly pool: Pool;
  readonly clock: Clock;
  readonly bound: QueueBound;
  /** Those that are about to be in the pool: they take room. */
  readonly starting: Set<ExecutionId>;
  readonly mayRun: () => boolean;
  /** Nothing begins here any more. */
  readonly isStopping: () => boolean;
  /** Whether the workspace and the workflow have something left for today. */
  readonly maySpend: (of: Spender) => Promise<boolean>;
  readonly onQueued: () => void;
}

/** How an execution begins: at once here, when there is room here and in its workflow, or at its place in the queue. */
export function createStarting(options: StartingOptions): Runner["start"] {
  const { store, worker, pool, clock, bound, starting, mayRun, isStopping, maySpend, onQueued } = options;

  async function queue({ execution, input, trigger }: RunnerStart, placing: Placing) {
    await bound.take(execution.workspaceId);
    await store.create({ ...execution, placing }, queuedEvents({ input, trigger, at: clock.now() }), null);
    onQueued();
    return { executionId: execution.id, status: "queued" } as const;
  }

  /** Null when this process has begun to stop since it was asked: nobody would renew the lease. */
  async function begin({ execution, graph, input, trigger }: RunnerStart, placing: Placing) {
    if (isStopping()) return null;
    const { id: executionId, workspaceId, workflowId } = execution;
    starting.delete(executionId);
    await pool.bear({
      lease: { executionId, workspaceId, worker, epoch: 1 },
      ...{ workflowId, graph, cancelRequestedBy: null },
      events: startedEvents({ input, trigger, at: clock.now() }),
      create: (events) => store.create({ ...execution, placing }, events, worker),
    });
    return { executionId, status: "running" } as const;
  }

  /** With a limit: takes a slot first. Null when there is none, or another execution was given it at this moment. */
  async function beginInSlot(request: RunnerStart, placing: Placing) {
    const { concurrencyLimit } = placing;
    if (concurrencyLimit === null) return begin(request, placing);
    const slot = await store.freeSlot(request.execution.workflowId, concurrencyLimit);
    if (slot === null) return null;
    return begin(request, { ...placing, slot }).catch((error: unknown) => {
      if (toAppError(error).code === "conflict") return null;
      throw error;
    });
  }

  async function startOne(request: RunnerStart) {
    const { id } = request.execution;
    const placing = placingOf(request);
    // What is let in in a minute is decided where the queue is, in its order.
    if (placing.startsPerMinute !== null || !mayRun()) return queue(request, placing);
    starting.add(id);
    try {
      // Its first steps would be under way before anybody asked; from the queue it begins, and waits, as any other.
      const begun = (await maySpend(request.execution)) ? await beginInSlot(request, placing) : null;
      if (begun !== null) return begun;
    } finally {
      starting.delete(id);
    }
    return queue(request, placing);
  }

  const onePerId = createOnePerKey<ExecutionId>();
  return (request) =>
    // An execution runs once in a process: who starts the same one again is told so when the first is stored.
    onePerId(request.execution.id, async () => {
      if (pool.has(request.execution.id)) throw new AppError("conflict", "This execution exists already.");
      return startOne(request);
    });
}

/** A workflow with a rate has slots in any case: its queue is that of the workflows with a limit. */
function placingOf({ priority, graph }: RunnerStart): Placing {
  const { concurrency, startsPerMinute = null } = graph.settings;
  return {
    priority: priorityRank[priority ?? "normal"],
    concurrencyLimit: concurrency ?? (startsPerMinute === null ? null : mostAtOnce),
    slot: null,
    startsPerMinute,
  };
}
