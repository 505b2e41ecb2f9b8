import { and, eq, gt, inArray, lte, ne } from "drizzle-orm";
import type { ProfileId, WorkspaceId } from "#src/ids.ts";
import type { Role } from "#src/schemas/workspace.ts";
import type { Tx } from "../client.ts";
import { profiles, sessions } from "../schema/profiles.ts";
import { members, workspaces } from "../schema/workspaces.ts";

const sessionColumns = {
  hash: sessions.id,
  profileId: sessions.profileId,
  workspaceId: sessions.workspaceId,
  expiresAt: sessions.expiresAt,
};

/** Identity door. The session with its person, workspace and role; null for a session whose membership has ended. */
export async function findSession(tx: Tx, hash: string) {
  const [row] = await tx
    .select({
      ...sessionColumns,
      username: profiles.username,
      workspaceId: workspaces.id,
      workspaceName: workspaces.name,
      role: members.role,
    })
    .from(sessions)
    .innerJoin(profiles, eq(profiles.id, sessions.profileId))
    .innerJoin(members, and(eq(members.profileId, sessions.profileId), eq(members.workspaceId, sessions.workspaceId)))
    .innerJoin(workspaces, eq(workspaces.id, sessions.workspaceId))
    .where(eq(sessions.id, hash));
  return row ?? null;
}

/** Of these hashes the open ones, each with its member's present role. */
export async function liveSessions(tx: Tx, hashes: readonly string[], now: Date): Promise<Map<string, Role>> {
  const rows = await tx
    .select({ hash: sessions.id, role: members.role })
    .from(sessions)
    .innerJoin(members, and(eq(members.profileId, sessions.profileId), eq(members.workspaceId, sessions.workspaceId)))
    .where(and(inArray(sessions.id, [...hashes]), gt(sessions.expiresAt, now)));
  return new Map(rows.map((row) => [row.hash, row.role]));
}

export async function sessionsOf(tx: Tx, profileId: ProfileId) {
  return tx.select(sessionColumns).from(sessions).where(eq(sessions.profileId, profileId));
}

export async function insertSession(
  tx: Tx,
  session: { hash: string; profileId: ProfileId; workspaceId: WorkspaceId; expiresAt: Date },
): Promise<void> {
  const { hash, ...rest } = session;
  await tx.insert(sessions).values({ id: hash, ...rest });
}

export async function extendSession(tx: Tx, hash: string, expiresAt: Date): Promise<void> {
  await tx.update(sessions).set({ expiresAt }).where(eq(sessions.id, hash));
}

export async function deleteSession(tx: Tx, hash: string): Promise<void> {
  await tx.delete(sessions).where(eq(sessions.id, hash));
}

/** Ends the person's sessions, all or all but one. */
export async function deleteSessionsOf(tx: Tx, profileId: ProfileId, except: string | null = null): Promise<void> {
  const own = eq(sessions.profileId, profileId);
  await tx.delete(sessions).where(except === null ? own : and(own, ne(sessions.id, except)));
}

export async function deleteExpiredSessions(tx: Tx, now: Date): Promise<void> {
  await tx.delete(sessions).where(lte(sessions.expiresAt, now));
}
