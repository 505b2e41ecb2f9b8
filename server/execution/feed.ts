import type { LiveFeed, LiveMessage } from "#src/engine/ports.ts";
import { AppError } from "#src/errors.ts";
import type { ExecutionId } from "#src/ids.ts";
import { lightened } from "./payloads.ts";

export type LiveListener = (message: LiveMessage) => void;

export interface Feed extends LiveFeed {
  /**
   * Calls the listener with each live message of the execution, in order, until the returned function is called. What was
   * published before is not repeated: history is in the store. Throws `unavailable` when too many listen already.
   */
  subscribe(executionId: ExecutionId, listener: LiveListener): () => void;
}

/** Per execution; a listener is a browser tab. */
const maxListeners = 1_000;

/**
 * Live fan-out inside this process. Keeps no message: a publish costs one map look-up when nobody watches. Large values go out
 * as references. A listener must take a
 * message at once (and bound what it keeps for a slow client); one that throws is dropped, the execution does not notice.
 */
export function createFeed(): Feed {
  const listeners = new Map<ExecutionId, Set<LiveListener>>();

  function remove(executionId: ExecutionId, listener: LiveListener): void {
    const own = listeners.get(executionId);
    if (own?.delete(listener) && own.size === 0) listeners.delete(executionId);
  }

  return {
    publish(executionId, message) {
      const own = listeners.get(executionId);
      if (own === undefined) return;
      const light = lightened(message);
      // A copy: a listener may leave, or bring another, while it is called.
      for (const listener of [...own]) {
        try {
          listener(light);
        } catch {
          remove(executionId, listener);
        }
      }
    },
    subscribe(executionId, listener) {
      const own = listeners.get(executionId) ?? new Set();
      if (own.size >= maxListeners) throw new AppError("unavailable", "Too many are watching this execution already.");
      // A wrapper of its own: the same function may subscribe twice, and each leaves for itself.
      const entry: LiveListener = (message) => listener(message);
      listeners.set(executionId, own.add(entry));
      return () => remove(executionId, entry);
    },
  };
}
