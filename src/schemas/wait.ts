import { z } from "zod";
import { executionId, workflowId } from "../ids.ts";
import { stepKey } from "./executionEvent.ts";
import { answerField } from "./interrupt.ts";

const time = z.iso.datetime({ offset: true });

/** An approval that somebody is asked for now. */
export const openApproval = z.strictObject({
  executionId,
  workflowId,
  workflowName: z.string(),
  stepKey,
  attempt: z.int(),
  title: z.string(),
  /** Markdown. */
  body: z.string(),
  fields: z.array(answerField),
  since: time,
  /** No answer is taken from then on; null: there is no deadline. */
  dueAt: time.nullable(),
});
export type OpenApproval = z.infer<typeof openApproval>;
