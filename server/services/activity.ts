import type { WorkflowId, WorkspaceId } from "#src/ids.ts";

/** Says that something has happened to what has this id. A nudge: who listens looks in the database. */
export interface Nudge<Id extends string> {
  /** Here, and in the other processes as far as they can be reached. */
  touch(id: Id): void;
  /** Another process says so. */
  touchHere(id: Id): void;
  /** Calls the listener at each touch until the returned function is called. */
  listen(id: Id, listener: () => void): () => void;
}

/** An execution of a workflow has begun. */
export type Activity = Nudge<WorkflowId>;
/** What waits for the people of a workspace has changed. */
export type Waiting = Nudge<WorkspaceId>;

export function createNudge<Id extends string>(tellOthers: (id: Id) => void): Nudge<Id> {
  const listeners = new Map<Id, Set<() => void>>();
  const touchHere = (id: Id) => {
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
