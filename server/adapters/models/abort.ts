import type { Signal } from "#src/engine/signal.ts";
import { AppError } from "#src/errors.ts";

export interface LinkedAbort extends Disposable {
  readonly signal: AbortSignal;
}

/** A platform signal that follows ours; disposing lets go of the listener. */
export function linkAbort(signal: Signal): LinkedAbort {
  const controller = new AbortController();
  const follow = () => {
    controller.abort(signal.reason);
  };
  if (signal.aborted) follow();
  else signal.addEventListener("abort", follow, { once: true });
  return {
    signal: controller.signal,
    [Symbol.dispose]: () => {
      signal.removeEventListener("abort", follow);
    },
  };
}

/** Why the signal was aborted, as an error of ours. */
export function abortError(signal: Signal): AppError {
  if (signal.reason instanceof AppError) return signal.reason;
  return new AppError("cancelled", "The step was stopped.");
}
