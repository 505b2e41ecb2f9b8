import { z } from "zod";

/** Among the executions of a workspace that wait. Between workspaces it changes nothing: there it goes by turns. */
export const executionPriority = z.enum(["low", "normal", "high"]);
export type ExecutionPriority = z.infer<typeof executionPriority>;

/** As a number: the highest first. */
export const priorityRank = { low: -1, normal: 0, high: 1 } as const satisfies Record<ExecutionPriority, number>;
