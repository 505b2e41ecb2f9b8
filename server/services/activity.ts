import type { WorkflowId } from "#src/ids.ts";

/** Says within this process that an execution of a workflow has begun. A nudge: who listens looks in the database. */
export interface Activity {
  touch(id: WorkflowId): void;
  /** Calls the listener at each touch until the returned function is called. */
  listen(id: WorkflowId, listener: () => void): () => void;
}

export function createActivity(): Activity {
  const listeners = new Map<WorkflowId, Set<() => void>>();
  return {
    touch(id) {
      for (const listener of listeners.get(id) ?? []) listener();
    },
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
