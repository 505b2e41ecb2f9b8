import { z } from "zod";
import { stepOutputs } from "./executionEvent.ts";
import { nodeId } from "./graph.ts";

/** Outputs that stand in for a step's work in manual runs of its workflow. */
export const pin = z.strictObject({
  nodeId,
  outputs: stepOutputs,
  pinnedAt: z.iso.datetime({ offset: true }),
});
export type Pin = z.infer<typeof pin>;
