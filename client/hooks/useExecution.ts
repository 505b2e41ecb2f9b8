import { useEffect, useMemo, useState } from "react";
import type { LiveMessage } from "#src/engine/ports.ts";
import { type ExecutionState, isEnded } from "#src/engine/state.ts";
import { type ClientError, readError, trpc } from "../trpc.ts";
import { emptyLiveState, hear, type LiveState, shownState } from "./liveState.ts";
import { pausedSteps } from "./pausedSteps.ts";
import { useOnline } from "./useOnline.ts";

export interface WatchedExecution {
  /** Null until the first event arrives. Times are epoch milliseconds on the server's clock. */
  readonly state: ExecutionState | null;
  readonly connection: "idle" | "connecting" | "live" | "reconnecting" | "ended";
  readonly error: ClientError | null;
}

interface Watched {
  readonly id: string | null;
  readonly live: LiveState;
  /** How often the history was asked for again from its start, after a gap. */
  readonly restarts: number;
}

const mostRestarts = 3;
const nothing = (id: string | null, restarts = 0): Watched => ({ id, live: emptyLiveState, restarts });

function hearAll(before: Watched, id: string, messages: readonly LiveMessage[]): Watched {
  const base = before.id === id ? before : nothing(id);
  try {
    return { ...base, live: hear(base.live, messages) };
  } catch (error) {
    if (base.restarts >= mostRestarts) throw error;
    return nothing(id, base.restarts + 1);
  }
}

/** Gathers messages and hands them over once a frame. */
function inboxFor(id: string | null, onMessages: (id: string, messages: readonly LiveMessage[]) => void) {
  let queue: LiveMessage[] = [];
  let frame = 0;
  const flush = () => {
    frame = 0;
    const messages = queue;
    queue = [];
    if (id !== null && messages.length > 0) onMessages(id, messages);
  };
  return {
    add(message: LiveMessage) {
      queue.push(message);
      // A hidden tab has no frames; it would hear nothing until it is shown.
      if (document.hidden) flush();
      else if (frame === 0) frame = requestAnimationFrame(flush);
    },
    clear() {
      cancelAnimationFrame(frame);
      frame = 0;
      queue = [];
    },
  };
}

/**
 * Watches an execution: its history, then what happens, reduced with the engine's own reducer; streamed text is merged by
 * offset. Resumes by itself after a lost connection. Null watches nothing. Updates at most once a frame.
 */
export function useExecution(executionId: string | null): WatchedExecution {
  const [watched, setWatched] = useState(() => nothing(executionId));
  const online = useOnline();
  const inbox = useMemo(
    () => inboxFor(executionId, (id, messages) => setWatched((before) => hearAll(before, id, messages))),
    [executionId],
  );
  useEffect(() => inbox.clear, [inbox]);

  const current = watched.id === executionId ? watched : nothing(executionId);
  const ended = isEnded(current.live.stored);
  const subscription = trpc.executions.watch.useSubscription(
    // A restart is another subscription: `lastEventId` null asks for everything again.
    { id: executionId ?? "", ...(current.restarts > 0 ? { lastEventId: null } : {}) },
    {
      enabled: executionId !== null && !ended,
      onData: ({ data }) => inbox.add(data),
    },
  );

  const state = useMemo(
    () => (current.live === emptyLiveState ? null : pausedSteps(shownState(current.live))),
    [current.live],
  );
  return {
    state,
    connection: connectionOf(subscription.status, {
      ended,
      begun: state !== null,
      asked: executionId !== null,
      online,
    }),
    error: subscription.error ? readError(subscription.error) : null,
  };
}

interface ConnectionFacts {
  readonly ended: boolean;
  readonly begun: boolean;
  readonly asked: boolean;
  readonly online: boolean;
}

function connectionOf(
  status: "idle" | "connecting" | "pending" | "error",
  { ended, begun, asked, online }: ConnectionFacts,
): WatchedExecution["connection"] {
  if (!asked) return "idle";
  if (ended) return "ended";
  // A socket without a network stays open for a while; the browser knows sooner.
  if (status === "pending" && online) return "live";
  return begun ? "reconnecting" : "connecting";
}
