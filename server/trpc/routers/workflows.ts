import { z } from "zod";
import { executionId, workflowId } from "#src/ids.ts";
import { jsonValue } from "#src/json.ts";
import { executionStatus } from "#src/schemas/execution.ts";
import { pageOf } from "#src/schemas/page.ts";
import { idempotencyKey } from "#src/schemas/principal.ts";
import { executionPriority } from "#src/schemas/priority.ts";
import {
  workflowCreate,
  workflowDetail,
  workflowListRequest,
  workflowSummary,
  workflowUpdate,
} from "#src/schemas/workflow.ts";
import { editorProcedure, operatorProcedure, router, viewerProcedure } from "../procedures.ts";
import { ok } from "./ok.ts";

const byId = z.strictObject({ id: workflowId });
const tags = ["workflows"];

export const workflowsRouter = router({
  list: viewerProcedure
    .meta({ openapi: { method: "GET", path: "/workflows", tags, summary: "List and search workflows", protect: true } })
    .input(workflowListRequest)
    .output(pageOf(workflowSummary))
    .query(({ ctx, input }) => ctx.services.workflows.list(ctx.actor, input)),

  get: viewerProcedure
    .meta({ openapi: { method: "GET", path: "/workflows/{id}", tags, summary: "Read a workflow", protect: true } })
    .input(byId)
    .output(workflowDetail)
    .query(({ ctx, input }) => ctx.services.workflows.get(ctx.actor, input.id)),

  create: editorProcedure
    .meta({ openapi: { method: "POST", path: "/workflows", tags, summary: "Create a workflow", protect: true } })
    .input(workflowCreate)
    .output(workflowDetail)
    .mutation(({ ctx, input }) => ctx.services.workflows.create(ctx.actor, input)),

  update: editorProcedure
    .meta({ openapi: { method: "PUT", path: "/workflows/{id}", tags, summary: "Change a workflow", protect: true } })
    .input(workflowUpdate)
    .output(workflowDetail)
    .mutation(({ ctx, input }) => ctx.services.workflows.update(ctx.actor, input)),

  delete: editorProcedure
    .meta({ openapi: { method: "DELETE", path: "/workflows/{id}", tags, summary: "Delete a workflow", protect: true } })
    .input(byId)
    .output(ok)
    .mutation(async ({ ctx, input }) => {
      await ctx.services.workflows.delete(ctx.actor, input.id);
      return { ok: true };
    }),

  restore: editorProcedure
    .meta({
      openapi: { method: "POST", path: "/workflows/{id}/restore", tags, summary: "Undo a deletion", protect: true },
    })
    .input(byId)
    .output(workflowSummary)
    .mutation(({ ctx, input }) => ctx.services.workflows.restore(ctx.actor, input.id)),

  duplicate: editorProcedure
    .meta({
      openapi: { method: "POST", path: "/workflows/{id}/duplicate", tags, summary: "Copy a workflow", protect: true },
    })
    .input(byId)
    .output(workflowDetail)
    .mutation(({ ctx, input }) => ctx.services.workflows.duplicate(ctx.actor, input.id)),

  execute: operatorProcedure
    .meta({
      openapi: {
        method: "POST",
        path: "/workflows/{id}/execute",
        tags,
        summary: "Start an execution; durable when answered",
        description:
          "With an `Idempotency-Key` the same request again, however often and wherever, starts nothing more and gets the first answer, as long as that execution is kept. The key belongs to the workflow; with another input or priority it is refused (422).",
        requestHeaders: z.object({
          "Idempotency-Key": idempotencyKey.optional().meta({ description: "A name of this start, of your own." }),
        }),
        protect: true,
      },
    })
    .input(z.strictObject({ id: workflowId, input: jsonValue.optional(), priority: executionPriority.optional() }))
    .output(z.strictObject({ executionId, status: executionStatus }))
    .mutation(({ ctx, input }) => {
      const { actor, services, triggerKind, idempotencyKey } = ctx;
      return services.workflows.execute(actor, { ...input, trigger: triggerKind, idempotencyKey });
    }),
});
