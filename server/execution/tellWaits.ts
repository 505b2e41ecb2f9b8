import type { Lease } from "#src/engine/ports.ts";
import type { WorkspaceId } from "#src/ids.ts";
import type { ExecutionEvent } from "#src/schemas/executionEvent.ts";
import type { DatabaseStore } from "./store.ts";

/** Who wants to know of waits, after their commit. */
export interface WaitsHeard {
  /** Something else may wait for the people of this workspace. */
  readonly people: (workspaceId: WorkspaceId) => void;
  /** A step has begun to wait for a call from outside. */
  readonly signal: (lease: Lease) => void;
  /** A step has begun to wait for the execution that it started, which may have ended before. */
  readonly child: (lease: Lease) => void;
}

const isWaitFor = ({ body }: ExecutionEvent, kind: "approval" | "signal" | "execution"): boolean =>
  body.type === "step_waiting" && body.interrupt.kind === kind;

const changesInbox = (event: ExecutionEvent): boolean =>
  event.body.type === "step_resumed" || event.body.type === "step_cancelled" || isWaitFor(event, "approval");

/** The store, with word of each commit that changed what waits. */
export function tellWaits(store: DatabaseStore, heard: WaitsHeard): DatabaseStore {
  return {
    ...store,
    append(lease, events, ...rest) {
      const appended = store.append(lease, events, ...rest);
      const isInbox = events.some(changesInbox);
      const isSignal = events.some((event) => isWaitFor(event, "signal"));
      const isChild = events.some((event) => isWaitFor(event, "execution"));
      if (!isInbox && !isSignal && !isChild) return appended;
      return appended.then(() => {
        if (isInbox) heard.people(lease.workspaceId);
        if (isSignal) heard.signal(lease);
        if (isChild) heard.child(lease);
      });
    },
  };
}
