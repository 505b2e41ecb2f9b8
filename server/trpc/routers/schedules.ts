import { z } from "zod";
import { scheduleId, workflowId } from "#src/ids.ts";
import {
  schedule,
  scheduleCreate,
  schedulePreview,
  schedulePreviewRequest,
  scheduleUpdate,
} from "#src/schemas/schedule.ts";
import { editorProcedure, router, viewerProcedure } from "../procedures.ts";
import { ok } from "./ok.ts";

const tags = ["schedules"];

export const schedulesRouter = router({
  list: viewerProcedure
    .meta({
      openapi: { method: "GET", path: "/schedules", tags, summary: "List when workflows start", protect: true },
    })
    .input(z.strictObject({ workflowId: workflowId.optional() }))
    .output(z.strictObject({ items: z.array(schedule) }))
    .query(async ({ ctx, input }) => ({ items: await ctx.services.schedules.list(ctx.actor, input.workflowId) })),

  preview: viewerProcedure
    .meta({
      openapi: {
        method: "GET",
        path: "/schedules/preview",
        tags,
        summary: "The next times of a cron line",
        protect: true,
      },
    })
    .input(schedulePreviewRequest)
    .output(schedulePreview)
    .query(({ ctx, input }) => ctx.services.schedules.preview(input)),

  create: editorProcedure
    .meta({
      openapi: {
        method: "POST",
        path: "/schedules",
        tags,
        summary: "Start a workflow at the times of a cron line",
        protect: true,
      },
    })
    .input(scheduleCreate)
    .output(schedule)
    .mutation(({ ctx, input }) => ctx.services.schedules.create(ctx.actor, input)),

  update: editorProcedure
    .meta({
      openapi: { method: "PUT", path: "/schedules/{id}", tags, summary: "Change or pause a schedule", protect: true },
    })
    .input(scheduleUpdate)
    .output(schedule)
    .mutation(({ ctx, input }) => ctx.services.schedules.update(ctx.actor, input)),

  delete: editorProcedure
    .meta({
      openapi: { method: "DELETE", path: "/schedules/{id}", tags, summary: "Delete a schedule", protect: true },
    })
    .input(z.strictObject({ id: scheduleId }))
    .output(ok)
    .mutation(async ({ ctx, input }) => {
      await ctx.services.schedules.delete(ctx.actor, input.id);
      return { ok: true };
    }),

  restore: editorProcedure
    .meta({
      openapi: {
        method: "POST",
        path: "/schedules/{id}/restore",
        tags,
        summary: "Bring a schedule back that was deleted within the last day",
        protect: true,
      },
    })
    .input(z.strictObject({ id: scheduleId }))
    .output(schedule)
    .mutation(({ ctx, input }) => ctx.services.schedules.restore(ctx.actor, input.id)),
});
