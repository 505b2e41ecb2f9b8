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
  const signal = new OwnSignal();
  return { signal, abort: (reason) => signal.abort(reason) };
}

class OwnSignal implements Signal {
  aborted = false;
  reason: unknown = undefined;
  #listeners: (() => void)[] | null = null;

  addEventListener(_type: "abort", listener: () => void): void {
    if (this.aborted) return;
    if (this.#listeners === null) this.#listeners = [listener];
    else if (!this.#listeners.includes(listener)) this.#listeners.push(listener);
  }

  removeEventListener(_type: "abort", listener: () => void): void {
    this.#listeners = this.#listeners?.filter((each) => each !== listener) ?? null;
  }

  abort(reason: unknown): void {
    if (this.aborted) return;
    this.aborted = true;
    this.reason = reason;
    const told = this.#listeners ?? [];
    this.#listeners = null;
    for (const listener of told) listener();
  }
}
