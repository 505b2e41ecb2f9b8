import { z } from "zod";
import { executionId, testCaseId, workflowId } from "../ids.ts";
import { jsonValue } from "../json.ts";
import { valueDifference } from "./comparison.ts";
import { executionStatus, stepStatus } from "./execution.ts";
import { stepOutputs } from "./executionEvent.ts";
import { graph } from "./graph.ts";
import { stepError } from "./stepError.ts";

/** `exact`: the same output; `subset`: what is expected is in the output, which may have more; `status`: only how it ended. */
export const comparisonModes = ["exact", "subset", "status"] as const;
export const comparisonMode = z.enum(comparisonModes);
export type ComparisonMode = z.infer<typeof comparisonMode>;

/** How one step of an execution ended, with what went in and came out. */
export const recordedStep = z.strictObject({
  status: stepStatus,
  inputs: stepOutputs.nullable(),
  outputs: stepOutputs.nullable(),
  error: stepError.nullable(),
});
export type RecordedStep = z.infer<typeof recordedStep>;

/** Everything that a test needs of the execution it was made from. Steps by key. */
export const recording = z.strictObject({
  input: jsonValue,
  status: executionStatus,
  output: jsonValue,
  steps: z.record(z.string(), recordedStep),
});
export type Recording = z.infer<typeof recording>;

/** How a test case went against a graph. */
export const testResult = z.strictObject({
  passed: z.boolean(),
  /** Why it did not pass, in words; null when it did. */
  reason: z.string().nullable(),
  /** What is not as expected, the first first; empty when it passed, or did not come to an output. */
  differences: z.array(valueDifference),
  status: executionStatus.nullable(),
  /** Step keys whose work was done, and those answered from the recording. */
  live: z.array(z.string()),
  recorded: z.array(z.string()),
  durationMs: z.number(),
});
export type TestResult = z.infer<typeof testResult>;

const name = z.string().trim().min(1).max(120);
const time = z.iso.datetime({ offset: true });

export const testCase = z.strictObject({
  id: testCaseId,
  workflowId,
  name: z.string(),
  mode: comparisonMode,
  sourceExecutionId: executionId,
  input: jsonValue,
  expectedStatus: executionStatus,
  expectedOutput: jsonValue,
  createdAt: time,
  lastResult: testResult.nullable(),
  lastRunAt: time.nullable(),
});
export type TestCase = z.infer<typeof testCase>;

export const testCaseCreate = z.strictObject({
  executionId,
  /** Made from the workflow's name and the day when absent. */
  name: name.optional(),
  mode: comparisonMode.default("exact"),
});
export const testCaseUpdate = z.strictObject({
  id: testCaseId,
  name: name.optional(),
  mode: comparisonMode.optional(),
});

/** A workflow with its tests, to be run without a server. */
export const testFile = z.object({
  graph,
  tests: z.array(z.strictObject({ name: z.string(), mode: comparisonMode, recording, recordedGraph: graph })),
});
export type TestFile = z.infer<typeof testFile>;
