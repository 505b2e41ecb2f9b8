import { z } from "zod";
import { executionId, versionId, workflowId } from "../ids.ts";
import { jsonValue } from "../json.ts";
import { stepKey, stepOutputs, usage } from "./executionEvent.ts";
import { graph } from "./graph.ts";
import { trigger } from "./principal.ts";
import { stepError } from "./stepError.ts";

export const executionStatuses = [
  "queued",
  "running",
  "waiting",
  "cancelling",
  "succeeded",
  "failed",
  "cancelled",
] as const;
export const executionStatus = z.enum(executionStatuses);
export type ExecutionStatus = z.infer<typeof executionStatus>;
export const finalExecutionStatuses = [
  "succeeded",
  "failed",
  "cancelled",
] as const satisfies readonly ExecutionStatus[];
export const isFinalExecution = (status: ExecutionStatus): boolean =>
  (finalExecutionStatuses as readonly string[]).includes(status);

export const stepStatuses = ["pending", "running", "waiting", "succeeded", "failed", "skipped", "cancelled"] as const;
export const stepStatus = z.enum(stepStatuses);
export type StepStatus = z.infer<typeof stepStatus>;
export const finalStepStatuses = [
  "succeeded",
  "failed",
  "skipped",
  "cancelled",
] as const satisfies readonly StepStatus[];
export const isFinalStep = (status: StepStatus): boolean => (finalStepStatuses as readonly string[]).includes(status);

/** ISO 8601 in UTC, on every wire. */
const time = z.iso.datetime({ offset: true });

/** A row of a list of executions. */
export const executionSummary = z.strictObject({
  id: executionId,
  workflowId,
  workflowName: z.string(),
  versionId,
  versionNumber: z.int(),
  status: executionStatus,
  trigger,
  error: stepError.nullable(),
  createdAt: time,
  startedAt: time.nullable(),
  endedAt: time.nullable(),
  inputTokens: z.int(),
  outputTokens: z.int(),
});
export type ExecutionSummary = z.infer<typeof executionSummary>;

/** One node in one execution, as the projection has it. */
export const executionStep = z.strictObject({
  stepKey,
  nodeId: z.string(),
  status: stepStatus,
  attempt: z.int(),
  inputs: stepOutputs.nullable(),
  outputs: stepOutputs.nullable(),
  error: stepError.nullable(),
  usage: usage.nullable(),
  startedAt: time.nullable(),
  endedAt: time.nullable(),
});
export type ExecutionStep = z.infer<typeof executionStep>;

/**
 * Why nobody works on an execution that could begin, or go on: its workflow starts no more in this minute (`rate`) or has as many
 * running as it may (`place`), or every worker is busy (`room`).
 */
export const executionQueue = z.strictObject({
  waitsFor: z.enum(["rate", "place", "room"]).nullable(),
  /** Of the workflow, as this execution has it: how many a minute, or at once. */
  limit: z.int().nullable(),
  /** How many of the workflow begin before it, up to 1,000. */
  ahead: z.int(),
});
export type ExecutionQueue = z.infer<typeof executionQueue>;

export const executionDetail = z.strictObject({
  ...executionSummary.shape,
  input: jsonValue,
  output: jsonValue.nullable(),
  lastSeq: z.int(),
  /** The graph of the pinned version. */
  graph,
  steps: z.array(executionStep),
  /** Why what is shown is not all and, unless it has ended, nobody goes on with it; null when all is well. */
  heldUp: z.strictObject({ code: z.string(), message: z.string() }).nullable(),
});
export type ExecutionDetail = z.infer<typeof executionDetail>;
