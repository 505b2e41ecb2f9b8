import type { z } from "zod";
import type { Database, Tx } from "#db/client.ts";
import { pageOfAudit } from "#db/queries/auditLog.ts";
import { deleteUnusedInvitation, insertInvitation, listInvitations } from "#db/queries/invitations.ts";
import {
  deleteMember,
  findWorkspace,
  listMembers,
  lockMembers,
  renameWorkspace,
  setMemberRole,
} from "#db/queries/workspaces.ts";
import { withTenant } from "#db/tenant.ts";
import { AppError } from "#src/errors.ts";
import type { InvitationId, NewId, ProfileId } from "#src/ids.ts";
import type { AuditEntry } from "#src/schemas/audit.ts";
import type { Page, pageRequest } from "#src/schemas/page.ts";
import type { invitation, Member, Role, workspace } from "#src/schemas/workspace.ts";
import { type Actor, scopeOf } from "./actor.ts";
import type { Audit } from "./audit.ts";
import { createDenials, type Denial } from "./denials.ts";
import { hashOfToken, newInvitationToken } from "./invitationTokens.ts";
import type { Sessions } from "./sessions.ts";

export type WorkspaceView = z.infer<typeof workspace>;
export type InvitationView = z.infer<typeof invitation>;

export interface WorkspacesService {
  current(actor: Actor): Promise<WorkspaceView & { role: Role }>;
  rename(actor: Actor, name: string): Promise<WorkspaceView>;
  members(actor: Actor): Promise<Member[]>;
  /** Errors: not_found, conflict for the last owner. */
  setRole(actor: Actor, profileId: ProfileId, role: Role): Promise<Member>;
  /** Ends the member's sessions and sockets. Errors: not_found, conflict for the last owner. */
  removeMember(actor: Actor, profileId: ProfileId): Promise<void>;
  invite(actor: Actor, role: Role): Promise<{ invitation: InvitationView; token: string }>;
  invitations(actor: Actor): Promise<InvitationView[]>;
  revokeInvitation(actor: Actor, id: InvitationId): Promise<void>;
  audit(actor: Actor, request: z.output<typeof pageRequest>): Promise<Page<AuditEntry>>;
  /** Puts a refused change into the audit log; a flood of them only in part. */
  recordDenial(actor: Actor, denial: Denial): Promise<void>;
}

export interface WorkspacesDeps {
  readonly db: Database;
  readonly sessions: Sessions;
  readonly audit: Audit;
  readonly newId: NewId;
  readonly now: () => number;
}

const invitationMs = 7 * 24 * 60 * 60 * 1000;
const lastOwner = () =>
  new AppError("conflict", "A workspace keeps at least one owner. Make somebody else owner first.");

type MemberRow = Awaited<ReturnType<typeof listMembers>>[number];
const memberOf = ({ profileId, name, role, joinedAt }: MemberRow): Member => ({
  profileId,
  name,
  role,
  joinedAt: joinedAt.toISOString(),
});

/** The member, the others held still meanwhile. Errors: not_found; conflict when this would leave no owner. */
async function memberToChange(tx: Tx, actor: Actor, change: { profileId: ProfileId; staysOwner: boolean }) {
  const all = await lockMembers(tx, actor.session.workspace.id);
  const found = all.find((row) => row.profileId === change.profileId);
  if (found === undefined) throw new AppError("not_found", "There is no such member.");
  const owners = all.filter((row) => row.role === "owner").length;
  if (found.role === "owner" && !change.staysOwner && owners === 1) throw lastOwner();
  return found;
}

export function createWorkspacesService({ db, sessions, audit, newId, now }: WorkspacesDeps): WorkspacesService {
  const inWorkspace = <Result>(actor: Actor, work: (tx: Tx) => Promise<Result>) => withTenant(db, scopeOf(actor), work);

  async function view(tx: Tx, actor: Actor): Promise<WorkspaceView> {
    const row = await findWorkspace(tx, actor.session.workspace.id);
    if (row === null) throw new AppError("not_found", "There is no such workspace.");
    return { id: row.id, name: row.name, createdAt: row.createdAt.toISOString() };
  }

  return {
    current: async (actor) => ({ ...(await inWorkspace(actor, (tx) => view(tx, actor))), role: actor.session.role }),

    async rename(actor, name) {
      const renamed = await inWorkspace(actor, async (tx) => {
        await renameWorkspace(tx, actor.session.workspace.id, name);
        await audit.record(tx, actor, { action: "workspace.rename", detail: { name } });
        return view(tx, actor);
      });
      sessions.forgetCached();
      return renamed;
    },

    members: async (actor) =>
      (await inWorkspace(actor, (tx) => listMembers(tx, actor.session.workspace.id))).map(memberOf),

    async setRole(actor, profileId, role) {
      const changed = await inWorkspace(actor, async (tx) => {
        const before = await memberToChange(tx, actor, { profileId, staysOwner: role === "owner" });
        await setMemberRole(tx, { workspaceId: actor.session.workspace.id, profileId }, role);
        const detail = { from: before.role, to: role };
        await audit.record(tx, actor, { action: "member.setRole", subject: profileId, detail });
        return memberOf({ ...before, role });
      });
      sessions.refresh(profileId);
      return changed;
    },

    async removeMember(actor, profileId) {
      await inWorkspace(actor, async (tx) => {
        const before = await memberToChange(tx, actor, { profileId, staysOwner: false });
        await deleteMember(tx, { workspaceId: actor.session.workspace.id, profileId });
        const detail = { name: before.name, role: before.role };
        await audit.record(tx, actor, { action: "member.remove", subject: profileId, detail });
      });
      await sessions.endAllOf({ profileId, except: null });
    },

    async invite(actor, role) {
      const token = newInvitationToken();
      const id = newId("invitation");
      const createdAt = new Date(now());
      const expiresAt = new Date(now() + invitationMs);
      await inWorkspace(actor, async (tx) => {
        const { workspace, profile } = actor.session;
        await insertInvitation(tx, {
          id,
          workspaceId: workspace.id,
          tokenHash: hashOfToken(token),
          role,
          createdBy: profile.id,
          createdAt,
          expiresAt,
        });
        await audit.record(tx, actor, { action: "invitation.create", subject: id, detail: { role } });
      });
      const invitation = {
        id,
        role,
        createdAt: createdAt.toISOString(),
        expiresAt: expiresAt.toISOString(),
        usedAt: null,
      };
      return { invitation, token };
    },

    invitations: async (actor) =>
      (await inWorkspace(actor, (tx) => listInvitations(tx, actor.session.workspace.id))).map((row) => ({
        id: row.id,
        role: row.role,
        createdAt: row.createdAt.toISOString(),
        expiresAt: row.expiresAt.toISOString(),
        usedAt: row.usedAt?.toISOString() ?? null,
      })),

    revokeInvitation: (actor, id) =>
      inWorkspace(actor, async (tx) => {
        const was = await deleteUnusedInvitation(tx, actor.session.workspace.id, id);
        if (!was) throw new AppError("not_found", "There is no such invitation, or it was used.");
        await audit.record(tx, actor, { action: "invitation.revoke", subject: id });
      }),

    recordDenial: createDenials({ db, audit, now }),

    audit: (actor, request) => inWorkspace(actor, (tx) => pageOfAudit(tx, actor.session.workspace.id, request)),
  };
}
