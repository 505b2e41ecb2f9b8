import { findOpenInvitation } from "#db/queries/invitations.ts";
import { hasProfiles, passwordHashOf, setPasswordHash } from "#db/queries/profiles.ts";
import { firstWorkspaceOf } from "#db/queries/workspaces.ts";
import { withIdentity } from "#db/tenant.ts";
import { AppError } from "#src/errors.ts";
import type { WorkflowId } from "#src/ids.ts";
import type { Role, Session } from "#src/schemas/workspace.ts";
import type { Actor } from "./actor.ts";
import type { AuthDeps } from "./authDeps.ts";
import { hashOfToken } from "./invitationTokens.ts";
import { badInvitation, createNewcomers } from "./newcomers.ts";
import { type Caller, type Credentials, createProof, wrongCredentials } from "./proof.ts";

export interface SignedIn {
  readonly session: Session;
  /** Value of the Set-Cookie header that opens the session in a browser. */
  readonly cookie: string;
}

export interface AuthService {
  needsOwner(): Promise<boolean>;
  /** Errors: conflict when an owner exists. */
  setUp(credentials: Credentials, caller: Caller): Promise<SignedIn & { workflowId: WorkflowId }>;
  /** Errors: unauthenticated, the same for an unknown name and a wrong password; rate_limited. */
  signIn(credentials: Credentials, caller: Caller): Promise<SignedIn>;
  /** Gives the Set-Cookie value that clears the cookie. */
  signOut(actor: Actor): Promise<string>;
  /** Errors: unauthenticated for a token that is unknown, used, revoked or too old. */
  invitation(token: string, caller: Caller): Promise<{ workspaceName: string; role: Role }>;
  /** Uses the invitation up. A name that exists joins too, when the password is its own. Errors: unauthenticated, conflict. */
  signUp(request: Credentials & { token: string }, caller: Caller): Promise<SignedIn>;
  /** Ends every other session of the profile. Errors: forbidden when `current` is wrong; rate_limited. */
  changePassword(actor: Actor, request: { current: string; next: string }, caller: Caller): Promise<void>;
}

export function createAuthService(deps: AuthDeps): AuthService {
  const { db, sessions, passwords, audit } = deps;
  const proof = createProof(deps);
  const newcomers = createNewcomers(deps, proof);
  let ownerKnown = false;

  async function needsOwner(): Promise<boolean> {
    ownerKnown ||= await withIdentity(db, hasProfiles);
    return !ownerKnown;
  }

  async function signedIn({ profileId, workspaceId }: Parameters<typeof sessions.open>[0]): Promise<SignedIn> {
    const { token, cookie } = await sessions.open({ profileId, workspaceId });
    const resolved = await sessions.resolve(token);
    if (resolved === null) throw wrongCredentials();
    return { session: resolved.actor.session, cookie };
  }

  return {
    needsOwner,

    async setUp(credentials, caller) {
      await proof.limitAddress(caller);
      const { workflowId, ...owner } = await newcomers.makeOwner(credentials);
      ownerKnown = true;
      return { ...(await signedIn(owner)), workflowId };
    },

    async signIn(credentials, caller) {
      const profileId = await proof.prove(credentials, caller);
      if (profileId === null) {
        const failed = { action: "auth.signInFailed", detail: { address: caller.address } };
        await withIdentity(db, (tx) => audit.recordAs(tx, { workspaceId: null, principal: null }, failed));
        throw wrongCredentials();
      }
      const workspace = await withIdentity(db, (tx) => firstWorkspaceOf(tx, profileId));
      if (workspace === null) {
        throw new AppError("forbidden", "You are not in a workspace any more. Ask for an invitation.");
      }
      return signedIn({ profileId, workspaceId: workspace.id });
    },

    signOut: (actor) => sessions.end(actor),

    async invitation(token, caller) {
      await proof.limitAddress(caller);
      const found = await withIdentity(db, (tx) => findOpenInvitation(tx, hashOfToken(token), new Date(deps.now())));
      if (found === null) throw badInvitation();
      return found;
    },

    async signUp({ token, ...credentials }, caller) {
      await proof.limitAddress(caller);
      return signedIn(await newcomers.join(token, credentials, caller));
    },

    async changePassword(actor, { current, next }, caller) {
      const { id, name } = actor.session.profile;
      await proof.limitAddress(caller);
      await proof.limitAccount(name);
      const stored = await withIdentity(db, (tx) => passwordHashOf(tx, id));
      if (!(await passwords.verify(current, stored))) {
        throw new AppError("forbidden", "The current password is not right.");
      }
      await proof.forgive(name);
      const hash = await passwords.hash(next);
      await withIdentity(db, async (tx) => {
        await setPasswordHash(tx, id, hash);
        await audit.record(tx, actor, { action: "profile.changePassword", subject: id });
      });
      await sessions.endAllOf({ profileId: id, except: actor.sessionHash });
    },
  };
}
