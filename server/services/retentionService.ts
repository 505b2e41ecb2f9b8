import type { Database } from "#db/client.ts";
import { putRetention, readRetention, readStorage } from "#db/queries/retention.ts";
import { withTenant } from "#db/tenant.ts";
import type { Retention, RetentionRule, Storage } from "#src/schemas/retention.ts";
import { type Actor, scopeOf } from "./actor.ts";
import type { Audit } from "./audit.ts";

/** What a workspace keeps of its past, and what that takes. */
export interface RetentionService {
  read(actor: Actor): Promise<Retention>;
  /** Holds from the next round of the housekeeping on, within a minute. What is removed cannot be brought back. */
  set(actor: Actor, rule: RetentionRule): Promise<Retention>;
  storage(actor: Actor): Promise<Storage>;
}

export interface RetentionDeps {
  readonly db: Database;
  readonly audit: Audit;
}

export function createRetentionService({ db, audit }: RetentionDeps): RetentionService {
  const idOf = (actor: Actor) => actor.session.workspace.id;
  return {
    read: (actor) => withTenant(db, scopeOf(actor), (tx) => readRetention(tx, idOf(actor))),
    set: (actor, rule) =>
      withTenant(db, scopeOf(actor), async (tx) => {
        await putRetention(tx, scopeOf(actor), rule);
        await audit.record(tx, actor, { action: "retention.set", detail: { ...rule } });
        return readRetention(tx, idOf(actor));
      }),
    storage: (actor) => withTenant(db, scopeOf(actor), (tx) => readStorage(tx, idOf(actor))),
  };
}
