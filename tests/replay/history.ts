import { z } from "zod";
import { jsonValue } from "#src/json.ts";
import { executionStatus, stepStatus } from "#src/schemas/execution.ts";
import { executionEvent } from "#src/schemas/executionEvent.ts";
import { graph } from "#src/schemas/graph.ts";

/** A recorded execution. Its file is never edited: a later engine must read it and decide the same. */
export const recordedHistory = z.strictObject({
  title: z.string(),
  graph,
  /** As they were stored then. */
  events: z.array(z.strictObject({ ...executionEvent.shape, body: z.looseObject({ type: z.string() }) })),
  end: z.strictObject({
    status: executionStatus,
    output: jsonValue,
    error: z.string().nullable(),
    recoveries: z.int(),
    steps: z.record(z.string(), z.strictObject({ status: stepStatus, attempt: z.int(), text: z.string() })),
  }),
});
export type RecordedHistory = z.infer<typeof recordedHistory>;
