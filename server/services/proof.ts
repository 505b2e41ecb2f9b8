import { findProfileByName } from "#db/queries/profiles.ts";
import { withIdentity } from "#db/tenant.ts";
import { AppError } from "#src/errors.ts";
import type { ProfileId } from "#src/ids.ts";
import type { AuthDeps } from "./authDeps.ts";

export interface Credentials {
  readonly username: string;
  readonly password: string;
}
/** Who is at the other end, for rate limits. */
export interface Caller {
  readonly address: string;
}

/** Attempts from one address on any account: the door for a whole office behind one address stays open. */
const addressRate = { burst: 40, everyMs: 3_000 };
/** Attempts on one account from anywhere: a person's slips are forgiven, a guess every 20 s leads nowhere. */
const accountRate = { burst: 10, everyMs: 20_000 };

export const wrongCredentials = () => new AppError("unauthenticated", "That name and password do not fit.");

/** Checks who somebody is. Errors: rate_limited, unavailable. */
export interface Proof {
  limitAddress(caller: Caller): Promise<void>;
  limitAccount(username: string): Promise<void>;
  /** The attempts on an account start anew: somebody knew the password. */
  forgive(username: string): Promise<void>;
  /** Counts the attempt, then costs one hash whether or not there is such an account. Null when they do not fit. */
  prove(credentials: Credentials, caller: Caller): Promise<ProfileId | null>;
}

export function createProof({ db, limits, passwords }: AuthDeps): Proof {
  const accountKey = (username: string) => `account:${username.toLowerCase()}`;
  const proof: Proof = {
    limitAddress: (caller) => limits.take(`address:${caller.address}`, addressRate),
    limitAccount: (username) => limits.take(accountKey(username), accountRate),
    forgive: (username) => limits.forgive(accountKey(username)),
    async prove(credentials, caller) {
      await proof.limitAddress(caller);
      await proof.limitAccount(credentials.username);
      const profile = await withIdentity(db, (tx) => findProfileByName(tx, credentials.username));
      const fits = await passwords.verify(credentials.password, profile?.passwordHash ?? null);
      if (profile === null || !fits) return null;
      await proof.forgive(credentials.username);
      return profile.id;
    },
  };
  return proof;
}
