import { z } from "zod";
import { executionSummary } from "./execution.ts";

/** An execution that another one was made from or into, and the step where they part, when there is one. */
const relative = z.strictObject({
  execution: executionSummary,
  stepKey: z.string().nullable(),
  /** Of the node in the graph of the execution that the other was made from; the key when it is not there. */
  stepName: z.string().nullable(),
});
export type Relative = z.infer<typeof relative>;

export const lineage = z.strictObject({
  /** Null for an execution that was made from none, or from one that is gone. */
  source: relative.nullable(),
  /** Made from this one, the newest first; at most 50. */
  derived: z.array(relative),
});
export type Lineage = z.infer<typeof lineage>;
