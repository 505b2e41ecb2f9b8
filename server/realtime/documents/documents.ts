import { Hocuspocus } from "@hocuspocus/server";
import type { Logger } from "pino";
import * as Y from "yjs";
import type { Database, Tx } from "#db/client.ts";
import { type DocumentKey, findLastSeq, insertDocument } from "#db/queries/documents.ts";
import { type TenantScope, withTenant } from "#db/tenant.ts";
import { type Bus, silentBus } from "#server/between/bus.ts";
import type { Catalogue } from "#src/agents/catalogue.ts";
import { createDocument, replaceGraph } from "#src/document/fromGraph.ts";
import { AppError } from "#src/errors.ts";
import type { ProfileId, WorkflowId, WorkspaceId } from "#src/ids.ts";
import type { Graph } from "#src/schemas/graph.ts";
import type { Role } from "#src/schemas/workspace.ts";
import { followJournals } from "./follow.ts";
import { createGraphReading, type GraphNow, noSuchDocument } from "./graphReading.ts";
import { createHooks } from "./hooks.ts";
import type { OpenDocument } from "./openDocument.ts";
import { attachSocket, type DocumentSocket, type OpenSocket, type SocketHandlers } from "./socket.ts";
import type { DocumentContext, Visitor } from "./visitor.ts";

export interface DocumentsOptions {
  readonly db: Database;
  readonly catalogue: Catalogue;
  /** The role of a visitor now; null when the session is over or the membership gone. Asked for every connection. */
  readonly authorise: (visitor: Visitor) => Promise<Role | null>;
  /** Reaches the copies of a document in other processes; alone unless told. */
  readonly bus?: Bus;
  readonly log: Logger;
}

/** Whose sockets to close: those that fit everything named here. */
export interface SocketsOf {
  readonly profileId?: ProfileId;
  readonly workspaceId?: WorkspaceId;
  readonly workflowId?: WorkflowId;
  readonly sessionHash?: string;
  /** All but those of this session. */
  readonly exceptSession?: string;
}

/** The shared documents of this process. See README.md. */
export interface Documents {
  /** Attaches an upgraded socket. The route has checked the Origin and the session; the role is checked here. */
  connect(socket: DocumentSocket, request: Request, who: { visitor: Visitor; workflowId: WorkflowId }): SocketHandlers;
  /** The graph as it stands, edits that wait for their commit included. Errors: not_found. */
  readGraph(scope: TenantScope, workflowId: WorkflowId): Promise<GraphNow>;
  /** Makes the document show this graph, as one edit of this person; durable when it resolves. Errors: not_found, unavailable. */
  replaceGraph(scope: TenantScope, workflowId: WorkflowId, graph: Graph): Promise<GraphNow>;
  /** In the transaction that makes the workflow, after its row. */
  create(tx: Tx, workflow: { readonly workspaceId: WorkspaceId; readonly id: WorkflowId }, graph: Graph): Promise<void>;
  /** Ends sockets: a role changed, a session ended, a workflow is gone. Who still may comes back by himself. */
  closeFor(who: SocketsOf, reason?: string): void;
  closeWorkflow(id: WorkflowId): void;
  /** Makes everything durable and closes every socket. Waits for the database at most `patienceMs`, 10 s unless told. */
  close(patienceMs?: number): Promise<void>;
}

export function createDocuments({ db, catalogue, authorise, bus = silentBus, log }: DocumentsOptions): Documents {
  const open = new Map<string, OpenDocument>();
  const sockets = new Set<OpenSocket>();
  const hocuspocus = new Hocuspocus<DocumentContext>();
  hocuspocus.configure(createHooks({ db, hocuspocus, open, bus, authorise, log }));

  const openFor = (key: DocumentKey): OpenDocument | undefined => {
    const loaded = open.get(key.workflowId);
    return loaded?.key.workspaceId === key.workspaceId ? loaded : undefined;
  };

  const { follow, readGraph } = createGraphReading(db, openFor);

  async function replace(scope: TenantScope, workflowId: WorkflowId, graph: Graph): Promise<GraphNow> {
    const key = { workspaceId: scope.workspaceId, workflowId };
    if ((await withTenant(db, scope, (tx) => findLastSeq(tx, key))) === null) throw noSuchDocument();
    const context = { workspaceId: scope.workspaceId, profileId: scope.profileId ?? null };
    const connection = await hocuspocus.openDirectConnection(workflowId, context as unknown as DocumentContext);
    try {
      const loaded = openFor(key);
      if (loaded) await follow(loaded);
      // Opened in the moment in which the document left memory: what is written there reaches nobody.
      if (!connection.document || connection.document.isDestroyed || !loaded) throw retryLater();
      replaceGraph({ doc: connection.document, origin: { source: "local", context }, catalogue }, graph);
      const now = { graph: loaded.view().graph, revision: loaded.revision() };
      await loaded.save();
      await loaded.project();
      return now;
    } finally {
      await connection.disconnect();
    }
  }

  const following = followJournals({ db, open, log, onGone: (workflowId) => closeWorkflow(workflowId) });

  const closeFor = (who: SocketsOf, reason = "Signed out or role changed") => {
    for (const socket of [...sockets]) {
      const { visitor, workflowId } = socket;
      const fits =
        (who.profileId === undefined || who.profileId === visitor.profileId) &&
        (who.workspaceId === undefined || who.workspaceId === visitor.workspaceId) &&
        (who.workflowId === undefined || who.workflowId === workflowId) &&
        (who.sessionHash === undefined || who.sessionHash === visitor.sessionHash) &&
        (who.exceptSession === undefined || who.exceptSession !== visitor.sessionHash);
      if (fits) socket.end(4401, reason);
    }
  };

  const closeWorkflow = (workflowId: WorkflowId) => closeFor({ workflowId }, "The workflow was deleted");

  return {
    connect(socket, request, who) {
      const attached = attachSocket({
        ...who,
        hocuspocus,
        socket,
        request,
        onClosed: () => sockets.delete(attached.open),
      });
      sockets.add(attached.open);
      return attached.handlers;
    },
    readGraph,
    replaceGraph: replace,
    async create(tx, { workspaceId, id }, graph) {
      const doc = createDocument(graph, catalogue);
      await insertDocument(tx, { workspaceId, workflowId: id }, Y.encodeStateAsUpdate(doc));
      doc.destroy();
    },
    closeFor,
    closeWorkflow,
    async close(patienceMs = 10_000) {
      following.stop();
      // First the sockets: what comes in while the rest is written would be nobody's.
      for (const socket of [...sockets]) socket.end(1012, "The server restarts");
      const settled = Promise.allSettled([...open.values()].map((document) => document.settle()));
      const patience = Promise.withResolvers<void>();
      const timer = setTimeout(patience.resolve, patienceMs);
      await Promise.race([settled, patience.promise]);
      clearTimeout(timer);
      for (const document of open.values()) document.close();
      open.clear();
    },
  };
}

const retryLater = () => new AppError("unavailable", "The workflow is just being saved. Please try again.");
