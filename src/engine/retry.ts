import type { RetryPolicy } from "../schemas/retryPolicy.ts";
import type { StepError } from "../schemas/stepError.ts";

export interface Failure {
  readonly error: StepError;
  /** How many attempts have failed, this one included. */
  readonly count: number;
}

/**
 * How long to wait before the next attempt, in milliseconds; null when there is none to be made.
 * `random` is uniform in [0, 1) and decides how much of the jitter's share is taken off.
 */
export function retryDelay(policy: RetryPolicy, { error, count }: Failure, random: number): number | null {
  if (!error.retryable || count >= policy.maxAttempts) return null;
  const full = Math.min(policy.maxDelayMs, policy.initialDelayMs * policy.factor ** (count - 1));
  const delay = Math.round(full * (1 - policy.jitter * random));
  return Math.max(delay, error.retryAfterMs ?? 0);
}
