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
