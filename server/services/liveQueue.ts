/** What a slow reader may have waiting. Beyond it everything is dropped and the reader goes back to history. */
const limit = 2_000;

export type Taken<Item> =
  | { readonly kind: "item"; readonly item: Item }
  | { readonly kind: "quiet" | "overflow" | "aborted" };

export interface LiveQueue<Item> {
  push(item: Item): void;
  /** The next item; `quiet` after `quietMs` without one; `overflow` once after items were dropped. One reader. */
  take(signal: AbortSignal, quietMs: number): Promise<Taken<Item>>;
}

export function createLiveQueue<Item>(): LiveQueue<Item> {
  let items: Item[] = [];
  let next = 0;
  let overflowed = false;
  let wake: (() => void) | null = null;

  const ready = (): Taken<Item> | null => {
    if (overflowed) {
      overflowed = false;
      return { kind: "overflow" };
    }
    const item = items[next];
    if (item === undefined) return null;
    next += 1;
    if (next === items.length) {
      items = [];
      next = 0;
    }
    return { kind: "item", item };
  };

  return {
    push(item) {
      if (items.length - next >= limit) {
        items = [];
        next = 0;
        overflowed = true;
      } else items.push(item);
      wake?.();
    },
    async take(signal, quietMs) {
      if (signal.aborted) return { kind: "aborted" };
      const at = ready();
      if (at !== null) return at;
      await new Promise<void>((resolve) => {
        const end = () => {
          clearTimeout(timer);
          signal.removeEventListener("abort", end);
          wake = null;
          resolve();
        };
        const timer = setTimeout(end, quietMs);
        signal.addEventListener("abort", end, { once: true });
        wake = end;
      });
      if (signal.aborted) return { kind: "aborted" };
      return ready() ?? { kind: "quiet" };
    },
  };
}
