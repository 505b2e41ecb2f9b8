import { z } from "zod";

/** How often a failed attempt is tried again. Delay before attempt n+1: min(maxDelayMs, initialDelayMs * factor^(n-1)), then jitter. */
export const retryPolicy = z.strictObject({
  maxAttempts: z.int().min(1).max(20).default(3),
  initialDelayMs: z.int().min(0).max(3_600_000).default(500),
  factor: z.number().min(1).max(10).default(2),
  maxDelayMs: z.int().min(0).max(3_600_000).default(30_000),
  /** Share of the delay that is random: 0 is none, 1 is anything from 0 to the whole delay. */
  jitter: z.number().min(0).max(1).default(0.5),
});
export type RetryPolicy = z.infer<typeof retryPolicy>;

export const defaultRetryPolicy: RetryPolicy = retryPolicy.parse({});
