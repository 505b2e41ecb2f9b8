import { tracked } from "@trpc/server";
import { z } from "zod";
import { executionId, workflowId } from "#src/ids.ts";
import { jsonValue } from "#src/json.ts";
import { childExecution } from "#src/schemas/child.ts";
import { executionComparison } from "#src/schemas/comparison.ts";
import { executionDetail, executionQueue, executionStatus, executionSummary } from "#src/schemas/execution.ts";
import { executionEvent } from "#src/schemas/executionEvent.ts";
import { lineage } from "#src/schemas/lineage.ts";
import { pageOf, pageRequest } from "#src/schemas/page.ts";
import { payload, payloadHash } from "#src/schemas/payload.ts";
import { replayResult } from "#src/schemas/replay.ts";
import { operatorProcedure, router, viewerProcedure } from "../procedures.ts";
import { answerProcedures } from "./answers.ts";
import { ok } from "./ok.ts";

const byId = z.strictObject({ id: executionId });
/** The same one again answers with the execution that it made the first time. */
const requestId = z.string().min(8).max(100).optional();
const accepted = z.strictObject({ executionId, status: executionStatus });
/** At most what the log can count to, with room for a page after it. */
const seq = z.coerce.number().int().min(0).max(2_000_000_000);
const tags = ["executions"];

export const executionsRouter = router({
  ...answerProcedures,

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

  queue: viewerProcedure
    .meta({
      openapi: {
        method: "GET",
        path: "/executions/{id}/queue",
        tags,
        summary: "Why an execution has not begun: its workflow's rate, its limit of executions at once, or no room",
        protect: true,
      },
    })
    .input(byId)
    .output(executionQueue)
    .query(({ ctx, input }) => ctx.services.executions.queue(ctx.actor, input.id)),

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

  retry: operatorProcedure
    .meta({
      openapi: {
        method: "POST",
        path: "/executions/{id}/retry",
        tags,
        summary: "Go on from the failed step in a new execution",
        protect: true,
      },
    })
    .input(z.strictObject({ id: executionId, requestId }))
    .output(accepted)
    .mutation(({ ctx, input }) => ctx.services.forks.retry(ctx.actor, input)),

  rerun: operatorProcedure
    .meta({
      openapi: {
        method: "POST",
        path: "/executions/{id}/rerun",
        tags,
        summary: "Run again with the same input",
        protect: true,
      },
    })
    .input(z.strictObject({ id: executionId, version: z.enum(["same", "newest"]).default("newest"), requestId }))
    .output(accepted)
    .mutation(({ ctx, input }) => ctx.services.forks.rerun(ctx.actor, { ...input, trigger: ctx.triggerKind })),

  fork: operatorProcedure
    .meta({
      openapi: {
        method: "POST",
        path: "/executions/{id}/fork",
        tags,
        summary: "Run again from a step, on the recorded results of what is before it",
        protect: true,
      },
    })
    .input(
      z.strictObject({
        id: executionId,
        stepKey: z.string().min(1).max(200),
        input: jsonValue.optional(),
        useCurrentGraph: z.boolean().default(false),
        requestId,
      }),
    )
    .output(accepted)
    .mutation(({ ctx, input }) => ctx.services.forks.fork(ctx.actor, input)),

  lineage: viewerProcedure
    .meta({
      openapi: {
        method: "GET",
        path: "/executions/{id}/lineage",
        tags,
        summary: "What an execution was made from, and what was made from it",
        protect: true,
      },
    })
    .input(byId)
    .output(lineage)
    .query(({ ctx, input }) => ctx.services.comparisons.lineage(ctx.actor, input.id)),

  children: viewerProcedure
    .meta({
      openapi: {
        method: "GET",
        path: "/executions/{id}/children",
        tags,
        summary: "The executions that the steps of one have started",
        protect: true,
      },
    })
    .input(byId)
    .output(z.strictObject({ items: z.array(childExecution) }))
    .query(async ({ ctx, input }) => ({ items: await ctx.services.executions.children(ctx.actor, input.id) })),

  compare: viewerProcedure
    .meta({
      openapi: {
        method: "GET",
        path: "/executions/{a}/compare/{b}",
        tags,
        summary: "Compare two executions step by step",
        protect: true,
      },
    })
    .input(z.strictObject({ a: executionId, b: executionId }))
    .output(executionComparison)
    .query(({ ctx, input }) => ctx.services.comparisons.compare(ctx.actor, input)),

  replay: viewerProcedure
    .meta({
      openapi: {
        method: "GET",
        path: "/executions/{id}/replay",
        tags,
        summary:
          "Run an execution once more on its recorded answers, without any call, and say whether it comes to the same",
        protect: true,
      },
    })
    .input(byId)
    .output(replayResult)
    .query(({ ctx, input }) => ctx.services.replays.replay(ctx.actor, input.id)),

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

  payload: viewerProcedure
    .meta({
      openapi: {
        method: "GET",
        path: "/executions/{id}/payloads/{hash}",
        tags,
        summary: "Read a large value that an execution's values refer to",
        protect: true,
      },
    })
    .input(z.strictObject({ id: executionId, hash: payloadHash }))
    .output(payload)
    .query(async ({ ctx, input }) => ({ value: await ctx.services.executions.payload(ctx.actor, input) })),

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
