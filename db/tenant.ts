import { sql } from "drizzle-orm";
import type { ProfileId, WorkspaceId } from "#src/ids.ts";
import { answered } from "./answered.ts";
import type { Database, Tx } from "./client.ts";
import { toDatabaseError } from "./errors.ts";
import { insideTransaction, refuseInsideTransaction } from "./openTransaction.ts";

export interface TenantScope {
  readonly workspaceId: WorkspaceId;
  readonly profileId?: ProfileId | null;
}

/**
 * The door to the rows of one workspace: one transaction as agentflow_tenant. Throwing rolls back. No network call and no other
 * door inside: the embedded database has one connection, and a pool can run dry.
 */
export function withTenant<Result>(
  db: Database,
  scope: TenantScope,
  work: (tx: Tx) => Promise<Result>,
): Promise<Result> {
  return transaction(db, (tx) => enterTenant(tx, scope), work);
}

/** The door to people, sessions, memberships and invitations of all workspaces: one transaction as agentflow_identity. */
export function withIdentity<Result>(db: Database, work: (tx: Tx) => Promise<Result>): Promise<Result> {
  return transaction(db, (tx) => enter(tx, "agentflow_identity", null), work);
}

/** The door to executions and versions of all workspaces, and the built-in catalogue: one transaction as agentflow_engine. */
export function withEngine<Result>(db: Database, work: (tx: Tx) => Promise<Result>): Promise<Result> {
  return transaction(db, (tx) => enter(tx, "agentflow_engine", null), work);
}

/** From here on the transaction sees this workspace only: lets an owner, a workspace and its first workflow be one commit. */
export function enterTenant(tx: Tx, scope: TenantScope): Promise<void> {
  return enter(tx, "agentflow_tenant", scope);
}

async function enter(tx: Tx, role: string, scope: TenantScope | null): Promise<void> {
  // One round trip. `true` is "until the transaction ends": nothing is left on the connection for the next one.
  await tx.execute(sql`select set_config('role', ${role}, true),
    set_config('app.workspace_id', ${scope?.workspaceId ?? ""}, true),
    set_config('app.profile_id', ${scope?.profileId ?? ""}, true)`);
}

async function transaction<Result>(
  db: Database,
  begin: (tx: Tx) => Promise<void>,
  work: (tx: Tx) => Promise<Result>,
): Promise<Result> {
  refuseInsideTransaction();
  const { owner } = db;
  try {
    return await insideTransaction(() =>
      answered(
        owner.transaction(async (tx) => {
          await begin(tx);
          return work(tx);
        }),
        db.answerMs,
        (isInTime) => db.note(owner, isInTime),
      ),
    );
  } catch (error) {
    throw toDatabaseError(error);
  }
}
