import { sql } from "drizzle-orm";
import { check, index, pgPolicy, pgTable, primaryKey, text, uniqueIndex } from "drizzle-orm/pg-core";
import type { InvitationId, ProfileId, WorkspaceId } from "#src/ids.ts";
import type { Role } from "#src/schemas/workspace.ts";
import {
  createdAt,
  currentWorkspace,
  identityRole,
  tenantPolicy,
  tenantRole,
  time,
  wholeTablePolicy,
} from "./columns.ts";
import { profiles } from "./profiles.ts";

const knownRole = sql`role in ('viewer', 'operator', 'editor', 'owner')`;

export const workspaces = pgTable(
  "workspaces",
  {
    id: text("id").$type<WorkspaceId>().primaryKey(),
    name: text("name").notNull(),
    createdAt: createdAt(),
  },
  () => [
    wholeTablePolicy("workspaces", identityRole),
    pgPolicy("workspaces_tenant", {
      to: tenantRole,
      for: "all",
      using: sql`id = ${currentWorkspace}`,
      withCheck: sql`id = ${currentWorkspace}`,
    }),
  ],
);

export const members = pgTable(
  "members",
  {
    workspaceId: text("workspace_id")
      .$type<WorkspaceId>()
      .notNull()
      .references(() => workspaces.id, { onDelete: "cascade" }),
    profileId: text("profile_id")
      .$type<ProfileId>()
      .notNull()
      .references(() => profiles.id, { onDelete: "cascade" }),
    role: text("role").$type<Role>().notNull(),
    joinedAt: time("joined_at").notNull().defaultNow(),
  },
  (table) => [
    primaryKey({ columns: [table.workspaceId, table.profileId] }),
    index("members_profile").on(table.profileId),
    check("members_role", knownRole),
    wholeTablePolicy("members", identityRole),
    tenantPolicy("members"),
  ],
);

/** A link that lets one person join. Only the hash of its token is kept; used once. */
export const invitations = pgTable(
  "invitations",
  {
    id: text("id").$type<InvitationId>().primaryKey(),
    workspaceId: text("workspace_id")
      .$type<WorkspaceId>()
      .notNull()
      .references(() => workspaces.id, { onDelete: "cascade" }),
    tokenHash: text("token_hash").notNull(),
    role: text("role").$type<Role>().notNull(),
    createdBy: text("created_by").$type<ProfileId>().notNull(),
    createdAt: createdAt(),
    expiresAt: time("expires_at").notNull(),
    usedAt: time("used_at"),
    usedBy: text("used_by").$type<ProfileId>(),
  },
  (table) => [
    uniqueIndex("invitations_token_hash_unique").on(table.tokenHash),
    index("invitations_page").on(table.workspaceId, table.createdAt.desc(), table.id.desc()),
    check("invitations_role", knownRole),
    wholeTablePolicy("invitations", identityRole),
    tenantPolicy("invitations"),
  ],
);
