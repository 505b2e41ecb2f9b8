/**
 * A value per key, each key watched on its own: of a thousand cards only the one whose step changed draws again.
 * Framework-free; `useKeyed` in `canvasContext.ts` is its React side.
 */
export interface KeyedStore<Value> {
  get(key: string): Value | undefined;
  /** Takes the new values and tells only the keys whose value is another object than before. */
  replace(next: ReadonlyMap<string, Value>): void;
  subscribe(key: string, listener: () => void): () => void;
}

export function createKeyedStore<Value>(): KeyedStore<Value> {
  let current: ReadonlyMap<string, Value> = new Map();
  const listeners = new Map<string, Set<() => void>>();

  return {
    get: (key) => current.get(key),
    replace(next) {
      const before = current;
      current = next;
      for (const [key, watching] of listeners) {
        if (before.get(key) !== next.get(key)) for (const listener of watching) listener();
      }
    },
    subscribe(key, listener) {
      const watching = listeners.get(key) ?? new Set();
      watching.add(listener);
      listeners.set(key, watching);
      return () => {
        watching.delete(listener);
        if (watching.size === 0) listeners.delete(key);
      };
    },
  };
}
