import type { Database, Tx } from "#db/client.ts";
import type { Passwords } from "#server/adapters/passwords.ts";
import type { RateLimits } from "#server/adapters/rateLimits.ts";
import type { NewId, ProfileId, WorkflowId, WorkspaceId } from "#src/ids.ts";
import type { Audit } from "./audit.ts";
import type { Sessions } from "./sessions.ts";

/** Somebody in a workspace. */
export interface Membership {
  readonly workspaceId: WorkspaceId;
  readonly profileId: ProfileId;
}

export interface AuthDeps {
  readonly db: Database;
  readonly sessions: Sessions;
  readonly passwords: Passwords;
  readonly limits: RateLimits;
  readonly audit: Audit;
  readonly newId: NewId;
  readonly now: () => number;
  /** Makes the first workflow of a new workspace, in the owner's transaction. */
  readonly seedWorkspace: (tx: Tx, owner: Membership) => Promise<WorkflowId>;
}
