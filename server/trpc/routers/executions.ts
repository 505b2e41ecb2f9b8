import { tracked } from "@trpc/server";
import { z } from "zod";
import { executionId, workflowId } from "#src/ids.ts";
import { executionDetail, executionStatus, executionSummary } from "#src/schemas/execution.ts";
import { executionEvent } from "#src/schemas/executionEvent.ts";
import { pageOf, pageRequest } from "#src/schemas/page.ts";
import { operatorProcedure, router, viewerProcedure } from "../procedures.ts";
import { ok } from "./ok.ts";

const byId = z.strictObject({ id: executionId });
const seq = z.coerce.number().int().min(0);
const tags = ["executions"];

export const executionsRouter = router({
  list: viewerProcedure
    .meta({
      openapi: { method: "GET", path: "/executions", tags, summary: "List and filter executions", protect: true },
    })
    .input(
      z.strictObject({
        ...pageRequest.shape,
        workflowId: workflowId.optional(),
        status: z.array(executionStatus).max(10).optional(),
        search: z.string().trim().max(200).optional(),
      }),
    )
    .output(pageOf(executionSummary))
    .query(({ ctx, input }) => ctx.services.executions.list(ctx.actor, input)),

  get: viewerProcedure
    .meta({ openapi: { method: "GET", path: "/executions/{id}", tags, summary: "Read an execution", protect: true } })
    .input(byId)
    .output(executionDetail)
    .query(({ ctx, input }) => ctx.services.executions.get(ctx.actor, input.id)),

  cancel: operatorProcedure
    .meta({
      openapi: { method: "POST", path: "/executions/{id}/cancel", tags, summary: "Cancel an execution", protect: true },
    })
    .input(byId)
    .output(ok)
    .mutation(async ({ ctx, input }) => {
      await ctx.services.executions.cancel(ctx.actor, input.id);
      return { ok: true };
    }),

  events: viewerProcedure
    .meta({
      openapi: {
        method: "GET",
        path: "/executions/{id}/events",
        tags,
        summary: "Read an execution's log",
        protect: true,
      },
    })
    .input(
      z.strictObject({
        id: executionId,
        afterSeq: seq.default(0),
        limit: z.coerce.number().int().min(1).max(1000).default(1000),
      }),
    )
    .output(z.strictObject({ items: z.array(executionEvent) }))
    .query(async ({ ctx, input }) => ({ items: await ctx.services.executions.events(ctx.actor, input) })),

  /** Every message is tracked by the last sequence number it follows; streamed text shares the id of the event before it. */
  watch: viewerProcedure
    .input(z.strictObject({ id: executionId, lastEventId: seq.nullish() }))
    .subscription(async function* ({ ctx, input, signal }) {
      const request = { id: input.id, afterSeq: input.lastEventId ?? 0 };
      const watched = ctx.services.executions.watch(ctx.actor, request, signal ?? new AbortController().signal);
      for await (const { lastSeq, message } of watched) yield tracked(String(lastSeq), message);
    }),

  watchWorkflow: viewerProcedure.input(z.strictObject({ workflowId })).subscription(async function* ({
    ctx,
    input,
    signal,
  }) {
    yield* ctx.services.executions.watchWorkflow(ctx.actor, input.workflowId, signal ?? new AbortController().signal);
  }),
});
