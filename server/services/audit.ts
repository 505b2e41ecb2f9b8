import type { Tx } from "#db/client.ts";
import { insertAuditEntry } from "#db/queries/auditLog.ts";
import type { NewId, WorkspaceId } from "#src/ids.ts";
import type { JsonObject } from "#src/json.ts";
import type { Principal } from "#src/schemas/principal.ts";
import { type Actor, principalOf } from "./actor.ts";

export interface Change {
  /** `<aggregate>.<verb>`. */
  readonly action: string;
  readonly subject?: string;
  readonly detail?: JsonObject;
}

/** Writes entries in the transaction of the change they tell of: none without the other. */
export interface Audit {
  record(tx: Tx, actor: Actor, change: Change): Promise<void>;
  /** Before anybody is signed in. */
  recordAs(
    tx: Tx,
    who: { workspaceId: WorkspaceId | null; principal: Principal | null },
    change: Change,
  ): Promise<void>;
}

export function createAudit(newId: NewId, now: () => number): Audit {
  const recordAs: Audit["recordAs"] = (tx, who, change) =>
    insertAuditEntry(tx, {
      id: newId("audit"),
      ...who,
      action: change.action,
      subject: change.subject ?? null,
      detail: change.detail ?? {},
      at: new Date(now()),
    });
  return {
    recordAs,
    record: (tx, actor, change) =>
      recordAs(tx, { workspaceId: actor.session.workspace.id, principal: principalOf(actor) }, change),
  };
}
