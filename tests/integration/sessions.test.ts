import { expect, test } from "bun:test";
import { members, profiles } from "#db/schema/index.ts";
import { withIdentity } from "#db/tenant.ts";
import { newId } from "#server/adapters/ids.ts";
import { createSessions } from "#server/services/sessions.ts";
import { databaseKinds, newWorkspace, testDatabase } from "#tests/support/databases.ts";

for (const kind of databaseKinds)
  test(`a process that finds a session over lets no request in under it any more, on ${kind}`, async () => {
    await using database = await testDatabase(kind);
    const { db } = database;
    const workspaceId = await newWorkspace(db);
    const profileId = newId("profile");
    await withIdentity(db, async (tx) => {
      await tx.insert(profiles).values({ id: profileId, username: "Ada", passwordHash: "none" });
      await tx.insert(members).values({ workspaceId, profileId, role: "owner" });
    });
    const clock = { now: () => 1_800_000_000_000, secure: false };
    const here = createSessions(db, clock);
    const there = createSessions(db, clock);
    const { token } = await here.open({ profileId, workspaceId });
    const known = await here.resolve(token);
    if (known === null) throw new Error("Not signed in");
    await there.end(known.actor);
    const { sessionHash } = known.actor;
    expect((await here.stillOpen([sessionHash])).has(sessionHash)).toBe(false);
    expect(await here.resolve(token)).toBeNull();
  });
