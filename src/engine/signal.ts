/**
 * The part of the platform's AbortSignal that the domain uses, so that `src` needs no platform types.
 * A platform AbortSignal fits it; adapters turn it into one with `AbortSignal.any` or a listener.
 */
export interface Signal {
  readonly aborted: boolean;
  readonly reason: unknown;
  addEventListener(type: "abort", listener: () => void, options?: { once?: boolean }): void;
  removeEventListener(type: "abort", listener: () => void): void;
}

export interface AbortSource {
  readonly signal: Signal;
  abort(reason: unknown): void;
}

/** A source of one's own. The platform's costs more to make and to collect, and a busy process makes ten thousands a second. */
export function createAbort(): AbortSource {
  let listeners: (() => void)[] = [];
  let isAborted = false;
  let why: unknown;
  return {
    signal: {
      get aborted() {
        return isAborted;
      },
      get reason() {
        return why;
      },
      addEventListener(_type, listener) {
        if (!isAborted && !listeners.includes(listener)) listeners.push(listener);
      },
      removeEventListener(_type, listener) {
        listeners = listeners.filter((each) => each !== listener);
      },
    },
    abort(reason) {
      if (isAborted) return;
      isAborted = true;
      why = reason;
      const told = listeners;
      listeners = [];
      for (const listener of told) listener();
    },
  };
}
