import { Hocuspocus } from "@hocuspocus/server";
import type { Logger } from "pino";
import * as Y from "yjs";
import type { Database, Tx } from "#db/client.ts";
import { type DocumentKey, findLastSeq, insertDocument, readDocument } from "#db/queries/documents.ts";
import { type TenantScope, withTenant } from "#db/tenant.ts";
import type { Catalogue } from "#src/agents/catalogue.ts";
import { createDocument, replaceGraph } from "#src/document/fromGraph.ts";
import { toGraph } from "#src/document/toGraph.ts";
import { AppError } from "#src/errors.ts";
import type { ProfileId, WorkflowId, WorkspaceId } from "#src/ids.ts";
import type { Graph } from "#src/schemas/graph.ts";
import type { Role } from "#src/schemas/workspace.ts";
import { createHooks } from "./hooks.ts";
import type { OpenDocument } from "./openDocument.ts";
import { attachSocket, type DocumentSocket, type OpenSocket, type SocketHandlers } from "./socket.ts";
import type { DocumentContext, Visitor } from "./visitor.ts";

export interface DocumentsOptions {
  readonly db: Database;
  readonly catalogue: Catalogue;
  /** The role of a visitor now; null when the session is over or the membership gone. Asked for every connection. */
  readonly authorise: (visitor: Visitor) => Promise<Role | null>;
  readonly log: Logger;
}

/** What a document shows; `revision` is never the same for two different states. */
export interface GraphNow {
  readonly graph: Graph;
  readonly revision: string;
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

const rememberedGraphs = 500;

export function createDocuments({ db, catalogue, authorise, log }: DocumentsOptions): Documents {
  const open = new Map<string, OpenDocument>();
  const sockets = new Set<OpenSocket>();
  const remembered = new Map<string, { readonly key: DocumentKey; readonly now: GraphNow }>();
  const hocuspocus = new Hocuspocus<DocumentContext>();
  hocuspocus.configure(createHooks({ db, hocuspocus, open, authorise, log }));

  const openFor = (key: DocumentKey): OpenDocument | undefined => {
    const loaded = open.get(key.workflowId);
    return loaded?.key.workspaceId === key.workspaceId ? loaded : undefined;
  };
  const notFound = () => new AppError("not_found", "There is no such workflow.");

  async function readGraph(scope: TenantScope, workflowId: WorkflowId): Promise<GraphNow> {
    const key = { workspaceId: scope.workspaceId, workflowId };
    const loaded = openFor(key);
    if (loaded) return { graph: loaded.view().graph, revision: loaded.revision() };
    return withTenant(db, scope, async (tx) => {
      const lastSeq = await findLastSeq(tx, key);
      if (lastSeq === null) throw notFound();
      const known = remembered.get(workflowId);
      if (known?.key.workspaceId === key.workspaceId && known.now.revision === `j${lastSeq}`) return known.now;
      const stored = await readDocument(tx, key, null);
      if (stored === null) throw notFound();
      const now = { graph: graphOf(stored.updates), revision: `j${stored.lastSeq}` };
      remembered.delete(workflowId);
      remembered.set(workflowId, { key, now });
      const [oldest] = remembered.keys();
      if (remembered.size > rememberedGraphs && oldest !== undefined) remembered.delete(oldest);
      return now;
    });
  }

  async function replace(scope: TenantScope, workflowId: WorkflowId, graph: Graph): Promise<GraphNow> {
    const key = { workspaceId: scope.workspaceId, workflowId };
    if ((await withTenant(db, scope, (tx) => findLastSeq(tx, key))) === null) throw notFound();
    const context = { workspaceId: scope.workspaceId, profileId: scope.profileId ?? null };
    const connection = await hocuspocus.openDirectConnection(workflowId, context as unknown as DocumentContext);
    try {
      const loaded = openFor(key);
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
    closeWorkflow: (workflowId) => closeFor({ workflowId }, "The workflow was deleted"),
    async close(patienceMs = 10_000) {
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

function graphOf(updates: readonly Uint8Array[]): Graph {
  const doc = new Y.Doc();
  for (const update of updates) Y.applyUpdate(doc, update);
  const { graph } = toGraph(doc);
  doc.destroy();
  return graph;
}
