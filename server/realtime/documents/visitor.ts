import { type Connection, isTransactionOrigin } from "@hocuspocus/server";
import type { ProfileId, WorkflowId, WorkspaceId } from "#src/ids.ts";

/** Who opened a socket, as the upgrade found out. */
export interface Visitor {
  readonly workspaceId: WorkspaceId;
  readonly profileId: ProfileId;
  readonly name: string;
  /** Names the session, so that its end closes the socket. */
  readonly sessionHash: string;
}

/** What Hocuspocus carries along with a connection. */
export interface DocumentContext {
  readonly visitor: Visitor;
  readonly workflowId: WorkflowId;
  /** Ends the socket itself, not only the document's part of it. */
  readonly closeSocket: (code: number, reason: string) => void;
}

export type DocumentConnection = Connection<DocumentContext>;

/** Whose change it was, by its transaction's origin; null for the server's own. */
export function editorOf(origin: unknown): ProfileId | null {
  if (!isTransactionOrigin(origin)) return null;
  if (origin.source === "connection") return (origin.connection.context as DocumentContext).visitor.profileId;
  return origin.source === "local"
    ? ((origin.context as { profileId?: ProfileId } | undefined)?.profileId ?? null)
    : null;
}
