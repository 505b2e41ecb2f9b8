import { z } from "zod";
import { invitationId, profileId, workspaceId } from "../ids.ts";

/** Weakest first: each role may do what the ones before it may. */
export const roles = ["viewer", "operator", "editor", "owner"] as const;
export const role = z.enum(roles);
export type Role = z.infer<typeof role>;
export const hasRole = (have: Role, need: Role): boolean => roles.indexOf(have) >= roles.indexOf(need);

const time = z.iso.datetime({ offset: true });
export const username = z
  .string()
  .trim()
  .min(2)
  .max(40)
  .regex(/^[\p{L}\p{N}][\p{L}\p{N} ._-]*$/u, "Letters, digits, spaces, dots, dashes and underscores");
export const password = z.string().min(8, "At least 8 characters").max(200);

export const workspace = z.strictObject({ id: workspaceId, name: z.string().trim().min(1).max(80), createdAt: time });
export const member = z.strictObject({ profileId, name: z.string(), role, joinedAt: time });
export type Member = z.infer<typeof member>;
export const invitation = z.strictObject({
  id: invitationId,
  role,
  createdAt: time,
  expiresAt: time,
  usedAt: time.nullable(),
});

/** Who is signed in and where. */
export const session = z.strictObject({
  profile: z.strictObject({ id: profileId, name: z.string() }),
  workspace: z.strictObject({ id: workspaceId, name: z.string() }),
  role,
});
export type Session = z.infer<typeof session>;
