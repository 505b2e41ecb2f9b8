import { z } from "zod";

/** Who acts. More kinds (API key, schedule, webhook) join this union with their features. */
export const principal = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("member"), profileId: z.string(), name: z.string() }),
  z.strictObject({ kind: z.literal("system"), name: z.string() }),
]);
export type Principal = z.infer<typeof principal>;

export const triggerKinds = ["manual", "api", "demo"] as const;
/** What started an execution. */
export const trigger = z.strictObject({ kind: z.enum(triggerKinds), by: principal });
export type Trigger = z.infer<typeof trigger>;
