import type { LoopDeps, Nudges } from "#src/engine/deps.ts";
import { runExecution } from "#src/engine/loop.ts";
import { createMemoryStore } from "#src/engine/memoryStore.ts";
import type {
  AnswerOutcome,
  ClaimedExecution,
  ExecutionStore,
  GivenAnswer,
  LiveMessage,
  NewExecution,
} from "#src/engine/ports.ts";
import { reduceAll } from "#src/engine/reduce.ts";
import { queuedEvents, startedEvents } from "#src/engine/start.ts";
import type { ExecutionState } from "#src/engine/state.ts";
import { executionId, joinId, versionId, workflowId, workspaceId } from "#src/ids.ts";
import type { JsonValue } from "#src/json.ts";
import type { ExecutionEvent } from "#src/schemas/executionEvent.ts";
import type { Budget, Graph } from "#src/schemas/graph.ts";
import type { Principal, Trigger } from "#src/schemas/principal.ts";
import { type FakeClock, fakeClock } from "#tests/support/fakeClock.ts";
import { testCatalogue, testExecutors, type Work } from "./agents.ts";

export const someone: Principal = { kind: "member", profileId: "usr_1", name: "Ada" };
export const trigger: Trigger = { kind: "manual", by: someone };

const ulid = (number: number) => number.toString().padStart(26, "0");
export function newExecution(number = 1): NewExecution {
  return {
    id: executionId.parse(joinId("execution", ulid(number))),
    workspaceId: workspaceId.parse(joinId("workspace", ulid(1))),
    workflowId: workflowId.parse(joinId("workflow", ulid(1))),
    versionId: versionId.parse(joinId("version", ulid(1))),
  };
}

export interface Rig {
  readonly clock: FakeClock;
  readonly store: ExecutionStore;
  readonly deps: LoopDeps;
  readonly published: LiveMessage[];
  readonly execution: NewExecution;
  readonly cancel: (by?: Principal) => void;
  /** Stores a new budget. */
  readonly raise: (budget: Budget) => Promise<boolean>;
  /** Stores it and nudges whoever runs the execution. */
  readonly answer: (answer: GivenAnswer) => Promise<AnswerOutcome>;
  readonly stop: () => void;
  /** Claims the execution as `worker` and runs it; the clock jumps on by itself. */
  readonly run: (worker?: string) => Promise<ExecutionState>;
  /** The same without moving the clock. */
  readonly begin: (
    worker?: string,
  ) => Promise<{ readonly end: Promise<ExecutionState>; readonly claimed: ClaimedExecution }>;
  readonly events: () => Promise<ExecutionEvent[]>;
  /** What the stored events reduce to. */
  readonly stored: () => Promise<ExecutionState>;
}

export interface RigOptions {
  readonly work?: Work;
  readonly input?: JsonValue;
  readonly trigger?: Trigger;
  readonly deps?: Partial<LoopDeps>;
  readonly wrapStore?: (store: ExecutionStore) => ExecutionStore;
  /** The execution is stored by its first commit, under a lease, as the accepting process does it. */
  readonly born?: boolean;
  readonly clock?: FakeClock;
  /** What has happened to it already, instead of its creation alone. */
  readonly begun?: readonly ExecutionEvent[];
  /** Tells this execution from those of other rigs. */
  readonly number?: number;
}

/** An engine on the memory store and a fake clock, with one execution of `graph` waiting in it. */
export async function engineRig(graph: Graph, options: RigOptions = {}): Promise<Rig> {
  const clock = options.clock ?? fakeClock();
  const memory = createMemoryStore({ clock, graphOf: () => graph });
  const store = options.wrapStore?.(memory) ?? memory;
  const published: LiveMessage[] = [];
  const unused = () => {
    throw new Error("No model or linter in this test");
  };
  const deps: LoopDeps = {
    store,
    clock,
    feed: { publish: (_id, message) => published.push(message) },
    catalogue: testCatalogue,
    executors: testExecutors(options.work),
    contextFor: () => ({ models: { stream: unused }, codeAnalysis: { analyze: unused }, workflows: { start: unused } }),
    ...options.deps,
  };
  const listeners = new Set<() => void>();
  const nudges: Nudges = {
    listen(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
  const stop = clock.newAbort();
  const cancel = clock.newAbort();
  const execution = newExecution(options.number);
  const start = { input: options.input ?? null, trigger: options.trigger ?? trigger, at: clock.now() };
  let born: ClaimedExecution | null = null;
  if (options.born === true) {
    const { id: executionId, workspaceId, workflowId } = execution;
    born = {
      lease: { executionId, workspaceId, worker: "first", epoch: 1 },
      ...{ workflowId, graph, cancelRequestedBy: null },
      events: startedEvents(start),
      create: (events) => store.create(execution, events, "first"),
    };
  } else await memory.create(execution, options.begun ?? queuedEvents(start), null);

  async function begin(worker = "worker") {
    const [claimed] = born === null ? await memory.claim(worker, 1) : [born];
    born = null;
    if (claimed === undefined) throw new Error("Nothing to claim");
    const end = runExecution(claimed, deps, { stop: stop.signal, cancel: cancel.signal, nudges });
    end.catch(() => undefined);
    return { claimed, end };
  }
  const events = () => memory.readEvents(execution.workspaceId, execution.id, { afterSeq: 0, limit: 1_000_000 });
  return {
    clock,
    store,
    deps,
    published,
    execution,
    cancel: (by = someone) => cancel.abort(by),
    raise: (budget) => store.giveBudget(execution.workspaceId, execution.id, { budget, by: someone }),
    async answer(answer) {
      const outcome = await store.giveAnswer(execution.workspaceId, execution.id, answer);
      for (const listener of listeners) listener();
      return outcome;
    },
    stop: () => stop.abort("stop"),
    begin,
    run: async (worker) => clock.drive((await begin(worker)).end),
    events,
    stored: async () => reduceAll(await events()),
  };
}

export const typesOf = (events: readonly ExecutionEvent[]): string[] =>
  events.map(({ body }) => ("stepKey" in body ? `${body.type} ${body.stepKey}` : body.type));
