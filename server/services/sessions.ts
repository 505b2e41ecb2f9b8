import { createHash } from "node:crypto";
import { type Adapter, Lucia, TimeSpan } from "lucia";
import type { Database } from "#db/client.ts";
import {
  deleteExpiredSessions,
  deleteSession,
  deleteSessionsOf,
  extendSession,
  findSession,
  insertSession,
  liveSessions,
  sessionsOf,
} from "#db/queries/sessions.ts";
import { withIdentity } from "#db/tenant.ts";
import type { ProfileId, WorkspaceId } from "#src/ids.ts";
import type { Role } from "#src/schemas/workspace.ts";
import type { Actor } from "./actor.ts";

interface SessionAttributes {
  readonly workspaceId: WorkspaceId;
}
interface UserAttributes {
  readonly name: string;
  readonly workspaceName: string;
  readonly role: Role;
}
declare module "lucia" {
  interface Register {
    UserId: ProfileId;
    Lucia: Lucia<SessionAttributes, UserAttributes>;
    DatabaseSessionAttributes: SessionAttributes;
    DatabaseUserAttributes: UserAttributes;
  }
}

/** Whose sockets must close: all of a person's, or all but those of one session. */
export interface SessionsEnded {
  readonly profileId: ProfileId;
  readonly except: string | null;
}

export interface Sessions {
  /** Starts a session; `cookie` is the Set-Cookie value that carries its token. Only a hash of the token is kept. */
  open(who: { profileId: ProfileId; workspaceId: WorkspaceId }): Promise<{ token: string; cookie: string }>;
  /** Token of a Cookie header, or null. */
  readToken(cookieHeader: string | null): string | null;
  resolve(token: string): Promise<{ actor: Actor; renewedCookie: string | null } | null>;
  /** Of these session hashes, those that are still open, with the role they have now. */
  stillOpen(hashes: readonly string[]): Promise<Map<string, Role>>;
  /** Ends one session; gives the Set-Cookie value that clears the cookie. */
  end(actor: Actor): Promise<string>;
  endAllOf(ended: SessionsEnded): Promise<void>;
  /** Makes the next look at these sessions go to the database, and closes their sockets: a role or a membership changed. */
  refresh(profileId: ProfileId): void;
  /** A name in the sessions changed. */
  forgetCached(): void;
  onEnded(listener: (ended: SessionsEnded | { readonly sessionHash: string }) => void): void;
  deleteExpired(): Promise<void>;
}

const hashOf = (token: string) => createHash("sha256").update(token).digest("hex");
/** How long another process may go on with a session that has ended. This one knows at once. */
const cacheMs = 4_000;
const cacheLimit = 10_000;

/** lucia's sight of our tables. It hands in tokens; only their hashes go further. */
function adapterOf(db: Database, now: () => number): Adapter {
  return {
    async getSessionAndUser(token) {
      const row = await withIdentity(db, (tx) => findSession(tx, hashOf(token)));
      if (row === null) return [null, null];
      const { profileId, workspaceId, expiresAt } = row;
      return [
        { id: token, userId: profileId, expiresAt, attributes: { workspaceId } },
        { id: profileId, attributes: { name: row.username, workspaceName: row.workspaceName, role: row.role } },
      ];
    },
    async getUserSessions(profileId) {
      const rows = await withIdentity(db, (tx) => sessionsOf(tx, profileId));
      return rows.flatMap(({ hash, workspaceId, expiresAt }) =>
        workspaceId === null ? [] : [{ id: hash, userId: profileId, expiresAt, attributes: { workspaceId } }],
      );
    },
    setSession: ({ id, userId, expiresAt, attributes }) =>
      withIdentity(db, (tx) =>
        insertSession(tx, { hash: hashOf(id), profileId: userId, workspaceId: attributes.workspaceId, expiresAt }),
      ),
    updateSessionExpiration: (token, expiresAt) =>
      withIdentity(db, (tx) => extendSession(tx, hashOf(token), expiresAt)),
    deleteSession: (token) => withIdentity(db, (tx) => deleteSession(tx, hashOf(token))),
    deleteUserSessions: (profileId) => withIdentity(db, (tx) => deleteSessionsOf(tx, profileId)),
    deleteExpiredSessions: () => withIdentity(db, (tx) => deleteExpiredSessions(tx, new Date(now()))),
  };
}

function createLucia(db: Database, options: { now: () => number; secure: boolean }) {
  return new Lucia(adapterOf(db, options.now), {
    sessionExpiresIn: new TimeSpan(30, "d"),
    sessionCookie: {
      // With Secure the name itself forbids that a neighbouring host sets the cookie.
      name: options.secure ? "__Host-agentflow" : "agentflow",
      attributes: { secure: options.secure, sameSite: "lax", path: "/" },
    },
    getSessionAttributes: (attributes) => attributes,
    getUserAttributes: (attributes) => attributes,
  });
}

type Resolved = Awaited<ReturnType<Sessions["resolve"]>>;

/** The one file that knows lucia. `secure` marks the cookie for https only. */
export function createSessions(db: Database, options: { now: () => number; secure: boolean }): Sessions {
  const lucia = createLucia(db, options);
  const cache = new Map<string, { actor: Actor; until: number }>();
  const listeners: Parameters<Sessions["onEnded"]>[0][] = [];
  const tell: (typeof listeners)[number] = (ended) => {
    for (const listener of listeners) listener(ended);
  };
  const forget = ({ profileId, except }: SessionsEnded) => {
    for (const [hash, { actor }] of cache) {
      if (actor.session.profile.id === profileId && hash !== except) cache.delete(hash);
    }
    tell({ profileId, except });
  };

  async function look(token: string, hash: string): Promise<Resolved> {
    const { session, user } = await lucia.validateSession(token);
    if (session === null) return null;
    const actor: Actor = {
      sessionHash: hash,
      session: {
        profile: { id: user.id, name: user.name },
        workspace: { id: session.workspaceId, name: user.workspaceName },
        role: user.role,
      },
    };
    if (cache.size >= cacheLimit) cache.clear();
    cache.set(hash, { actor, until: Math.min(options.now() + cacheMs, session.expiresAt.getTime()) });
    return { actor, renewedCookie: session.fresh ? lucia.createSessionCookie(session.id).serialize() : null };
  }

  return {
    async open({ profileId, workspaceId }) {
      const session = await lucia.createSession(profileId, { workspaceId });
      return { token: session.id, cookie: lucia.createSessionCookie(session.id).serialize() };
    },
    readToken(header) {
      try {
        return header === null ? null : lucia.readSessionCookie(header);
      } catch {
        return null; // a cookie with broken percent signs, ours or a neighbour's
      }
    },
    async resolve(token) {
      if (!/^[a-z0-9]{20,80}$/.test(token)) return null;
      const hash = hashOf(token);
      const known = cache.get(hash);
      if (known !== undefined && known.until > options.now()) return { actor: known.actor, renewedCookie: null };
      cache.delete(hash);
      return look(token, hash);
    },
    async stillOpen(hashes) {
      const open = await withIdentity(db, (tx) => liveSessions(tx, hashes, new Date(options.now())));
      // Whoever finds a session over closes its sockets: a request must not be let in after that.
      for (const hash of hashes) if (!open.has(hash)) cache.delete(hash);
      return open;
    },
    async end(actor) {
      cache.delete(actor.sessionHash);
      await withIdentity(db, (tx) => deleteSession(tx, actor.sessionHash));
      cache.delete(actor.sessionHash);
      tell({ sessionHash: actor.sessionHash });
      return lucia.createBlankSessionCookie().serialize();
    },
    async endAllOf(ended) {
      await withIdentity(db, (tx) => deleteSessionsOf(tx, ended.profileId, ended.except));
      forget(ended);
    },
    refresh: (profileId) => forget({ profileId, except: null }),
    forgetCached: () => cache.clear(),
    onEnded: (listener) => void listeners.push(listener),
    deleteExpired: () => lucia.deleteExpiredSessions(),
  };
}
