import { and, asc, eq, sql } from "drizzle-orm";
import type { ProfileId, WorkspaceId } from "#src/ids.ts";
import type { Role } from "#src/schemas/workspace.ts";
import type { Tx } from "../client.ts";
import { profiles } from "../schema/profiles.ts";
import { members, workspaces } from "../schema/workspaces.ts";

export async function insertWorkspace(
  tx: Tx,
  workspace: { id: WorkspaceId; name: string; createdAt: Date },
): Promise<void> {
  await tx.insert(workspaces).values(workspace);
}

export async function findWorkspace(tx: Tx, id: WorkspaceId) {
  const [row] = await tx.select().from(workspaces).where(eq(workspaces.id, id));
  return row ?? null;
}

export async function renameWorkspace(tx: Tx, id: WorkspaceId, name: string): Promise<void> {
  await tx.update(workspaces).set({ name }).where(eq(workspaces.id, id));
}

export async function insertMember(
  tx: Tx,
  member: { workspaceId: WorkspaceId; profileId: ProfileId; role: Role; joinedAt: Date },
): Promise<void> {
  await tx.insert(members).values(member);
}

/** Identity door. Where somebody who signs in goes: the workspace joined first. */
export async function firstWorkspaceOf(tx: Tx, profileId: ProfileId) {
  const [row] = await tx
    .select({ id: workspaces.id, name: workspaces.name, role: members.role })
    .from(members)
    .innerJoin(workspaces, eq(workspaces.id, members.workspaceId))
    .where(eq(members.profileId, profileId))
    .orderBy(asc(members.joinedAt), asc(workspaces.id))
    .limit(1);
  return row ?? null;
}

export async function listMembers(tx: Tx, workspaceId: WorkspaceId) {
  return tx
    .select({ profileId: members.profileId, name: profiles.username, role: members.role, joinedAt: members.joinedAt })
    .from(members)
    .innerJoin(profiles, eq(profiles.id, members.profileId))
    .where(eq(members.workspaceId, workspaceId))
    .orderBy(asc(members.joinedAt), asc(members.profileId));
}

/** The workspace's members, nobody else changing them until the transaction ends: how the last owner stays. */
export async function lockMembers(tx: Tx, workspaceId: WorkspaceId) {
  await tx.execute(sql`select pg_advisory_xact_lock(hashtext(${`members ${workspaceId}`}))`);
  return listMembers(tx, workspaceId);
}

export async function setMemberRole(
  tx: Tx,
  key: { workspaceId: WorkspaceId; profileId: ProfileId },
  role: Role,
): Promise<void> {
  await tx
    .update(members)
    .set({ role })
    .where(and(eq(members.workspaceId, key.workspaceId), eq(members.profileId, key.profileId)));
}

export async function deleteMember(tx: Tx, key: { workspaceId: WorkspaceId; profileId: ProfileId }): Promise<void> {
  await tx.delete(members).where(and(eq(members.workspaceId, key.workspaceId), eq(members.profileId, key.profileId)));
}

/** Of every workspace, through the door of identities. */
export async function listWorkspaceIds(tx: Tx): Promise<WorkspaceId[]> {
  return (await tx.select({ id: workspaces.id }).from(workspaces)).map(({ id }) => id);
}
