import { findOpenInvitation, takeInvitation } from "#db/queries/invitations.ts";
import { findProfileByName, hasProfiles, insertProfile, lockFirstProfile } from "#db/queries/profiles.ts";
import { insertMember, insertWorkspace } from "#db/queries/workspaces.ts";
import { enterTenant, withIdentity } from "#db/tenant.ts";
import { AppError } from "#src/errors.ts";
import type { ProfileId, WorkflowId } from "#src/ids.ts";
import type { AuthDeps, Membership } from "./authDeps.ts";
import { hashOfToken } from "./invitationTokens.ts";
import type { Caller, Credentials, Proof } from "./proof.ts";

export const badInvitation = () =>
  new AppError("unauthenticated", "This invitation is used, withdrawn or too old. Ask for a new one.");
const ownerExists = () =>
  new AppError("conflict", "This AgentFlow has its owner already. Sign in, or ask for an invitation.");

export interface Newcomers {
  /** The first person, their workspace and its first workflow, in one commit. Errors: conflict when there is one. */
  makeOwner(credentials: Credentials): Promise<Membership & { workflowId: WorkflowId }>;
  /** Errors: unauthenticated for a bad invitation; conflict for a name that is taken. */
  join(token: string, credentials: Credentials, caller: Caller): Promise<Membership>;
}

export function createNewcomers(deps: AuthDeps, proof: Proof): Newcomers {
  const { db, passwords, audit, newId, now } = deps;

  /** A new person for these credentials, or the one there is when the password fits. */
  async function personFor(
    credentials: Credentials,
    caller: Caller,
  ): Promise<{ id: ProfileId; newPasswordHash: string | null }> {
    const existing = await withIdentity(db, (tx) => findProfileByName(tx, credentials.username));
    if (existing === null) {
      return { id: newId("profile"), newPasswordHash: await passwords.hash(credentials.password) };
    }
    const known = await proof.prove(credentials, caller);
    if (known === null) throw new AppError("conflict", "Somebody has this name already. Choose another.");
    return { id: known, newPasswordHash: null };
  }

  return {
    async makeOwner(credentials) {
      if (await withIdentity(db, hasProfiles)) throw ownerExists();
      const passwordHash = await passwords.hash(credentials.password);
      const owner = { workspaceId: newId("workspace"), profileId: newId("profile") };
      const at = new Date(now());
      return withIdentity(db, async (tx) => {
        await lockFirstProfile(tx);
        if (await hasProfiles(tx)) throw ownerExists();
        await insertProfile(tx, { id: owner.profileId, username: credentials.username, passwordHash, createdAt: at });
        await insertWorkspace(tx, { id: owner.workspaceId, name: "My workspace", createdAt: at });
        await insertMember(tx, { ...owner, role: "owner", joinedAt: at });
        await enterTenant(tx, owner);
        const principal = { kind: "member", profileId: owner.profileId, name: credentials.username } as const;
        await audit.recordAs(tx, { workspaceId: owner.workspaceId, principal }, { action: "workspace.setUp" });
        return { ...owner, workflowId: await deps.seedWorkspace(tx, owner) };
      });
    },

    async join(token, credentials, caller) {
      const tokenHash = hashOfToken(token);
      const found = await withIdentity(db, (tx) => findOpenInvitation(tx, tokenHash, new Date(now())));
      if (found === null) throw badInvitation();
      const { id: profileId, newPasswordHash } = await personFor(credentials, caller);
      const at = new Date(now());
      return withIdentity(db, async (tx) => {
        const taken = await takeInvitation(tx, tokenHash, { profileId, now: at });
        if (taken === null) throw badInvitation();
        const { workspaceId, role } = taken;
        if (newPasswordHash !== null) {
          const person = { id: profileId, username: credentials.username, passwordHash: newPasswordHash };
          await insertProfile(tx, { ...person, createdAt: at });
        }
        await insertMember(tx, { workspaceId, profileId, role, joinedAt: at });
        const principal = { kind: "member", profileId, name: credentials.username } as const;
        const detail = { invitation: taken.id, role };
        await audit.recordAs(tx, { workspaceId, principal }, { action: "member.join", subject: profileId, detail });
        return { workspaceId, profileId };
      });
    },
  };
}
