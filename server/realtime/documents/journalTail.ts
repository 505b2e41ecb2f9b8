import type { Logger } from "pino";
import * as Y from "yjs";
import type { Database } from "#db/client.ts";
import {
  appendToJournal,
  compactJournal,
  type DocumentKey,
  type JournalEntry,
  readDocument,
} from "#db/queries/documents.ts";
import { withTenant } from "#db/tenant.ts";
import { documentLimits } from "./limits.ts";

/** Marks updates that come out of the journal: they are not written again. */
export const fromJournal = { source: "local" } as const;

export interface TailOptions {
  readonly db: Database;
  readonly key: DocumentKey;
  readonly doc: Y.Doc;
  /** The journal's last number when the document was loaded, and how many entries no snapshot sums up. */
  readonly lastSeq: number;
  readonly entries: number;
  readonly log: Logger;
}

/** Where the journal of a loaded document ends, as far as this process knows. */
export interface JournalTail {
  /** Commits entries after the last. False when the document is gone. Throws what the database throws. */
  readonly append: (entries: readonly JournalEntry[]) => Promise<boolean>;
  /** The journal's last number that the document has. */
  readonly lastSeq: () => number;
  /** Takes in what other processes wrote. False when the document is gone. Throws what the database throws. */
  readonly catchUp: () => Promise<boolean>;
  /** Sums the journal up in a snapshot, if it has entries; every change of the document must be committed. */
  readonly compact: () => Promise<void>;
}

/**
 * The journal's number is checked with every commit: when another process wrote in between, its entries are taken in first, so
 * two processes merge instead of forking.
 */
export function createTail({ db, key, doc, log, ...loaded }: TailOptions): JournalTail {
  let { lastSeq, entries: uncompacted } = loaded;
  const scope = { workspaceId: key.workspaceId };

  async function write(entries: readonly JournalEntry[]): Promise<boolean> {
    const afterSeq = lastSeq;
    const seq = afterSeq + entries.length;
    const isLong = uncompacted + entries.length > documentLimits.journalEntries;
    // The state may already have edits of the next batch: an update that is applied twice changes nothing.
    const snapshot = isLong ? Y.encodeStateAsUpdate(doc) : null;
    const isWritten = await withTenant(db, scope, async (tx) => {
      if (!(await appendToJournal(tx, key, { afterSeq, entries }))) return false;
      if (snapshot) await compactJournal(tx, key, { seq, snapshot });
      return true;
    });
    if (isWritten) {
      lastSeq = seq;
      uncompacted = snapshot ? 0 : uncompacted + entries.length;
    }
    return isWritten;
  }

  /** What another process wrote (or this one, where a commit's answer was lost). */
  async function catchUp(): Promise<boolean> {
    const stored = await withTenant(db, scope, (tx) => readDocument(tx, key, lastSeq));
    if (stored === null) return false;
    log.debug({ workflowId: key.workflowId, lastSeq, found: stored.lastSeq }, "document journal moved on elsewhere");
    doc.transact(() => {
      for (const update of stored.updates) Y.applyUpdate(doc, update, fromJournal);
    }, fromJournal);
    lastSeq = stored.lastSeq;
    uncompacted = stored.entries;
    return true;
  }

  return {
    append: async (entries) => {
      while (!(await write(entries))) {
        if (!(await catchUp())) return false;
      }
      return true;
    },
    lastSeq: () => lastSeq,
    catchUp,
    compact: async () => {
      if (uncompacted === 0) return;
      const [seq, snapshot] = [lastSeq, Y.encodeStateAsUpdate(doc)];
      await withTenant(db, scope, (tx) => compactJournal(tx, key, { seq, snapshot }));
      if (lastSeq === seq) uncompacted = 0;
    },
  };
}
