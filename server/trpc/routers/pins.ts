import { z } from "zod";
import { executionId, workflowId } from "#src/ids.ts";
import { executionStatus } from "#src/schemas/execution.ts";
import { stepOutputs } from "#src/schemas/executionEvent.ts";
import { nodeId } from "#src/schemas/graph.ts";
import { pin } from "#src/schemas/pin.ts";
import { editorProcedure, operatorProcedure, router, viewerProcedure } from "../procedures.ts";
import { ok } from "./ok.ts";

const tags = ["workflows"];
const ofNode = z.strictObject({ workflowId, nodeId });

export const pinsRouter = router({
  list: viewerProcedure
    .meta({
      openapi: {
        method: "GET",
        path: "/workflows/{workflowId}/pins",
        tags,
        summary: "List the outputs that are pinned for manual runs",
        protect: true,
      },
    })
    .input(z.strictObject({ workflowId }))
    .output(z.strictObject({ items: z.array(pin) }))
    .query(async ({ ctx, input }) => ({ items: await ctx.services.pins.list(ctx.actor, input.workflowId) })),

  set: editorProcedure
    .meta({
      openapi: {
        method: "PUT",
        path: "/workflows/{workflowId}/pins/{nodeId}",
        tags,
        summary: "Pin a step's outputs: manual runs use them instead of running it",
        protect: true,
      },
    })
    .input(z.strictObject({ ...ofNode.shape, outputs: stepOutputs }))
    .output(ok)
    .mutation(async ({ ctx, input }) => {
      await ctx.services.pins.set(ctx.actor, input);
      return { ok: true };
    }),

  remove: editorProcedure
    .meta({
      openapi: {
        method: "DELETE",
        path: "/workflows/{workflowId}/pins/{nodeId}",
        tags,
        summary: "Unpin a step's outputs",
        protect: true,
      },
    })
    .input(ofNode)
    .output(ok)
    .mutation(async ({ ctx, input }) => {
      await ctx.services.pins.remove(ctx.actor, input);
      return { ok: true };
    }),

  runStep: operatorProcedure
    .meta({
      openapi: {
        method: "POST",
        path: "/workflows/{workflowId}/steps/{nodeId}/run",
        tags,
        summary: "Run one step alone, with given inputs or those of the last run",
        protect: true,
      },
    })
    .input(z.strictObject({ ...ofNode.shape, inputs: stepOutputs.optional(), executionId: executionId.optional() }))
    .output(z.strictObject({ executionId, status: executionStatus }))
    .mutation(({ ctx, input }) => ctx.services.pins.runStep(ctx.actor, input)),
});
