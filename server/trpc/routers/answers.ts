import { z } from "zod";
import { decision } from "#src/agents/approval/answer.ts";
import { executionId } from "#src/ids.ts";
import { jsonValue } from "#src/json.ts";
import { stepKey } from "#src/schemas/executionEvent.ts";
import { budget, stepBudget } from "#src/schemas/graph.ts";
import { pageOf, pageRequest } from "#src/schemas/page.ts";
import { openApproval } from "#src/schemas/wait.ts";
import { operatorProcedure, viewerProcedure } from "../procedures.ts";
import { ok } from "./ok.ts";

const tags = ["executions"];

/** Part of the executions' router: what is said to executions that wait. */
export const answerProcedures = {
  /** Whoever is asked may answer, so the role is checked against the wait itself. */
  answer: viewerProcedure
    .meta({
      openapi: {
        method: "POST",
        path: "/executions/{id}/answer",
        tags,
        summary: "Answer a step that waits: an approval's decision and form",
        protect: true,
      },
    })
    .input(
      z.strictObject({
        id: executionId,
        stepKey: stepKey.min(1).max(200),
        attempt: z.int().min(1).optional(),
        decision: decision.optional(),
        value: jsonValue.optional(),
      }),
    )
    .output(ok)
    .mutation(async ({ ctx, input }) => {
      await ctx.services.answers.answer(ctx.actor, input);
      return { ok: true };
    }),

  signal: operatorProcedure
    .meta({
      openapi: {
        method: "POST",
        path: "/executions/{id}/signal",
        tags,
        summary: "Call an execution by a name that its steps wait for, or will",
        protect: true,
      },
    })
    .input(z.strictObject({ id: executionId, name: z.string().trim().min(1).max(120), value: jsonValue.default(null) }))
    .output(z.strictObject({ steps: z.int(), kept: z.boolean() }))
    .mutation(({ ctx, input }) => ctx.services.answers.signal(ctx.actor, input)),

  raiseBudget: operatorProcedure
    .meta({
      openapi: {
        method: "POST",
        path: "/executions/{id}/budget",
        tags,
        summary: "Set new limits for an execution that waits at one",
        protect: true,
      },
    })
    .input(z.strictObject({ id: executionId, budget }))
    .output(ok)
    .mutation(async ({ ctx, input }) => {
      await ctx.services.answers.raiseBudget(ctx.actor, input);
      return { ok: true };
    }),

  raiseStepBudget: operatorProcedure
    .meta({
      openapi: {
        method: "POST",
        path: "/executions/{id}/step-budget",
        tags,
        summary: "Set new limits for a step that is not tried again at one",
        protect: true,
      },
    })
    .input(z.strictObject({ id: executionId, stepKey: stepKey.min(1).max(200), budget: stepBudget }))
    .output(ok)
    .mutation(async ({ ctx, input }) => {
      await ctx.services.answers.raiseStepBudget(ctx.actor, input);
      return { ok: true };
    }),

  waiting: viewerProcedure
    .meta({
      openapi: {
        method: "GET",
        path: "/waiting",
        tags,
        summary: "List the approvals that wait for you",
        protect: true,
      },
    })
    .input(pageRequest)
    .output(pageOf(openApproval))
    .query(({ ctx, input }) => ctx.services.answers.waiting(ctx.actor, input)),

  countWaiting: viewerProcedure
    .output(z.strictObject({ count: z.int() }))
    .query(async ({ ctx }) => ({ count: await ctx.services.answers.countWaiting(ctx.actor) })),

  watchWaiting: viewerProcedure.subscription(async function* ({ ctx, signal }) {
    const counts = ctx.services.answers.watchWaiting(ctx.actor, signal ?? new AbortController().signal);
    for await (const count of counts) yield { count };
  }),
};
