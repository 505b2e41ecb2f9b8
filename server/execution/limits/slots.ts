import type { Release, Slots } from "#src/engine/deps.ts";
import type { Clock } from "#src/engine/ports.ts";
import type { AbortSource } from "#src/engine/signal.ts";
import type { WorkspaceId } from "#src/ids.ts";
import type { AgentLimit } from "#src/schemas/limits.ts";
import type { KnownLimits } from "./knownLimits.ts";
import type { SlotCounter } from "./slotCounter.ts";

/** A change of the limits is seen at the latest after this long by those who wait. */
const longestMs = 1_000;

interface SlotsOptions {
  readonly limits: Pick<KnownLimits, "agentLimit">;
  readonly counter: SlotCounter;
  readonly clock: Pick<Clock, "sleep" | "newAbort">;
  readonly newId: () => string;
}

interface Of {
  readonly workspaceId: WorkspaceId;
  readonly agent: string;
}

/** Those of one kind of agent in one workspace that wait here, in the order they came: only the first asks. */
type Line = Set<Waiter>;

interface Waiter {
  /** Told when it is the first, and while it is, when a slot of this process was given back. */
  nudge: AbortSource;
}

/** Slots by the limits that the workspace has set, first come first served in this process. */
export function createSlots({ limits, counter, clock, newId }: SlotsOptions): Slots {
  const lines = new Map<string, Line>();

  function nudgeFirst(key: string): void {
    const [first] = lines.get(key) ?? [];
    first?.nudge.abort("nudge");
  }

  function slotOf(key: string, id: string): Release {
    let isHeld = true;
    return () => {
      if (!isHeld) return;
      isHeld = false;
      counter.release(key, id);
      nudgeFirst(key);
    };
  }

  /** At once, when nobody waits and the counter is here; otherwise whatever it takes. */
  function take(of: Of, limit: AgentLimit, waiting: Parameters<Slots["take"]>[1]): Release | Promise<Release | null> {
    const key = `${of.workspaceId}:${of.agent}`;
    const id = newId();
    if (lines.has(key)) return queue(of, { key, id, limit }, waiting);
    const answer = counter.take(key, id, limit);
    if (answer === 0) return slotOf(key, id);
    if (typeof answer === "number") return queue(of, { key, id, limit }, waiting);
    return answer.then((wait) => (wait === 0 ? slotOf(key, id) : queue(of, { key, id, limit }, waiting)));
  }

  async function queue(
    of: Of,
    { key, id, limit }: { readonly key: string; readonly id: string; readonly limit: AgentLimit },
    { signal, onWait }: Parameters<Slots["take"]>[1],
  ): Promise<Release | null> {
    const line: Line = lines.get(key) ?? new Set();
    lines.set(key, line);
    const waiter: Waiter = { nudge: clock.newAbort() };
    line.add(waiter);
    onWait(`Waiting for a slot: ${wordsOf(limit)}.`);
    const stop = () => waiter.nudge.abort("stop");
    signal.addEventListener("abort", stop);
    try {
      for (;;) {
        if (signal.aborted) throw signal.reason;
        const [first] = line;
        const wait = first === waiter ? await ask(of, { key, id }) : null;
        if (wait === 0 && !signal.aborted) return slotOf(key, id);
        // It came in the moment of the end: nobody will use it.
        if (wait === 0) slotOf(key, id)();
        else if (wait === "free") return null;
        else await nudged(waiter, wait);
      }
    } finally {
      signal.removeEventListener("abort", stop);
      line.delete(waiter);
      if (line.size === 0) lines.delete(key);
      nudgeFirst(key);
    }
  }

  /** By the limit of this moment: somebody may have changed it meanwhile. */
  async function ask(of: Of, { key, id }: { readonly key: string; readonly id: string }): Promise<number | "free"> {
    const limit = await limits.agentLimit(of.workspaceId, of.agent);
    return limit === null ? "free" : counter.take(key, id, limit);
  }

  /** Until somebody has news for it, or, as the first, until it is time to ask again. */
  async function nudged(waiter: Waiter, ms: number | null): Promise<void> {
    const { signal } = waiter.nudge;
    if (ms !== null) await clock.sleep(Math.min(ms, longestMs), signal);
    else if (!signal.aborted) await new Promise<void>((wake) => signal.addEventListener("abort", () => wake()));
    if (signal.aborted) waiter.nudge = clock.newAbort();
  }

  return {
    take(of, waiting) {
      const limit = limits.agentLimit(of.workspaceId, of.agent);
      if (limit === null) return null;
      if (!(limit instanceof Promise)) return take(of, limit, waiting);
      return limit.then((known) => (known === null ? null : take(of, known, waiting)));
    },
  };
}

function wordsOf({ agent, concurrency, perMinute }: AgentLimit): string {
  const atOnce = concurrency === null ? [] : [`${concurrency} at once`];
  const inMinute = perMinute === null ? [] : [`${perMinute} a minute`];
  return `this workspace allows “${agent}” ${[...atOnce, ...inMinute].join(" and ")}`;
}
