import { Component, type ComponentType, lazy, type ReactNode, Suspense, useState } from "react";
import { tell } from "../components/ui/notices.ts";
import { fetchMissingStyles } from "./missingStyles.ts";

export interface LazyPart<Props> {
  (props: Props & { readonly fallback?: ReactNode }): ReactNode;
  /** Loads it before it is needed; a failure is tried again when it is shown. */
  readonly preload: () => void;
}

/**
 * A page with a chunk of its own. Once loaded it is drawn at once, without a moment of its fallback. What cannot be loaded is
 * thrown to the error boundary around it.
 */
export function lazyPage<Props extends object>(load: () => Promise<ComponentType<Props>>): LazyPart<Props> {
  let loaded: ComponentType<Props> | null = null;
  const fetch = async () => {
    try {
      await fetchMissingStyles();
      loaded = await load();
    } catch (cause) {
      throw new NotLoaded("A part of AgentFlow could not be loaded.", { cause });
    }
    return { default: loaded };
  };
  function Page({ fallback = null, ...props }: Props & { readonly fallback?: ReactNode }) {
    // Decided once: another component in the same place would begin anew. What could not be loaded before is tried again.
    const [Shown] = useState<ComponentType<Props>>(() => loaded ?? (lazy(fetch) as unknown as ComponentType<Props>));
    return (
      <Suspense fallback={fallback}>
        <Shown {...(props as unknown as Props)} />
      </Suspense>
    );
  }
  return Object.assign(Page, { preload: () => void fetch().catch(() => {}) });
}

interface Placement {
  /** Drawn while the part is on its way. */
  readonly fallback?: ReactNode;
  /** For what somebody asked to open: it could not be loaded, and they were told. Without it the part is tried again until it comes. */
  readonly onMissing?: () => void;
}

/** A part of a page with a chunk of its own. While it cannot be loaded, the page stands without it. */
export function lazyPart<Props extends object>(
  load: () => Promise<ComponentType<Props>>,
): LazyPart<Props & { readonly onMissing?: () => void }> {
  const Page = lazyPage(load);
  const Part = ({ onMissing, ...props }: Props & Placement) => (
    <Missing fallback={props.fallback} {...(onMissing === undefined ? {} : { onMissing })}>
      <Page {...(props as Props & Placement)} />
    </Missing>
  );
  return Object.assign(Part, { preload: Page.preload });
}

class NotLoaded extends Error {}

const againMs = 3_000;

/** Leaves out what could not be loaded; other faults go on to the boundary around it. */
class Missing extends Component<Placement & { readonly children: ReactNode }, { readonly error: unknown }> {
  override state: { readonly error: unknown } = { error: null };
  #again: ReturnType<typeof setTimeout> | undefined;

  static getDerivedStateFromError(error: unknown) {
    return { error };
  }

  override componentDidCatch(error: unknown) {
    if (!(error instanceof NotLoaded)) return;
    const { onMissing } = this.props;
    if (onMissing === undefined) this.#again = setTimeout(() => this.setState({ error: null }), againMs);
    else {
      tell({
        kind: "error",
        title: error.message,
        options: { description: "Try again when the connection is back; after an update, reload the page." },
      });
      onMissing();
    }
  }

  override componentWillUnmount() {
    clearTimeout(this.#again);
  }

  override render() {
    const { error } = this.state;
    if (error === null) return this.props.children;
    if (error instanceof NotLoaded) return this.props.fallback ?? null;
    throw error;
  }
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
