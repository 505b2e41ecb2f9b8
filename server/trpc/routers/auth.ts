import { z } from "zod";
import { workflowId } from "#src/ids.ts";
import { password, role, session, username } from "#src/schemas/workspace.ts";
import { publicProcedure, router, viewerProcedure } from "../procedures.ts";
import { ok } from "./ok.ts";

const nothing = z.strictObject({}).optional();
const credentials = z.strictObject({ username, password });
/** Sign-in takes what somebody typed: a name that could never be one is simply unknown. */
const typed = z.strictObject({ username: z.string().trim().min(1).max(200), password: z.string().min(1).max(200) });
const token = z.string().min(20).max(200);

export const authRouter = router({
  status: publicProcedure
    .meta({ openapi: { method: "GET", path: "/auth/status", tags: ["auth"], summary: "Who is signed in" } })
    .input(z.void())
    .output(z.strictObject({ needsOwner: z.boolean(), session: session.nullable() }))
    .query(async ({ ctx }) => ({
      needsOwner: ctx.actor === null ? await ctx.services.auth.needsOwner() : false,
      session: ctx.actor?.session ?? null,
    })),

  setUp: publicProcedure
    .meta({ openapi: { method: "POST", path: "/auth/set-up", tags: ["auth"], summary: "Make the owner, once" } })
    .input(credentials)
    .output(z.strictObject({ session, workflowId }))
    .mutation(async ({ ctx, input }) => {
      const done = await ctx.services.auth.setUp(input, ctx.caller);
      ctx.setCookie(done.cookie);
      return { session: done.session, workflowId: done.workflowId };
    }),

  signIn: publicProcedure
    .meta({ openapi: { method: "POST", path: "/auth/sign-in", tags: ["auth"], summary: "Sign in" } })
    .input(typed)
    .output(z.strictObject({ session }))
    .mutation(async ({ ctx, input }) => {
      const done = await ctx.services.auth.signIn(input, ctx.caller);
      ctx.setCookie(done.cookie);
      return { session: done.session };
    }),

  signOut: viewerProcedure
    .meta({ openapi: { method: "POST", path: "/auth/sign-out", tags: ["auth"], summary: "Sign out", protect: true } })
    .input(nothing)
    .output(ok)
    .mutation(async ({ ctx }) => {
      ctx.setCookie(await ctx.services.auth.signOut(ctx.actor));
      return { ok: true };
    }),

  invitation: publicProcedure
    .input(z.strictObject({ token }))
    .output(z.strictObject({ workspaceName: z.string(), role }))
    .query(({ ctx, input }) => ctx.services.auth.invitation(input.token, ctx.caller)),

  signUp: publicProcedure
    .input(z.strictObject({ token, username, password }))
    .output(z.strictObject({ session }))
    .mutation(async ({ ctx, input }) => {
      const done = await ctx.services.auth.signUp(input, ctx.caller);
      ctx.setCookie(done.cookie);
      return { session: done.session };
    }),

  changePassword: viewerProcedure
    .input(z.strictObject({ current: z.string().max(200), next: password }))
    .output(ok)
    .mutation(async ({ ctx, input }) => {
      await ctx.services.auth.changePassword(ctx.actor, input, ctx.caller);
      return { ok: true };
    }),
});
