import { z } from "zod";
import { workflowId } from "../ids.ts";

/** Together, for all executions of a workspace: how many attempts of one kind of agent at once, and how many begin in a minute. */
export const agentLimit = z.strictObject({
  /** Kind in the catalogue. */
  agent: z.string().min(1).max(80),
  concurrency: z.int().min(1, "At least 1; without a limit, leave it out").max(10_000).nullable(),
  perMinute: z.int().min(1, "At least 1; without a limit, leave it out").max(10_000).nullable(),
});
export type AgentLimit = z.infer<typeof agentLimit>;

/** What all executions of a workspace may use in a day, which begins at 00:00 UTC; null for no limit. */
export const dailyBudget = z.strictObject({
  /** Input and output tokens of all model calls. */
  tokens: z
    .int()
    .min(1, "A budget of 0 lets nothing run; for no limit, leave it out")
    .max(1_000_000_000_000)
    .nullable(),
  /** US dollars by the models' list prices. */
  dollars: z.number().positive("A budget of 0 lets nothing run; for no limit, leave it out").max(10_000_000).nullable(),
});
export type DailyBudget = z.infer<typeof dailyBudget>;

/** What has been used since the day began. */
export const dailyUse = z.strictObject({ tokens: z.number(), dollars: z.number() });
export type DailyUse = z.infer<typeof dailyUse>;

/** The day of one workflow, within the workspace's. */
export const workflowDay = z.strictObject({ workflowId, name: z.string(), daily: dailyBudget, usedToday: dailyUse });
export type WorkflowDay = z.infer<typeof workflowDay>;

/** What all executions of one workflow may use in a day. */
export const workflowDailyBudget = dailyBudget.extend({ workflowId });
export type WorkflowDailyBudget = z.infer<typeof workflowDailyBudget>;

export const workspaceLimits = z.strictObject({
  agents: z.array(agentLimit),
  daily: dailyBudget,
  usedToday: dailyUse,
  /** Workflows that have a budget of their own, by name, then up to 100 others that used something today. */
  workflows: z.array(workflowDay),
  /** When the next day begins. */
  renewsAt: z.iso.datetime({ offset: true }),
});
export type WorkspaceLimits = z.infer<typeof workspaceLimits>;
