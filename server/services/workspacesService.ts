import type { z } from "zod";
import type { InvitationId, ProfileId } from "#src/ids.ts";
import type { AuditEntry } from "#src/schemas/audit.ts";
import type { Page, pageRequest } from "#src/schemas/page.ts";
import type { invitation, Member, Role, workspace } from "#src/schemas/workspace.ts";
import type { Actor } from "./actor.ts";

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
}
