import { z } from "zod";
import { comparedStep, valueComparison } from "./comparison.ts";
import { executionStatus } from "./execution.ts";

/** How an execution went when it was run once more on its own recorded answers. */
export const replayResult = z.strictObject({
  /** It came to the same end in every step, with the same output. */
  identical: z.boolean(),
  /** Then and now. */
  statuses: z.tuple([executionStatus, executionStatus]),
  output: valueComparison,
  /** Where it parted; null when no step did. */
  firstDifference: comparedStep.nullable(),
  steps: z.int(),
  /** Attempts that were answered from the recording. */
  answered: z.int(),
  /** Calls that went out: none, ever. */
  outsideCalls: z.literal(0),
  durationMs: z.number(),
});
export type ReplayResult = z.infer<typeof replayResult>;
