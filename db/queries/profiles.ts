import { eq, sql } from "drizzle-orm";
import type { ProfileId } from "#src/ids.ts";
import type { Tx } from "../client.ts";
import { profiles } from "../schema/profiles.ts";

/** Identity door. Names are unique whatever their case. */
export async function findProfileByName(tx: Tx, username: string) {
  const [row] = await tx
    .select({ id: profiles.id, username: profiles.username, passwordHash: profiles.passwordHash })
    .from(profiles)
    .where(eq(sql`lower(${profiles.username})`, username.toLowerCase()));
  return row ?? null;
}

export async function passwordHashOf(tx: Tx, id: ProfileId): Promise<string | null> {
  const [row] = await tx.select({ hash: profiles.passwordHash }).from(profiles).where(eq(profiles.id, id));
  return row?.hash ?? null;
}

export async function hasProfiles(tx: Tx): Promise<boolean> {
  const rows = await tx.select({ id: profiles.id }).from(profiles).limit(1);
  return rows.length > 0;
}

/** Until the transaction ends nobody else makes the first profile. */
export async function lockFirstProfile(tx: Tx): Promise<void> {
  await tx.execute(sql`select pg_advisory_xact_lock(hashtext('agentflow first profile'))`);
}

export async function insertProfile(
  tx: Tx,
  profile: { id: ProfileId; username: string; passwordHash: string; createdAt: Date },
): Promise<void> {
  await tx.insert(profiles).values(profile);
}

export async function setPasswordHash(tx: Tx, id: ProfileId, passwordHash: string): Promise<void> {
  await tx.update(profiles).set({ passwordHash }).where(eq(profiles.id, id));
}
