import { and, eq, gt, isNull } from "drizzle-orm";
import type { InvitationId, ProfileId, WorkspaceId } from "#src/ids.ts";
import type { Role } from "#src/schemas/workspace.ts";
import type { Tx } from "../client.ts";
import { invitations, workspaces } from "../schema/workspaces.ts";
import { descending } from "./cursor.ts";

export async function insertInvitation(
  tx: Tx,
  invitation: {
    id: InvitationId;
    workspaceId: WorkspaceId;
    tokenHash: string;
    role: Role;
    createdBy: ProfileId;
    createdAt: Date;
    expiresAt: Date;
  },
): Promise<void> {
  await tx.insert(invitations).values(invitation);
}

/** Newest first, at most 200. */
export async function listInvitations(tx: Tx, workspaceId: WorkspaceId) {
  return tx
    .select({
      id: invitations.id,
      role: invitations.role,
      createdAt: invitations.createdAt,
      expiresAt: invitations.expiresAt,
      usedAt: invitations.usedAt,
    })
    .from(invitations)
    .where(eq(invitations.workspaceId, workspaceId))
    .orderBy(descending(invitations.createdAt), descending(invitations.id))
    .limit(200);
}

/** False when there is none that could still be used. */
export async function deleteUnusedInvitation(tx: Tx, workspaceId: WorkspaceId, id: InvitationId): Promise<boolean> {
  const gone = await tx
    .delete(invitations)
    .where(and(eq(invitations.id, id), eq(invitations.workspaceId, workspaceId), isNull(invitations.usedAt)))
    .returning({ id: invitations.id });
  return gone.length > 0;
}

const open = (tokenHash: string, now: Date) =>
  and(eq(invitations.tokenHash, tokenHash), isNull(invitations.usedAt), gt(invitations.expiresAt, now));

/** Identity door. */
export async function findOpenInvitation(tx: Tx, tokenHash: string, now: Date) {
  const [row] = await tx
    .select({ workspaceName: workspaces.name, role: invitations.role })
    .from(invitations)
    .innerJoin(workspaces, eq(workspaces.id, invitations.workspaceId))
    .where(open(tokenHash, now));
  return row ?? null;
}

/** Identity door. Uses the invitation up in the statement that checks it: of two who come at once, one gets it. */
export async function takeInvitation(tx: Tx, tokenHash: string, by: { profileId: ProfileId; now: Date }) {
  const [row] = await tx
    .update(invitations)
    .set({ usedAt: by.now, usedBy: by.profileId })
    .where(open(tokenHash, by.now))
    .returning({ id: invitations.id, workspaceId: invitations.workspaceId, role: invitations.role });
  return row ?? null;
}
