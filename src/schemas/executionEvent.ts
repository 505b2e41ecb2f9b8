import { z } from "zod";
import { jsonObject, jsonValue } from "../json.ts";
import { budget, stepBudget } from "./graph.ts";
import { answer, interrupt } from "./interrupt.ts";
import { principal, trigger } from "./principal.ts";
import { stepError } from "./stepError.ts";

/** What a model call cost; counted once per attempt. */
export const usage = z.strictObject({
  model: z.string(),
  inputTokens: z.int().min(0),
  outputTokens: z.int().min(0),
  /** US dollars by the price table; absent for a model without a price. */
  dollars: z.number().min(0).optional(),
});
export type Usage = z.infer<typeof usage>;

/** Value of each output port that carries one. A port that is absent closes the edges that leave it. */
export const stepOutputs = z.record(z.string(), jsonValue);
export type StepOutputs = z.infer<typeof stepOutputs>;

/** Node id and, inside containers, the iteration path: `node` or `node/2/0`. */
export const stepKey = z.string().brand<"StepKey">();
export type StepKey = z.infer<typeof stepKey>;

/** `not_in_run`: another step ran alone. */
export const skipReason = z.enum(["disabled", "no_live_input", "not_in_run"]);
export type SkipReason = z.infer<typeof skipReason>;

/** How a container goes through its body. Items are the values of a for-each, the first value of a loop. */
export const iteration = z.strictObject({
  mode: z.enum(["each", "loop"]),
  items: z.array(jsonValue),
  /** How many iterations run side by side; a loop has 1. */
  parallel: z.int().min(1),
  /** The most iterations of a loop; of a for-each its number of items. */
  limit: z.int().min(0),
  /** `continue`: a failed iteration gives null and its error, the others go on. */
  onItemError: z.enum(["fail", "continue"]),
  /** Of a loop that comes to its limit. */
  atLimit: z.enum(["fail", "finish"]),
});
export type Iteration = z.infer<typeof iteration>;

/**
 * What an execution waits for: somebody's answer or a moment, a higher budget (its own, or that of steps that would be tried
 * again), or the end of a day whose budget its workspace or its workflow has used.
 */
export const waitReason = z.enum(["interrupt", "budget", "step_budget", "day_budget", "workflow_day_budget"]);
export type WaitReason = z.infer<typeof waitReason>;

/** The log's alphabet. Immutable; a change to a member is a new member and an upcaster, never an edit. */
export const executionEventBody = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("execution_created"), input: jsonValue, trigger }),
  z.strictObject({ type: z.literal("execution_started") }),
  /** Another worker (or this one after a restart) took over; attempts that were open are void and run again. */
  z.strictObject({ type: z.literal("execution_recovered"), recoveries: z.int() }),
  /** Nothing can go on before somebody answers, a moment comes or a limit is raised. The lease is given up. */
  z.strictObject({
    type: z.literal("execution_waiting"),
    reason: waitReason,
    /** When it goes on by itself, epoch milliseconds. */
    wakeAt: z.number().nullable(),
  }),
  z.strictObject({ type: z.literal("execution_woken") }),
  /** New limits of this execution alone, in place of the workflow's. */
  z.strictObject({ type: z.literal("budget_raised"), by: principal, budget }),
  /** New limits of this step alone, in place of its node's. */
  z.strictObject({ type: z.literal("step_budget_raised"), stepKey, by: principal, budget: stepBudget }),
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
    /** What goes on in its place; absent when nothing does. */
    outputs: stepOutputs.optional(),
    /** A container around it takes the failure: the iteration fails, not the execution. */
    contained: z.literal(true).optional(),
  }),
  /** The attempt put its step on hold: it goes on with an answer, or when it is due. */
  z.strictObject({ type: z.literal("step_waiting"), stepKey, attempt: z.int(), interrupt, usage: usage.optional() }),
  /** Always followed by how the step ended, in the same commit. */
  z.strictObject({ type: z.literal("step_resumed"), stepKey, attempt: z.int(), answer }),
  /** A container begins to go through its body; its children's steps have its iterations in their keys. */
  z.strictObject({ type: z.literal("step_iterating"), stepKey, attempt: z.int(), iteration }),
  z.strictObject({ type: z.literal("step_skipped"), stepKey, reason: skipReason }),
  /** `contained`: with an iteration that failed, while the execution goes on. */
  z.strictObject({
    type: z.literal("step_cancelled"),
    stepKey,
    usage: usage.optional(),
    contained: z.literal(true).optional(),
  }),
]);
export type ExecutionEventBody = z.infer<typeof executionEventBody>;
export type ExecutionEventType = ExecutionEventBody["type"];

/**
 * An immutable fact of one execution. `seq` begins at 1 and has no gaps within its execution;
 * `at` is epoch milliseconds on the worker's clock.
 */
export const executionEvent = z.strictObject({ seq: z.int().min(1), at: z.number(), body: executionEventBody });
export type ExecutionEvent = z.infer<typeof executionEvent>;
