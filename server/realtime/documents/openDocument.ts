import type { Document } from "@hocuspocus/server";
import type { Logger } from "pino";
import * as Y from "yjs";
import type { Database } from "#db/client.ts";
import { type DocumentKey, readDocument, writeProjection } from "#db/queries/documents.ts";
import { withTenant } from "#db/tenant.ts";
import type { Bus } from "#server/between/bus.ts";
import { createGraphReader } from "#src/document/graphReader.ts";
import type { DocumentView } from "#src/document/toGraph.ts";
import { AppError } from "#src/errors.ts";
import { createJournal } from "./journal.ts";
import { fromJournal } from "./journalTail.ts";
import { documentLimits } from "./limits.ts";
import { savedMessage, saveFailedMessage } from "./messages.ts";
import { shareDocument } from "./sharing.ts";
import { type DocumentConnection, editorOf } from "./visitor.ts";

/** A document in memory: what Hocuspocus shares, and what keeps it durable. */
export interface OpenDocument {
  readonly key: DocumentKey;
  readonly view: () => DocumentView;
  /** Changes with every change of the document; never the same for two different states. */
  readonly revision: () => string;
  /** Waits for what was changed so far to be committed. Throws `unavailable` when the database does not take it. */
  readonly save: () => Promise<void>;
  /** The journal's last number that is in memory. */
  readonly lastSeq: () => number;
  /** Takes in what other processes wrote, when the journal has come to `seq` as somebody says. */
  readonly pull: (seq: number) => Promise<void>;
  /** Tells a new connection what is saved. */
  readonly greet: (connection: DocumentConnection) => void;
  /** Writes the graph to the workflow's row if it changed. Throws what the database throws. */
  readonly project: () => Promise<void>;
  /** Everything durable, compacted and projected: the document may leave memory. Throws otherwise. */
  readonly settle: () => Promise<void>;
  /** Whether an update of so many bytes still fits. */
  readonly hasRoomFor: (bytes: number) => boolean;
  readonly close: () => void;
}

export interface OpenOptions {
  readonly db: Database;
  readonly key: DocumentKey;
  readonly document: Document;
  readonly bus: Bus;
  readonly log: Logger;
  /** The document was removed from the database. */
  readonly onGone: () => void;
  /** A failure is over: whoever waited to unload may try again. */
  readonly onRecovered: () => void;
}

/** Loads the journal into Hocuspocus's document and follows it from there. Throws `not_found`. */
export async function openDocument({ db, key, document, bus, log, ...events }: OpenOptions): Promise<OpenDocument> {
  const scope = { workspaceId: key.workspaceId };
  const stored = await withTenant(db, scope, (tx) => readDocument(tx, key, null));
  if (stored === null) throw new AppError("not_found", "There is no such workflow.");
  Y.transact(document, () => applyAll(document, stored.updates), fromJournal);

  const reader = createGraphReader(document);
  const load = crypto.randomUUID().slice(0, 8);
  const greeted = new Set<DocumentConnection>();
  let changes = 0;
  let projected = 0;
  let isClosed = false;
  let bytes = stored.updates.reduce((sum, update) => sum + update.byteLength, 0);

  const journal = createJournal({
    db,
    key,
    doc: document,
    lastSeq: stored.lastSeq,
    entries: stored.entries,
    log,
    listener: {
      saved: (committed) => {
        document.broadcastStateless(savedMessage(committed), (connection) => !greeted.has(connection));
        if (greeted.size > 0 && journal.isClean()) greetAll();
        events.onRecovered();
        sharing.changed(journal.lastSeq());
      },
      failed: () => document.broadcastStateless(saveFailedMessage),
      gone: events.onGone,
    },
  });

  /** The first word on a connection covers everything: only when nothing waits is the document what the journal has. */
  function greetAll(): void {
    const message = savedMessage({
      stateVector: Y.encodeStateVector(document),
      deletions: Y.snapshot(document).ds,
    });
    for (const connection of greeted) connection.sendStateless(message);
    greeted.clear();
  }

  const onUpdate = (update: Uint8Array, origin: unknown) => {
    changes += 1;
    bytes += update.byteLength;
    if (origin !== fromJournal) journal.append({ update, profileId: editorOf(origin) });
  };
  document.on("update", onUpdate);
  const sharing = shareDocument({ bus, document, onChanged: (seq) => void journal.pull(seq) });

  const save = async () => {
    if (!(await journal.drain())) throw new AppError("unavailable", "The change is not saved yet. Please try again.");
  };
  const project = async () => {
    if (projected === changes) return;
    const at = changes;
    const { graph } = reader.read();
    await withTenant(db, scope, (tx) => writeProjection(tx, key, graph));
    projected = at;
  };

  return {
    key,
    view: reader.read,
    revision: () => (changes === 0 ? `j${stored.lastSeq}` : `j${stored.lastSeq}.${load}.${changes}`),
    save,
    lastSeq: journal.lastSeq,
    pull: journal.pull,
    greet: (connection) => {
      if (journal.hasFailed()) connection.sendStateless(saveFailedMessage);
      greeted.add(connection);
      if (journal.isClean()) greetAll();
    },
    project,
    settle: async () => {
      await save();
      await project();
      await journal.compact();
    },
    hasRoomFor: (more) => {
      if (bytes + more <= documentLimits.document) return true;
      // The sum counts what was overwritten since; the state itself may be smaller.
      bytes = Y.encodeStateAsUpdate(document).byteLength;
      return bytes + more <= documentLimits.document;
    },
    close: () => {
      if (isClosed) return;
      isClosed = true;
      document.off("update", onUpdate);
      sharing.close();
      reader.close();
      journal.close();
      greeted.clear();
    },
  };
}

function applyAll(document: Y.Doc, updates: readonly Uint8Array[]): void {
  for (const update of updates) Y.applyUpdate(document, update, fromJournal);
}
