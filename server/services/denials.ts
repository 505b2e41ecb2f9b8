import type { Database } from "#db/client.ts";
import { withTenant } from "#db/tenant.ts";
import type { Role } from "#src/schemas/workspace.ts";
import { type Actor, scopeOf } from "./actor.ts";
import type { Audit } from "./audit.ts";

/** A change that a member's role does not allow. */
export interface Denial {
  /** Path of the procedure, as the router names it. */
  readonly procedure: string;
  readonly needs: Role;
}

/** Entries that one member can cause in one window; what goes beyond is refused all the same, without an entry. */
const perWindow = 60;
const windowMs = 60_000;

/** Writes refused changes to the audit log of the member's workspace, at a bounded rate. */
export function createDenials(deps: { readonly db: Database; readonly audit: Audit; readonly now: () => number }) {
  const { db, audit, now } = deps;
  const counts = new Map<string, number>();
  let windowEnds = 0;

  return async (actor: Actor, { procedure, needs }: Denial): Promise<void> => {
    if (now() >= windowEnds) {
      counts.clear();
      windowEnds = now() + windowMs;
    }
    const { workspace, profile, role } = actor.session;
    const member = `${workspace.id} ${profile.id}`;
    const count = (counts.get(member) ?? 0) + 1;
    counts.set(member, count);
    if (count > perWindow) return;
    const detail = { procedure, needs, role };
    await withTenant(db, scopeOf(actor), (tx) => audit.record(tx, actor, { action: "access.denied", detail }));
  };
}
