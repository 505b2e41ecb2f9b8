import { z } from "zod";
import { executionId, workflowId } from "../ids.ts";
import { executionStatus } from "./execution.ts";
import { stepKey } from "./executionEvent.ts";

/** An execution that a step of another one started. */
export const childExecution = z.strictObject({
  executionId,
  /** The step that started it, in its parent. */
  stepKey,
  workflowId,
  workflowName: z.string(),
  status: executionStatus,
});
export type ChildExecution = z.infer<typeof childExecution>;
