import { z } from "zod";
import { agentLimit, dailyBudget, workflowDailyBudget, workspaceLimits } from "#src/schemas/limits.ts";
import { editorProcedure, router, viewerProcedure } from "../procedures.ts";

const tags = ["limits"];

export const limitsRouter = router({
  get: viewerProcedure
    .meta({
      openapi: { method: "GET", path: "/limits", tags, summary: "What all executions together may do", protect: true },
    })
    .input(z.void())
    .output(workspaceLimits)
    .query(({ ctx }) => ctx.services.limits.read(ctx.actor)),

  setAgent: editorProcedure
    .meta({
      openapi: {
        method: "PUT",
        path: "/limits/agents/{agent}",
        tags,
        summary: "How many steps of an agent run at once and begin in a minute; nulls for no limit",
        protect: true,
      },
    })
    .input(agentLimit)
    .output(workspaceLimits)
    .mutation(({ ctx, input }) => ctx.services.limits.setAgent(ctx.actor, input)),

  setDaily: editorProcedure
    .meta({
      openapi: {
        method: "PUT",
        path: "/limits/daily",
        tags,
        summary: "What all executions may use in a day (UTC); nulls for no limit",
        protect: true,
      },
    })
    .input(dailyBudget)
    .output(workspaceLimits)
    .mutation(({ ctx, input }) => ctx.services.limits.setDaily(ctx.actor, input)),

  setWorkflowDaily: editorProcedure
    .meta({
      openapi: {
        method: "PUT",
        path: "/limits/workflows/{workflowId}/daily",
        tags,
        summary: "What all executions of a workflow may use in a day (UTC); nulls for no limit",
        protect: true,
      },
    })
    .input(workflowDailyBudget)
    .output(workspaceLimits)
    .mutation(({ ctx, input }) => ctx.services.limits.setWorkflowDaily(ctx.actor, input)),
});
