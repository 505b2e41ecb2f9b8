import { z } from "zod";
import { invitationId, profileId } from "#src/ids.ts";
import { auditEntry } from "#src/schemas/audit.ts";
import { pageOf, pageRequest } from "#src/schemas/page.ts";
import { retention, retentionRule, storage } from "#src/schemas/retention.ts";
import { invitation, member, role, workspace } from "#src/schemas/workspace.ts";
import { ownerProcedure, router, viewerProcedure } from "../procedures.ts";
import { ok } from "./ok.ts";

export const workspacesRouter = router({
  current: viewerProcedure
    .meta({
      openapi: { method: "GET", path: "/workspace", tags: ["workspace"], summary: "The workspace", protect: true },
    })
    .input(z.void())
    .output(z.strictObject({ ...workspace.shape, role }))
    .query(({ ctx }) => ctx.services.workspaces.current(ctx.actor)),

  rename: ownerProcedure
    .input(z.strictObject({ name: workspace.shape.name }))
    .output(workspace)
    .mutation(({ ctx, input }) => ctx.services.workspaces.rename(ctx.actor, input.name)),

  members: viewerProcedure
    .input(z.void())
    .output(z.strictObject({ items: z.array(member) }))
    .query(async ({ ctx }) => ({ items: await ctx.services.workspaces.members(ctx.actor) })),

  setRole: ownerProcedure
    .input(z.strictObject({ profileId, role }))
    .output(member)
    .mutation(({ ctx, input }) => ctx.services.workspaces.setRole(ctx.actor, input.profileId, input.role)),

  removeMember: ownerProcedure
    .input(z.strictObject({ profileId }))
    .output(ok)
    .mutation(async ({ ctx, input }) => {
      await ctx.services.workspaces.removeMember(ctx.actor, input.profileId);
      return { ok: true };
    }),

  invite: ownerProcedure
    .input(z.strictObject({ role }))
    .output(z.strictObject({ invitation, token: z.string() }))
    .mutation(({ ctx, input }) => ctx.services.workspaces.invite(ctx.actor, input.role)),

  invitations: ownerProcedure
    .input(z.void())
    .output(z.strictObject({ items: z.array(invitation) }))
    .query(async ({ ctx }) => ({ items: await ctx.services.workspaces.invitations(ctx.actor) })),

  revokeInvitation: ownerProcedure
    .input(z.strictObject({ id: invitationId }))
    .output(ok)
    .mutation(async ({ ctx, input }) => {
      await ctx.services.workspaces.revokeInvitation(ctx.actor, input.id);
      return { ok: true };
    }),

  retention: viewerProcedure
    .meta({
      openapi: {
        method: "GET",
        path: "/workspace/retention",
        tags: ["workspace"],
        summary: "How much of its ended executions the workspace keeps, and what was removed",
        protect: true,
      },
    })
    .input(z.void())
    .output(retention)
    .query(({ ctx }) => ctx.services.retention.read(ctx.actor)),

  setRetention: ownerProcedure
    .meta({
      openapi: {
        method: "PUT",
        path: "/workspace/retention",
        tags: ["workspace"],
        summary: "What is over age, count or bytes is removed, the oldest first; nulls for no limit",
        protect: true,
      },
    })
    .input(retentionRule)
    .output(retention)
    .mutation(({ ctx, input }) => ctx.services.retention.set(ctx.actor, input)),

  storage: ownerProcedure
    .meta({
      openapi: {
        method: "GET",
        path: "/workspace/storage",
        tags: ["workspace"],
        summary: "What the workspace takes in the database, by kind",
        protect: true,
      },
    })
    .input(z.void())
    .output(storage)
    .query(({ ctx }) => ctx.services.retention.storage(ctx.actor)),

  audit: ownerProcedure
    .input(pageRequest)
    .output(pageOf(auditEntry))
    .query(({ ctx, input }) => ctx.services.workspaces.audit(ctx.actor, input)),
});
