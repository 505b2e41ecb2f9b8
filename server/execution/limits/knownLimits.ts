import type { Spending } from "#src/engine/deps.ts";
import type { Clock } from "#src/engine/ports.ts";
import type { AbortSource } from "#src/engine/signal.ts";
import type { ExecutionState } from "#src/engine/state.ts";
import type { WorkspaceId } from "#src/ids.ts";
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
  spendingOf(workspaceId: WorkspaceId): Spending | Promise<Spending>;
  agentLimit(workspaceId: WorkspaceId, agent: string): AgentLimit | null | Promise<AgentLimit | null>;
  /** They were changed: read them again with the next question. */
  forget(workspaceId: WorkspaceId): void;
  close(): void;
}

interface Known {
  agents: StoredLimits["agents"];
  daily: DailyBudget;
  /** When the day ends that `tokens` and `dollars` are of, epoch milliseconds. */
  endsAt: number;
  tokens: number;
  dollars: number;
  readAt: number;
  /** Changes that it knows of. */
  changes: number;
  /** Somebody was told to wait since they were last read. */
  hasHeld: boolean;
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

  function take(workspaceId: WorkspaceId, stored: StoredLimits, seen: number): Known {
    const before = known.get(workspaceId);
    const endsAt = nextDay(Date.parse(`${stored.day}T00:00:00Z`));
    const isSameDay = before?.endsAt === endsAt;
    const now: Known = {
      agents: stored.agents,
      daily: stored.daily,
      endsAt,
      // What is on its way to the database is in ours already; the larger is nearer to the truth.
      tokens: Math.max(stored.used.tokens, isSameDay ? before.tokens : 0),
      dollars: Math.max(stored.used.dollars, isSameDay ? before.dollars : 0),
      readAt: clock.now(),
      changes: seen,
      hasHeld: false,
    };
    // The same object: those who hold it see what is new.
    const entry = before === undefined ? now : Object.assign(before, now);
    known.delete(workspaceId);
    known.set(workspaceId, entry);
    if (known.size > mostKnown) for (const oldest of known.keys()) if (known.delete(oldest)) break;
    return entry;
  }

  async function read(workspaceId: WorkspaceId): Promise<Known> {
    const held = known.get(workspaceId)?.hasHeld === true;
    const seen = changesOf(workspaceId);
    try {
      const stored = await store.read(workspaceId);
      if (seen !== changesOf(workspaceId)) return await read(workspaceId);
      const entry = take(workspaceId, stored, seen);
      // Who parked on what was known before must not sleep until the day ends.
      if (held && isWithin(entry)) await store.wake(workspaceId, nextDay(clock.now()));
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
  function hold(workspaceId: WorkspaceId, entry: Known): void {
    if (entry.hasHeld) return;
    entry.hasHeld = true;
    void clock.sleep(freshMs, closing.signal).then(() => {
      if (!closing.signal.aborted && entry.hasHeld) void readOnce(workspaceId);
    });
  }

  function spendingWith(workspaceId: WorkspaceId, first: Known): Spending {
    let seen: Used | null = null;
    return {
      mayStart(used) {
        const entry = freshened(workspaceId) ?? first;
        const { tokens, dollars } = seen ?? used;
        seen = used;
        const now = clock.now();
        if (now >= entry.endsAt) Object.assign(entry, { endsAt: nextDay(now), tokens: 0, dollars: 0 });
        entry.tokens += used.tokens - tokens;
        entry.dollars += used.dollars - dollars;
        if (isWithin(entry)) return true;
        hold(workspaceId, entry);
        return false;
      },
      renewsAt: () => nextDay(clock.now()),
    };
  }

  return {
    spendingOf(workspaceId) {
      const entry = freshened(workspaceId);
      if (entry !== null) return spendingWith(workspaceId, entry);
      return readOnce(workspaceId).then((first) => spendingWith(workspaceId, first));
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

function isWithin({ daily, tokens, dollars }: Known): boolean {
  return (daily.tokens === null || tokens < daily.tokens) && (daily.dollars === null || dollars < daily.dollars);
}
