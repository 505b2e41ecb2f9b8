import { type ComponentType, lazy, type ReactNode, Suspense, useState } from "react";

export interface LazyPart<Props> {
  (props: Props & { readonly fallback?: ReactNode }): ReactNode;
  /** Loads it before it is needed; a failure is tried again when it is shown. */
  readonly preload: () => void;
}

/** A component with a chunk of its own. Once loaded it is drawn at once, without a moment of its fallback. */
export function lazyPart<Props extends object>(load: () => Promise<ComponentType<Props>>): LazyPart<Props> {
  let loaded: ComponentType<Props> | null = null;
  const fetch = async () => {
    loaded = await load();
    return { default: loaded };
  };
  function Part({ fallback = null, ...props }: Props & { readonly fallback?: ReactNode }) {
    // Decided once: another component in the same place would begin anew. What could not be loaded before is tried again.
    const [Shown] = useState<ComponentType<Props>>(() => loaded ?? (lazy(fetch) as unknown as ComponentType<Props>));
    return (
      <Suspense fallback={fallback}>
        <Shown {...(props as unknown as Props)} />
      </Suspense>
    );
  }
  return Object.assign(Part, { preload: () => void fetch().catch(() => {}) });
}

/** Runs once the browser has nothing better to do, not before `afterMs`; returns how to call it off. */
export function whenIdle(run: () => void, afterMs = 0): () => void {
  let handle = 0;
  const wait = () => {
    handle = requestIdleCallback(run, { timeout: 2_000 });
  };
  // Safari has no idle callbacks.
  const canWait = typeof requestIdleCallback !== "undefined";
  const timer = setTimeout(canWait ? wait : run, canWait ? afterMs : Math.max(afterMs, 200));
  return () => {
    clearTimeout(timer);
    if (canWait) cancelIdleCallback(handle);
  };
}
