import type { Logger } from "pino";
import type { Database } from "#db/client.ts";
import { lastSeqsOf } from "#db/queries/documents.ts";
import { withTenant } from "#db/tenant.ts";
import type { WorkflowId, WorkspaceId } from "#src/ids.ts";
import type { OpenDocument } from "./openDocument.ts";

/** With the time of the query, edits of another process are here within 2 s even if no hint comes through. */
const followMs = 1_500;

export interface FollowOptions {
  readonly db: Database;
  readonly open: ReadonlyMap<string, OpenDocument>;
  readonly log: Logger;
  /** The workflow was deleted, by whichever process. */
  readonly onGone: (workflowId: WorkflowId) => void;
}

/** Looks again and again how far the journals of the loaded documents have come. The embedded database has one writer: us. */
export function followJournals({ db, open, log, onGone }: FollowOptions): { stop(): void } {
  if (db.kind === "pglite") return { stop: () => {} };
  let isLooking = false;

  async function look(): Promise<void> {
    const workspaces = Map.groupBy(open.values(), ({ key }) => key.workspaceId);
    for (const [workspaceId, documents] of workspaces) await lookIn(workspaceId, documents);
  }
  async function lookIn(workspaceId: WorkspaceId, documents: readonly OpenDocument[]): Promise<void> {
    const ids = documents.map(({ key }) => key.workflowId);
    const found = await withTenant(db, { workspaceId }, (tx) => lastSeqsOf(tx, workspaceId, ids));
    for (const document of documents) {
      const lastSeq = found.get(document.key.workflowId);
      if (lastSeq === undefined) onGone(document.key.workflowId);
      else void document.pull(lastSeq);
    }
  }
  const timer = setInterval(() => {
    if (isLooking || open.size === 0) return;
    isLooking = true;
    look()
      .catch((err: unknown) => log.debug({ err }, "journals not followed"))
      .finally(() => {
        isLooking = false;
      });
  }, followMs);
  timer.unref();
  return { stop: () => clearInterval(timer) };
}
