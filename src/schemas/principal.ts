import { z } from "zod";
import { executionId } from "../ids.ts";

/** Who acts. More kinds (API key, webhook) join this union with their features. */
export const principal = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("member"), profileId: z.string(), name: z.string() }),
  z.strictObject({ kind: z.literal("schedule"), scheduleId: z.string(), name: z.string() }),
  z.strictObject({ kind: z.literal("system"), name: z.string() }),
]);
export type Principal = z.infer<typeof principal>;

export const triggerKinds = ["manual", "api", "schedule", "demo", "retry", "fork", "replay", "test"] as const;

/** The execution that another one was made from; the step where they part, when there is one. */
export const executionSource = z.strictObject({ executionId, stepKey: z.string().optional() });
export type ExecutionSource = z.infer<typeof executionSource>;

/** What started an execution. */
export const trigger = z.strictObject({
  kind: z.enum(triggerKinds),
  by: principal,
  source: executionSource.optional(),
});
export type Trigger = z.infer<typeof trigger>;
