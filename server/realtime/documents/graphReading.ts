import * as Y from "yjs";
import type { Database } from "#db/client.ts";
import { engineRows } from "#db/engine.ts";
import { type DocumentKey, readDocument } from "#db/queries/documents.ts";
import { lastSeqOfDocument } from "#db/statements/lastSeqOfDocument.ts";
import { type TenantScope, withTenant } from "#db/tenant.ts";
import { toGraph } from "#src/document/toGraph.ts";
import { AppError } from "#src/errors.ts";
import type { WorkflowId } from "#src/ids.ts";
import type { Graph } from "#src/schemas/graph.ts";
import type { OpenDocument } from "./openDocument.ts";

/** What a document shows; `revision` is never the same for two different states. */
export interface GraphNow {
  readonly graph: Graph;
  readonly revision: string;
}

export interface GraphReading {
  /** The graph as it stands, edits that wait for their commit here and commits of other processes included. Errors: not_found. */
  readGraph(scope: TenantScope, workflowId: WorkflowId): Promise<GraphNow>;
  /** What others have committed until now is in memory afterwards. */
  follow(loaded: OpenDocument): Promise<void>;
}

const rememberedGraphs = 500;
export const noSuchDocument = () => new AppError("not_found", "There is no such workflow.");

/** `openFor` gives the document if it is in memory here. */
export function createGraphReading(
  db: Database,
  openFor: (key: DocumentKey) => OpenDocument | undefined,
): GraphReading {
  const remembered = new Map<string, { readonly key: DocumentKey; readonly now: GraphNow }>();

  async function lastSeqOf({ workspaceId, workflowId }: DocumentKey): Promise<number | null> {
    const [row] = await engineRows<{ last_seq: number }>(db, lastSeqOfDocument, [workspaceId, workflowId]);
    return row?.last_seq ?? null;
  }

  /** What others have committed until now is in memory afterwards. */
  async function follow(loaded: OpenDocument): Promise<void> {
    if (db.kind === "pglite") return;
    const lastSeq = await lastSeqOf(loaded.key);
    if (lastSeq !== null) await loaded.pull(lastSeq);
  }

  async function readGraph(scope: TenantScope, workflowId: WorkflowId): Promise<GraphNow> {
    const key = { workspaceId: scope.workspaceId, workflowId };
    const loaded = openFor(key);
    if (loaded) {
      await follow(loaded);
      return { graph: loaded.view().graph, revision: loaded.revision() };
    }
    const lastSeq = await lastSeqOf(key);
    if (lastSeq === null) throw noSuchDocument();
    const known = remembered.get(workflowId);
    if (known?.key.workspaceId === key.workspaceId && known.now.revision === `j${lastSeq}`) return known.now;
    const stored = await withTenant(db, scope, (tx) => readDocument(tx, key, null));
    if (stored === null) throw noSuchDocument();
    const now = { graph: graphOf(stored.updates), revision: `j${stored.lastSeq}` };
    remembered.delete(workflowId);
    remembered.set(workflowId, { key, now });
    const [oldest] = remembered.keys();
    if (remembered.size > rememberedGraphs && oldest !== undefined) remembered.delete(oldest);
    return now;
  }

  return { readGraph, follow };
}

function graphOf(updates: readonly Uint8Array[]): Graph {
  const doc = new Y.Doc();
  for (const update of updates) Y.applyUpdate(doc, update);
  const { graph } = toGraph(doc);
  doc.destroy();
  return graph;
}
