import { and, eq, type SQL, sql } from "drizzle-orm";
import type { AuditId, WorkspaceId } from "#src/ids.ts";
import type { JsonObject } from "#src/json.ts";
import type { AuditEntry } from "#src/schemas/audit.ts";
import type { Page } from "#src/schemas/page.ts";
import type { Principal } from "#src/schemas/principal.ts";
import type { Tx } from "../client.ts";
import { auditLog } from "../schema/auditLog.ts";
import { descending, pageFrom, readCursor } from "./cursor.ts";

export interface NewAuditEntry {
  readonly id: AuditId;
  readonly workspaceId: WorkspaceId | null;
  readonly principal: Principal | null;
  readonly action: string;
  readonly subject: string | null;
  readonly detail: JsonObject;
  readonly at: Date;
}

export async function insertAuditEntry(tx: Tx, entry: NewAuditEntry): Promise<void> {
  await tx.insert(auditLog).values(entry);
}

/** Newest first. */
export async function pageOfAudit(
  tx: Tx,
  workspaceId: WorkspaceId,
  request: { cursor?: string | undefined; limit: number },
): Promise<Page<AuditEntry>> {
  const after = readCursor(request.cursor, "number");
  const conditions: SQL[] = [eq(auditLog.workspaceId, workspaceId)];
  if (after !== null) {
    conditions.push(sql`(${auditLog.at}, ${auditLog.id}) < (${new Date(after.at).toISOString()}, ${after.id})`);
  }
  const rows = await tx
    .select()
    .from(auditLog)
    .where(and(...conditions))
    .orderBy(descending(auditLog.at), descending(auditLog.id))
    .limit(request.limit + 1);
  return pageFrom(rows, request.limit, {
    cursor: (row) => ({ at: row.at.getTime(), id: row.id }),
    item: (row) => ({
      id: row.id,
      action: row.action,
      by: row.principal,
      subject: row.subject,
      detail: row.detail,
      at: row.at.toISOString(),
    }),
  });
}
