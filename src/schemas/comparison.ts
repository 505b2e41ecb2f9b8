import { z } from "zod";
import { jsonValue } from "../json.ts";
import { executionStatus, executionSummary, stepStatus } from "./execution.ts";
import { stepError } from "./stepError.ts";

/** One place in a JSON value: `path` is `rows[2].name`, empty for the whole. A side without the place has none. */
export const valueDifference = z.strictObject({
  path: z.string(),
  before: jsonValue.optional(),
  after: jsonValue.optional(),
});
export type ValueDifference = z.infer<typeof valueDifference>;

/** A value of both sides, and where they differ. `more`: how many places are not listed. */
export const valueComparison = z.strictObject({ differences: z.array(valueDifference), more: z.int() });
export type ValueComparison = z.infer<typeof valueComparison>;

/** What one of two executions has of a step; null when the step was not in it. */
const side = z.strictObject({
  status: stepStatus,
  /** Milliseconds; null when it did not run to an end. */
  durationMs: z.number().nullable(),
  tokens: z.int(),
  attempts: z.int(),
  error: stepError.nullable(),
  /** The execution that did the step's work, when it was not this one. */
  reusedFrom: z.string().nullable(),
});
export type StepSide = z.infer<typeof side>;

export const comparedStep = z.strictObject({
  stepKey: z.string(),
  name: z.string(),
  agent: z.string(),
  /** Status, inputs, outputs and settings are the same; durations and tokens may differ. */
  same: z.boolean(),
  a: side.nullable(),
  b: side.nullable(),
  settings: valueComparison,
  inputs: valueComparison,
  outputs: valueComparison,
});
export type ComparedStep = z.infer<typeof comparedStep>;

export const executionComparison = z.strictObject({
  a: executionSummary,
  b: executionSummary,
  /** The same in every step, at the start and at the end. */
  same: z.boolean(),
  statuses: z.tuple([executionStatus, executionStatus]),
  input: valueComparison,
  output: valueComparison,
  /** In the order of the graph: a step comes after what it depends on, so the first that differs is where they part. */
  steps: z.array(comparedStep),
  firstDifference: z.string().nullable(),
});
export type ExecutionComparison = z.infer<typeof executionComparison>;
