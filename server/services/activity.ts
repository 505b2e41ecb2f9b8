import type { WorkflowId } from "#src/ids.ts";

/** Says that an execution of a workflow has begun. A nudge: who listens looks in the database. */
export interface Activity {
  /** Here, and in the other processes as far as they can be reached. */
  touch(id: WorkflowId): void;
  /** Another process says so. */
  touchHere(id: WorkflowId): void;
  /** Calls the listener at each touch until the returned function is called. */
  listen(id: WorkflowId, listener: () => void): () => void;
}

export function createActivity(tellOthers: (id: WorkflowId) => void): Activity {
  const listeners = new Map<WorkflowId, Set<() => void>>();
  const touchHere = (id: WorkflowId) => {
    for (const listener of listeners.get(id) ?? []) listener();
  };
  return {
    touch(id) {
      touchHere(id);
      tellOthers(id);
    },
    touchHere,
    listen(id, listener) {
      const own = listeners.get(id) ?? new Set();
      listeners.set(id, own.add(listener));
      return () => {
        own.delete(listener);
        if (own.size === 0 && listeners.get(id) === own) listeners.delete(id);
      };
    },
  };
}
