import { z } from "zod";
import { jsonObject, jsonValue } from "../json.ts";
import { principal, trigger } from "./principal.ts";
import { stepError } from "./stepError.ts";

/** What a model call cost; counted once per attempt. */
export const usage = z.strictObject({
  model: z.string(),
  inputTokens: z.int().min(0),
  outputTokens: z.int().min(0),
});
export type Usage = z.infer<typeof usage>;

/** Value of each output port that carries one. A port that is absent closes the edges that leave it. */
export const stepOutputs = z.record(z.string(), jsonValue);
export type StepOutputs = z.infer<typeof stepOutputs>;

/** Node id and, inside containers, the iteration path: `node` or `node/2/0`. */
export const stepKey = z.string().brand<"StepKey">();
export type StepKey = z.infer<typeof stepKey>;

const skipReason = z.enum(["disabled", "no_live_input"]);

/** The log's alphabet. Immutable; a change to a member is a new member and an upcaster, never an edit. */
export const executionEventBody = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("execution_created"), input: jsonValue, trigger }),
  z.strictObject({ type: z.literal("execution_started") }),
  /** Another worker (or this one after a restart) took over; attempts that were open are void and run again. */
  z.strictObject({ type: z.literal("execution_recovered"), recoveries: z.int() }),
  z.strictObject({ type: z.literal("cancel_requested"), by: principal }),
  z.strictObject({ type: z.literal("execution_succeeded"), output: jsonValue }),
  z.strictObject({ type: z.literal("execution_failed"), error: stepError }),
  z.strictObject({ type: z.literal("execution_cancelled") }),
  z.strictObject({ type: z.literal("step_started"), stepKey, attempt: z.int().min(1), inputs: stepOutputs }),
  /** A piece of streamed text. `offset` is its place, in UTF-16 units, in the attempt's whole text on that channel. */
  z.strictObject({
    type: z.literal("step_streamed"),
    stepKey,
    attempt: z.int(),
    channel: z.enum(["text", "log"]),
    offset: z.int().min(0),
    text: z.string(),
  }),
  z.strictObject({
    type: z.literal("step_succeeded"),
    stepKey,
    attempt: z.int(),
    outputs: stepOutputs,
    usage: usage.optional(),
    metadata: jsonObject.optional(),
  }),
  /** The attempt failed and another follows at `retryAt` (epoch milliseconds). */
  z.strictObject({
    type: z.literal("step_attempt_failed"),
    stepKey,
    attempt: z.int(),
    error: stepError,
    retryAt: z.number(),
    usage: usage.optional(),
  }),
  z.strictObject({
    type: z.literal("step_failed"),
    stepKey,
    attempt: z.int(),
    error: stepError,
    usage: usage.optional(),
  }),
  z.strictObject({ type: z.literal("step_skipped"), stepKey, reason: skipReason }),
  z.strictObject({ type: z.literal("step_cancelled"), stepKey, usage: usage.optional() }),
]);
export type ExecutionEventBody = z.infer<typeof executionEventBody>;
export type ExecutionEventType = ExecutionEventBody["type"];

/**
 * An immutable fact of one execution. `seq` begins at 1 and has no gaps within its execution;
 * `at` is epoch milliseconds on the worker's clock.
 */
export const executionEvent = z.strictObject({ seq: z.int().min(1), at: z.number(), body: executionEventBody });
export type ExecutionEvent = z.infer<typeof executionEvent>;
