import type { Configuration, Hocuspocus } from "@hocuspocus/server";
import type { Logger } from "pino";
import type { Database } from "#db/client.ts";
import { findLastSeq } from "#db/queries/documents.ts";
import { withTenant } from "#db/tenant.ts";
import type { Bus } from "#server/between/bus.ts";
import { toAppError } from "#src/errors.ts";
import type { WorkflowId, WorkspaceId } from "#src/ids.ts";
import { hasRole } from "#src/schemas/workspace.ts";
import type { DocumentsOptions } from "./documents.ts";
import { documentLimits } from "./limits.ts";
import { refusedMessage } from "./messages.ts";
import { type OpenDocument, openDocument } from "./openDocument.ts";
import { filterPresence } from "./presence.ts";
import type { DocumentConnection, DocumentContext } from "./visitor.ts";

interface HooksOptions {
  readonly db: Database;
  readonly hocuspocus: Hocuspocus<DocumentContext>;
  readonly open: Map<string, OpenDocument>;
  readonly bus: Bus;
  readonly authorise: DocumentsOptions["authorise"];
  readonly log: Logger;
}

/** Thrown inside a hook: Hocuspocus hands `reason` to the client, and prints anything that has a `message`. */
const refusal = (reason: string) => ({ code: 4403, reason });

/** Closes an idle or half-open socket after at most twice this time; editors renew their presence every 15 s. */
const idleMs = 20_000;

/** What happens at which moment of Hocuspocus's life. */
export function createHooks(options: HooksOptions): Partial<Configuration<DocumentContext>> {
  const { db, hocuspocus, open, bus, log } = options;
  const closing = (name: string) => {
    for (const connection of hocuspocus.documents.get(name)?.getConnections() ?? [])
      (connection as DocumentConnection).context.closeSocket(4404, "The workflow was deleted");
  };
  return {
    quiet: true,
    timeout: idleMs,
    maxPendingDocuments: 1,
    maxUnauthenticatedQueueSize: documentLimits.message,

    onAuthenticate: async ({ context, documentName, connectionConfig }) => {
      const mayWrite = await admit(options, context, documentName);
      connectionConfig.readOnly = !mayWrite;
    },
    onLoadDocument: async ({ document, documentName, context }) => {
      // A direct connection's context is the scope itself.
      const { workspaceId } = "visitor" in context ? context.visitor : (context as { workspaceId: WorkspaceId });
      const key = { workspaceId, workflowId: documentName as WorkflowId };
      const onRecovered = () => {
        if (document.getConnectionsCount() === 0) void hocuspocus.unloadDocument(document);
      };
      const onGone = () => closing(documentName);
      const loaded = await openDocument({ db, key, document, bus, log, onGone, onRecovered });
      open.set(documentName, loaded);
      document.on("destroy", () => {
        loaded.close();
        if (open.get(documentName) === loaded) open.delete(documentName);
      });
    },
    connected: async ({ connection, documentName }) => {
      const loaded = open.get(documentName);
      // Connected in the moment in which the document left memory: nothing written here would be saved. The client comes back.
      if (!loaded || connection.document.isDestroyed) connection.context.closeSocket(1012, "Reconnect");
      else loaded.greet(connection);
    },
    beforeSync: async ({ connection, documentName, type, payload }) => {
      if (type === 0 || connection.readOnly) return;
      const hasRoom =
        payload.byteLength <= documentLimits.update && open.get(documentName)?.hasRoomFor(payload.byteLength);
      if (hasRoom) return;
      connection.sendStateless(refusedMessage("This edit is too large for the workflow."));
      // Read only from this update on: Hocuspocus answers that it was not taken, where throwing would print it to the console.
      connection.readOnly = true;
      (connection.context as DocumentContext).closeSocket(4413, "Too large");
    },
    beforeHandleAwareness: async (payload) => filterPresence(payload),
    onStoreDocument: async ({ documentName }) => {
      await open
        .get(documentName)
        ?.project()
        .catch((err: unknown) => log.warn({ documentName, err }, "graph not projected"));
    },
    beforeUnloadDocument: async ({ documentName }) => {
      try {
        await open.get(documentName)?.settle();
      } catch (err) {
        log.warn({ documentName, err }, "document stays in memory until it is saved");
        throw refusal("not saved");
      }
    },
  };
}

/** Whether the visitor may write; throws a refusal when they may not even look. */
async function admit(
  { db, hocuspocus, authorise }: HooksOptions,
  context: DocumentContext,
  name: string,
): Promise<boolean> {
  const { visitor, workflowId, closeSocket } = context;
  if (name !== workflowId) throw refusal("not-found");
  try {
    const role = await authorise(visitor);
    if (role === null) throw refusal("permission-denied");
    const scope = { workspaceId: visitor.workspaceId, profileId: visitor.profileId };
    const key = { workspaceId: visitor.workspaceId, workflowId };
    if ((await withTenant(db, scope, (tx) => findLastSeq(tx, key))) === null) throw refusal("not-found");
    const others = hocuspocus.documents.get(name)?.getConnectionsCount() ?? 0;
    if (others >= documentLimits.connections) throw refusal("full");
    return hasRole(role, "editor");
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    // The database is away: the client must come back, not give up.
    closeSocket(1013, toAppError(error).message);
    throw refusal("unavailable");
  }
}
