import type { Spender, Spending } from "#src/engine/deps.ts";
import type { Clock } from "#src/engine/ports.ts";
import type { AbortSource, Signal } from "#src/engine/signal.ts";
import type { ExecutionState } from "#src/engine/state.ts";
import type { WorkflowId, WorkspaceId } from "#src/ids.ts";
import type { AgentLimit, DailyBudget } from "#src/schemas/limits.ts";
import type { RunnerLog } from "../pool.ts";
import { dayOf, nextDay } from "./day.ts";
import type { LimitStore, StoredLimits } from "./limitStore.ts";

/** How old what is known may become before it is read again, in milliseconds. */
export const freshMs = 2_000;
/** Workspaces that are remembered; the one used longest ago is forgotten first. */
const mostKnown = 10_000;

export interface KnownLimits {
  /** A promise only when nothing is known of the workspace yet. */
  spendingOf(of: Spender): Spending | Promise<Spending>;
  agentLimit(workspaceId: WorkspaceId, agent: string): AgentLimit | null | Promise<AgentLimit | null>;
  /** They were changed: read them again with the next question. */
  forget(workspaceId: WorkspaceId): void;
  close(): void;
}

/** A day's budget, and what is known to be used of it. */
interface Purse {
  readonly daily: DailyBudget;
  tokens: number;
  dollars: number;
  /** Somebody was told to wait for the next day since it was last read. */
  hasHeld: boolean;
}

interface Known {
  agents: StoredLimits["agents"];
  /** The workspace's own, and those of its workflows that have a budget. */
  all: Purse;
  workflows: ReadonlyMap<WorkflowId, Purse>;
  /** When the day ends that the purses are of, epoch milliseconds. */
  endsAt: number;
  readAt: number;
  /** Changes that it knows of. */
  changes: number;
  /** It is to be looked up once more, because somebody waits. */
  isWatched: boolean;
}

type Used = Pick<ExecutionState["spent"], "tokens" | "dollars">;

interface KnownLimitsOptions {
  readonly store: LimitStore;
  readonly clock: Pick<Clock, "now" | "sleep" | "newAbort">;
  readonly log: RunnerLog;
}

const nothing: StoredLimits = {
  agents: new Map(),
  daily: { tokens: null, dollars: null },
  used: { tokens: 0, dollars: 0 },
  workflows: new Map(),
  day: "",
};

/**
 * What this process knows of the limits of the workspaces it runs something for. What its own executions use counts at once, what
 * others use within `freshMs`. While the database is away the last that was known holds; of a workspace of which nothing is known,
 * no limit does.
 */
export function createKnownLimits({ store, clock, log }: KnownLimitsOptions): KnownLimits {
  const known = new Map<WorkspaceId, Known>();
  const reading = new Map<WorkspaceId, Promise<Known>>();
  /** How often the limits of a workspace were changed here. */
  const changes = new Map<WorkspaceId, number>();
  const changesOf = (workspaceId: WorkspaceId) => changes.get(workspaceId) ?? 0;
  const closing: AbortSource = clock.newAbort();
  const wake = newWaking({ store, clock, log }, closing.signal);

  function take(workspaceId: WorkspaceId, stored: StoredLimits, seen: number): Known {
    const before = known.get(workspaceId);
    const endsAt = nextDay(Date.parse(`${stored.day}T00:00:00Z`));
    const isSameDay = before?.endsAt === endsAt;
    const now: Known = {
      agents: stored.agents,
      all: purseOf(stored, isSameDay ? before.all : undefined),
      workflows: new Map(
        [...stored.workflows].map(([id, each]) => [
          id,
          purseOf(each, isSameDay ? before.workflows.get(id) : undefined),
        ]),
      ),
      endsAt,
      readAt: clock.now(),
      changes: seen,
      isWatched: false,
    };
    // The same object: those who hold it see what is new.
    const entry = before === undefined ? now : Object.assign(before, now);
    known.delete(workspaceId);
    known.set(workspaceId, entry);
    if (known.size > mostKnown) for (const oldest of known.keys()) if (known.delete(oldest)) break;
    return entry;
  }

  async function read(workspaceId: WorkspaceId): Promise<Known> {
    const seen = changesOf(workspaceId);
    try {
      const stored = await store.read(workspaceId);
      if (seen !== changesOf(workspaceId)) return await read(workspaceId);
      // Also who was told to wait while it was being read.
      const held = holdersIn(known.get(workspaceId));
      const entry = take(workspaceId, stored, seen);
      if (held.length > 0) await wake(workspaceId, entry, held);
      return entry;
    } catch (err) {
      log.warn({ err, workspaceId }, "The limits of a workspace could not be read");
      const last = known.get(workspaceId);
      if (last === undefined) return take(workspaceId, { ...nothing, day: dayOf(clock.now()) }, seen);
      return Object.assign(last, { readAt: clock.now(), changes: seen });
    }
  }

  function readOnce(workspaceId: WorkspaceId): Promise<Known> {
    const before = reading.get(workspaceId);
    if (before !== undefined) return before;
    const begun = read(workspaceId).finally(() => reading.delete(workspaceId));
    reading.set(workspaceId, begun);
    return begun;
  }

  /** What is known, read again in the background when it is old. Null when nothing is, or something else holds by now. */
  function freshened(workspaceId: WorkspaceId): Known | null {
    const entry = known.get(workspaceId);
    if (entry === undefined || entry.changes !== changesOf(workspaceId)) return null;
    if (clock.now() - entry.readAt >= freshMs) void readOnce(workspaceId);
    return entry;
  }

  /** Somebody was told to wait: whether that still holds is looked up once more, when no step asks any longer. */
  function watch(workspaceId: WorkspaceId, entry: Known): void {
    if (entry.isWatched) return;
    entry.isWatched = true;
    void clock.sleep(freshMs, closing.signal).then(() => {
      if (!closing.signal.aborted && entry.isWatched) void readOnce(workspaceId);
    });
  }

  const spendingWith = (of: Spender, first: Known): Spending =>
    createSpending(of, {
      now: clock.now,
      known: () => freshened(of.workspaceId) ?? first,
      watch: (entry) => watch(of.workspaceId, entry),
    });

  return {
    spendingOf(of) {
      const entry = freshened(of.workspaceId);
      if (entry !== null) return spendingWith(of, entry);
      return readOnce(of.workspaceId).then((first) => spendingWith(of, first));
    },
    agentLimit(workspaceId, agent) {
      const entry = freshened(workspaceId);
      if (entry !== null) return entry.agents.get(agent) ?? null;
      return readOnce(workspaceId).then(({ agents }) => agents.get(agent) ?? null);
    },
    forget(workspaceId) {
      changes.set(workspaceId, changesOf(workspaceId) + 1);
      if (known.has(workspaceId)) void readOnce(workspaceId);
    },
    close: () => closing.abort("closing"),
  };
}

/** Who parked on what was known before must not sleep until the day ends. */
function newWaking({ store, clock, log }: KnownLimitsOptions, closing: Signal) {
  return async (workspaceId: WorkspaceId, entry: Known, held: readonly Holder[]): Promise<void> => {
    async function wake(): Promise<void> {
      const renewsAt = nextDay(clock.now());
      for (const workflowId of held) {
        const purse = workflowId === null ? entry.all : entry.workflows.get(workflowId);
        if (purse === undefined || isWithin(purse)) await store.wake({ workspaceId, workflowId, renewsAt });
      }
    }
    const tryTo = () =>
      wake().catch((err: unknown) => log.warn({ err, workspaceId }, "Who waits for a day's budget was not woken"));
    await tryTo();
    // Somebody who was told to wait may only be about to, and the database may be away.
    void clock.sleep(freshMs, closing).then(() => (closing.aborted ? undefined : tryTo()));
  };
}

interface Spent {
  readonly now: () => number;
  readonly known: () => Known;
  /** Somebody is told to wait. */
  readonly watch: (entry: Known) => void;
}

/** What one execution asks before its steps, and adds to what is known to be used. */
function createSpending({ workflowId }: Spender, { now, known, watch }: Spent): Spending {
  let seen: Used | null = null;
  return {
    heldBy(used) {
      const entry = known();
      const { tokens, dollars } = seen ?? used;
      seen = used;
      if (now() >= entry.endsAt) renew(entry, nextDay(now()));
      const own = entry.workflows.get(workflowId);
      for (const purse of own === undefined ? [entry.all] : [entry.all, own]) {
        purse.tokens += used.tokens - tokens;
        purse.dollars += used.dollars - dollars;
      }
      const empty = isWithin(entry.all) ? own : entry.all;
      if (empty === undefined || isWithin(empty)) return null;
      empty.hasHeld = true;
      watch(entry);
      return empty === entry.all ? "day_budget" : "workflow_day_budget";
    },
    renewsAt: () => nextDay(now()),
  };
}

/** What is on its way to the database is in ours already; the larger is nearer to the truth. */
const purseOf = ({ daily, used }: Pick<StoredLimits, "daily" | "used">, before: Purse | undefined): Purse => ({
  daily,
  tokens: Math.max(used.tokens, before?.tokens ?? 0),
  dollars: Math.max(used.dollars, before?.dollars ?? 0),
  hasHeld: false,
});

const isWithin = ({ daily, tokens, dollars }: Purse): boolean =>
  (daily.tokens === null || tokens < daily.tokens) && (daily.dollars === null || dollars < daily.dollars);

/** Whose budget held somebody up: a workflow's, or (null) the workspace's. */
type Holder = WorkflowId | null;

function holdersIn(entry: Known | undefined): Holder[] {
  if (entry === undefined) return [];
  const workflows = [...entry.workflows].flatMap(([id, { hasHeld }]) => (hasHeld ? [id] : []));
  return entry.all.hasHeld ? [null, ...workflows] : workflows;
}

function renew(entry: Known, endsAt: number): void {
  entry.endsAt = endsAt;
  for (const purse of [entry.all, ...entry.workflows.values()]) Object.assign(purse, { tokens: 0, dollars: 0 });
}
