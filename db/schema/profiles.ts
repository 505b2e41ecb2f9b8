import { sql } from "drizzle-orm";
import { index, pgPolicy, pgTable, text, uniqueIndex } from "drizzle-orm/pg-core";
import type { ProfileId, WorkspaceId } from "#src/ids.ts";
import { createdAt, identityRole, tenantRole, time, wholeTablePolicy } from "./columns.ts";

/** People who can sign in. A tenant reads id, username, full_name and created_at of the workspace's members; the hash never. */
export const profiles = pgTable(
  "profiles",
  {
    id: text("id").$type<ProfileId>().primaryKey(),
    username: text("username").notNull(),
    fullName: text("full_name"),
    passwordHash: text("password_hash").notNull(),
    createdAt: createdAt(),
  },
  (table) => [
    uniqueIndex("profiles_username_unique").on(sql`lower(${table.username})`),
    wholeTablePolicy("profiles", identityRole),
    // The sub-select is itself under the policy of `members`: only members of the current workspace.
    pgPolicy("profiles_tenant", {
      to: tenantRole,
      for: "select",
      using: sql`exists (select 1 from members where members.profile_id = profiles.id)`,
    }),
  ],
);

/** `id` is the SHA-256, in hex, of the token in the cookie: a copy of this table signs nobody in. */
export const sessions = pgTable(
  "sessions",
  {
    id: text("id").primaryKey(),
    profileId: text("profile_id")
      .$type<ProfileId>()
      .notNull()
      .references(() => profiles.id, { onDelete: "cascade" }),
    /** The workspace the person works in; null until one is chosen. */
    workspaceId: text("workspace_id").$type<WorkspaceId>(),
    expiresAt: time("expires_at").notNull(),
    createdAt: createdAt(),
  },
  (table) => [
    index("sessions_profile").on(table.profileId),
    index("sessions_expires_at").on(table.expiresAt),
    wholeTablePolicy("sessions", identityRole),
  ],
);
