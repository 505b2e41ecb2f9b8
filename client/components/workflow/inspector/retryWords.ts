import type { RetryPolicy } from "#src/schemas/retryPolicy.ts";
import { writeDuration } from "./durations.ts";

/** What a policy comes to: the delays one after the other, as far as a person wants to read them. */
export function retryWords(policy: RetryPolicy): string {
  const { maxAttempts, initialDelayMs, factor, maxDelayMs, jitter } = policy;
  if (maxAttempts === 1) return "One attempt; a failure is final.";
  const delays = Array.from({ length: maxAttempts - 1 }, (_, at) =>
    writeDuration(Math.round(Math.min(maxDelayMs, initialDelayMs * factor ** at))),
  );
  const shown = delays.length > 4 ? [...delays.slice(0, 3), "…", delays.at(-1)] : delays;
  const less = jitter > 0 ? `, each up to ${Math.round(jitter * 100)} % shorter by chance` : "";
  return `Tried again after ${shown.join(", ")}${less}, and never before a Retry-After. Only errors that may pass are tried again.`;
}
