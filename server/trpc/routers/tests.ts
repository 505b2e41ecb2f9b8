import { z } from "zod";
import { testCaseId, workflowId } from "#src/ids.ts";
import { testCase, testCaseCreate, testCaseUpdate, testFile } from "#src/schemas/testCase.ts";
import { editorProcedure, operatorProcedure, router, viewerProcedure } from "../procedures.ts";
import { ok } from "./ok.ts";

const tags = ["tests"];
const byId = z.strictObject({ id: testCaseId });
const ofWorkflow = z.strictObject({ workflowId });
const items = z.strictObject({ items: z.array(testCase) });

export const testsRouter = router({
  list: viewerProcedure
    .meta({
      openapi: {
        method: "GET",
        path: "/workflows/{workflowId}/tests",
        tags,
        summary: "List a workflow's test cases",
        protect: true,
      },
    })
    .input(ofWorkflow)
    .output(items)
    .query(async ({ ctx, input }) => ({ items: await ctx.services.testCases.list(ctx.actor, input.workflowId) })),

  create: editorProcedure
    .meta({
      openapi: { method: "POST", path: "/tests", tags, summary: "Keep an execution as a test case", protect: true },
    })
    .input(testCaseCreate)
    .output(testCase)
    .mutation(({ ctx, input }) => ctx.services.testCases.create(ctx.actor, input)),

  update: editorProcedure
    .meta({ openapi: { method: "PUT", path: "/tests/{id}", tags, summary: "Change a test case", protect: true } })
    .input(testCaseUpdate)
    .output(testCase)
    .mutation(({ ctx, input }) => ctx.services.testCases.update(ctx.actor, input)),

  delete: editorProcedure
    .meta({ openapi: { method: "DELETE", path: "/tests/{id}", tags, summary: "Delete a test case", protect: true } })
    .input(byId)
    .output(ok)
    .mutation(async ({ ctx, input }) => {
      await ctx.services.testCases.delete(ctx.actor, input.id);
      return { ok: true };
    }),

  run: operatorProcedure
    .meta({
      openapi: {
        method: "POST",
        path: "/workflows/{workflowId}/tests/run",
        tags,
        summary: "Run test cases against the workflow as it stands",
        protect: true,
      },
    })
    .input(z.strictObject({ workflowId, ids: z.array(testCaseId).max(200).optional() }))
    .output(items)
    .mutation(async ({ ctx, input }) => ({ items: await ctx.services.testCases.run(ctx.actor, input) })),

  export: viewerProcedure
    .meta({
      openapi: {
        method: "GET",
        path: "/workflows/{workflowId}/tests/export",
        tags,
        summary: "The workflow and its test cases as a file for `npm run agentflow -- test`",
        protect: true,
      },
    })
    .input(ofWorkflow)
    .output(testFile)
    .query(({ ctx, input }) => ctx.services.testCases.export(ctx.actor, input.workflowId)),
});
