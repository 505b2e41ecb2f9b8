import type { ProfileId, WorkspaceId } from "#src/ids.ts";
import type { Principal } from "#src/schemas/principal.ts";
import type { Session } from "#src/schemas/workspace.ts";

/** A signed-in member as the services see one. */
export interface Actor {
  readonly session: Session;
  /** SHA-256 of the session's id: names the session, does not open it. */
  readonly sessionHash: string;
}

/** What opens the tenant's rows: `withTenant` sets both for the transaction. */
export interface Scope {
  readonly workspaceId: WorkspaceId;
  readonly profileId: ProfileId;
}

export function scopeOf(actor: Actor): Scope {
  return { workspaceId: actor.session.workspace.id, profileId: actor.session.profile.id };
}

export function principalOf(actor: Actor): Principal {
  return { kind: "member", profileId: actor.session.profile.id, name: actor.session.profile.name };
}
