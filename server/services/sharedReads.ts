/**
 * Lets many who ask the same question at the same time share one answer, and nobody get an old one: who asks while a read is
 * running waits for the next, which begins after they asked. Under load a read serves all that came during the one before.
 */
export function shareReads<Value>(): (key: string, read: () => Promise<Value>) => Promise<Value> {
  const running = new Map<string, { readonly current: Promise<unknown>; next: Promise<Value> | null }>();

  function begin(key: string, read: () => Promise<Value>): Promise<Value> {
    const current = read();
    const entry = { current: current.catch(() => {}), next: null };
    running.set(key, entry);
    void entry.current.then(() => {
      if (running.get(key) === entry && entry.next === null) running.delete(key);
    });
    return current;
  }

  return (key, read) => {
    const entry = running.get(key);
    if (entry === undefined) return begin(key, read);
    entry.next ??= entry.current.then(() => begin(key, read));
    return entry.next;
  };
}
