import { z } from "zod";
import { executionId, workflowId } from "../ids.ts";

/** Who acts. More kinds (API key, webhook) join this union with their features. */
export const principal = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("member"), profileId: z.string(), name: z.string() }),
  z.strictObject({ kind: z.literal("schedule"), scheduleId: z.string(), name: z.string() }),
  z.strictObject({ kind: z.literal("system"), name: z.string() }),
]);
export type Principal = z.infer<typeof principal>;

export const triggerKinds = [
  "manual",
  "api",
  "schedule",
  "demo",
  "retry",
  "fork",
  "replay",
  "test",
  "workflow",
] as const;

/** The execution that another one was made from; the step where they part, when there is one. */
export const executionSource = z.strictObject({ executionId, stepKey: z.string().optional() });
export type ExecutionSource = z.infer<typeof executionSource>;

/** The step that runs this execution as a part of its own. */
export const executionParent = z.strictObject({
  executionId,
  stepKey: z.string(),
  /** The workflows above this one, from the first to the parent's. */
  path: z.array(workflowId).max(100),
});

/** What a caller names a start by, so that the same one again, in time or at another process, starts nothing more. */
export const idempotencyKey = z
  .string()
  .regex(/^[\x20-\x7e]{1,255}$/, "An Idempotency-Key is 1 to 255 printable ASCII characters.");

/** What started an execution. */
export const trigger = z.strictObject({
  kind: z.enum(triggerKinds),
  by: principal,
  source: executionSource.optional(),
  parent: executionParent.optional(),
  /** The key of its start, and a hash of what was asked for. */
  once: z.strictObject({ key: idempotencyKey, request: z.string() }).optional(),
});
export type Trigger = z.infer<typeof trigger>;
