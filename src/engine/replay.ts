import type { Execute } from "../agents/agent.ts";
import type { Catalogue } from "../agents/catalogue.ts";
import { AppError } from "../errors.ts";
import type { ExecutionId, VersionId, WorkflowId, WorkspaceId } from "../ids.ts";
import type { ExecutionEvent } from "../schemas/executionEvent.ts";
import type { Graph } from "../schemas/graph.ts";
import type { Principal, Trigger } from "../schemas/principal.ts";
import { noNudges } from "./deps.ts";
import type { RecordedExecution } from "./fork.ts";
import { runExecution } from "./loop.ts";
import { createMemoryStore } from "./memoryStore.ts";
import type { Clock, ExecutionStore } from "./ports.ts";
import { type RecordedAttempt, recordedAttempts, thrownAgain } from "./recorded.ts";
import { reduceAll } from "./reduce.ts";
import { queuedEvents } from "./start.ts";
import type { ExecutionState } from "./state.ts";

export interface ReplayRequest {
  readonly source: RecordedExecution;
  /** A clock that somebody moves on while nothing else happens: the replay waits on it as the execution waited. */
  readonly clock: Clock;
  readonly catalogue: Catalogue;
  /** Kinds of agents that there are; none of them is asked. */
  readonly kinds: readonly string[];
  readonly by: Principal;
}

export interface Replay {
  /** Where it came to. */
  readonly state: ExecutionState;
  /** Attempts that were answered from the recording. */
  readonly answered: number;
  /** Steps that were started and have no recording. */
  readonly unknown: readonly string[];
}

/**
 * Runs a recorded execution through the engine once more, in memory: what its steps came to is answered from its log, at the moment
 * at which it happened then, and nothing goes out. The engine decides all the rest again.
 */
export async function replayExecution(request: ReplayRequest): Promise<Replay> {
  const { source, clock, catalogue, kinds } = request;
  const began = clock.now();
  const attempts = recordedAttempts(source.graph, source.events);
  const unknown = new Set<string>();
  const over = clock.newAbort();
  let answered = 0;

  const answer: Execute = async (_config, _inputs, { stepKey, attempt, signal }) => {
    const recorded = attempts.get(stepKey)?.[attempt - 1];
    if (recorded === undefined) {
      unknown.add(stepKey);
      throw new AppError("conflict", "The recording has no answer for this step.");
    }
    // What came to something although it was told to stop came when it did, and not because of that.
    const until = recorded.kind === "cut" ? signal : over.signal;
    const due = clock.sleep(Math.max(0, began + recorded.after - clock.now()), until);
    await (recorded.within === null ? due : Promise.race([due, storing.of(recorded.within)]));
    answered += 1;
    return given(recorded, signal);
  };

  const graph = withoutLimits(source.graph, reduceAll(source.events).waitedMs);
  const memory = createMemoryStore({ clock, graphOf: () => graph });
  const storing = newStoring();
  const store: ExecutionStore = {
    ...memory,
    async append(...given) {
      // Whoever waited for it comes first: until it is stored nobody is told to stop.
      if (storing.begin(given[1])) await clock.sleep(0, over.signal);
      await memory.append(...given);
    },
  };
  const execution = { ...nowhere, id: source.id };
  await store.create(execution, firstEvents(request, began), null);
  const [claimed] = await store.claim("replay", 1);
  if (claimed === undefined) throw new AppError("internal", "The replay was not there to be run.");
  const cancel = clock.newAbort();
  for (const { at, body } of source.events) {
    if (body.type !== "cancel_requested") continue;
    const { by } = body;
    clock.sleep(at - (source.events[0]?.at ?? at), over.signal).then(() => over.signal.aborted || cancel.abort(by));
  }
  const deps = {
    store,
    clock: { ...clock, random: () => leastDelay },
    feed: { publish: () => {} },
    catalogue,
    executors: Object.fromEntries(kinds.map((kind) => [kind, answer])),
    contextFor: () => ({
      models: { stream: unreachable },
      codeAnalysis: { analyze: unreachable },
      workflows: { start: unreachable },
    }),
  };
  const control = { stop: clock.newAbort().signal, cancel: cancel.signal, nudges: noNudges };
  const state = await runExecution(claimed, deps, control);
  over.abort("over");
  return { state, answered, unknown: [...unknown] };
}

/** Lets attempts wait until the failure of a step, or the wish for a cancel, is about to be stored. */
function newStoring() {
  const waiting = new Map<string, (() => void)[]>();
  return {
    of: (cause: string) =>
      new Promise<void>((resolve) => {
        waiting.set(cause, [...(waiting.get(cause) ?? []), resolve]);
      }),
    /** True when somebody waited for one of them. */
    begin(events: readonly ExecutionEvent[]): boolean {
      const told = events.flatMap(({ body }) => {
        if (body.type === "cancel_requested") return waiting.get(body.type) ?? [];
        return body.type === "step_failed" ? (waiting.get(body.stepKey) ?? []) : [];
      });
      for (const resolve of told) resolve();
      return told.length > 0;
    },
  };
}

/** Takes as much off a retry's delay as its policy lets it: a recorded attempt is never waited past. */
const leastDelay = 1 - Number.EPSILON;

const nowhere = {
  workspaceId: "" as WorkspaceId,
  workflowId: "" as WorkflowId,
  versionId: "" as VersionId,
};

function unreachable(): never {
  throw new AppError("internal", "A replay asks nobody.");
}

async function given(recorded: RecordedAttempt, signal: Parameters<Clock["sleep"]>[1]) {
  if (recorded.kind === "outcome") return recorded.outcome;
  if (recorded.kind === "error") throw thrownAgain(recorded.error);
  // It was cut off by something else that happened: that is to happen again.
  await new Promise<void>((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
  throw new AppError("cancelled", "Cut off, as it was.");
}

const longestLimit = 86_400_000;

/**
 * Without what the recording already tells: who was stopped at a limit of its own, and what waited for room or a raise. Waits are
 * answered as work, which counts against the execution's time: it has that much more.
 */
function withoutLimits(graph: Graph, waitedMs: number): Graph {
  const { budget: _budget, concurrency: _concurrency, ...settings } = graph.settings;
  const timeoutMs = settings.timeoutMs + waitedMs;
  return {
    ...graph,
    settings: { ...settings, timeoutMs },
    nodes: graph.nodes.map(({ budget: _ofStep, ...node }) => ({ ...node, timeoutMs: longestLimit })),
  };
}

/** Of a fork also what it began with: the results that it took over and the step that was given other inputs. */
function firstEvents({ source, by }: ReplayRequest, at: number): ExecutionEvent[] {
  const [first] = source.events;
  if (first?.body.type !== "execution_created") throw new AppError("internal", "The log does not begin.");
  const trigger: Trigger = { kind: "replay", by, source: { executionId: source.id as ExecutionId } };
  const isFork = first.body.trigger.source !== undefined;
  const taken = isFork ? source.events.filter((event) => event.seq > 1 && event.at === first.at) : [];
  const begun = taken.flatMap(({ body }) => ("stepKey" in body || body.type === "execution_started" ? [body] : []));
  return [
    ...queuedEvents({ input: first.body.input, trigger, at }),
    ...begun.map((body, index) => ({ seq: index + 2, at, body })),
  ];
}
