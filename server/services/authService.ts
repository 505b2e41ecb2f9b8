import type { WorkflowId } from "#src/ids.ts";
import type { Role, Session } from "#src/schemas/workspace.ts";
import type { Actor } from "./actor.ts";

export interface SignedIn {
  readonly session: Session;
  /** Value of the Set-Cookie header that opens the session in a browser. */
  readonly cookie: string;
}
export interface Credentials {
  readonly username: string;
  readonly password: string;
}
/** Who is at the other end, for rate limits. */
export interface Caller {
  readonly address: string;
  readonly userAgent: string | null;
}

export interface AuthService {
  /** Errors: none; an unknown, ended or empty token is null. `renewedCookie` is set when the session was extended. */
  authenticate(token: string | null): Promise<{ actor: Actor; renewedCookie: string | null } | null>;
  needsOwner(): Promise<boolean>;
  /** Errors: conflict when an owner exists. */
  setUp(credentials: Credentials, caller: Caller): Promise<SignedIn & { workflowId: WorkflowId }>;
  /** Errors: unauthenticated, the same for an unknown name and a wrong password; rate_limited. */
  signIn(credentials: Credentials, caller: Caller): Promise<SignedIn>;
  /** Gives the Set-Cookie value that clears the cookie. */
  signOut(actor: Actor): Promise<string>;
  /** Errors: unauthenticated for a token that is unknown, used, revoked or too old. */
  invitation(token: string, caller: Caller): Promise<{ workspaceName: string; role: Role }>;
  signUp(request: Credentials & { token: string }, caller: Caller): Promise<SignedIn>;
  /** Ends every other session of the profile. Errors: forbidden when `current` is wrong; rate_limited. */
  changePassword(actor: Actor, request: { current: string; next: string }, caller: Caller): Promise<void>;
}
