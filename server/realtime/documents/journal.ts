import * as Y from "yjs";
import type { JournalEntry } from "#db/queries/documents.ts";
import type { ProfileId } from "#src/ids.ts";
import { createTail, type TailOptions } from "./journalTail.ts";

/** What a commit made durable. */
export interface Committed {
  readonly stateVector: Uint8Array;
  readonly deletions: Y.Snapshot["ds"];
}

export interface JournalListener {
  readonly saved: (committed: Committed) => void;
  /** The first failure of a row of failures. Trying goes on. */
  readonly failed: () => void;
  /** The document was removed from the database; nothing can be saved any more. */
  readonly gone: () => void;
}

/** The durable tail of one loaded document. */
export interface Journal {
  readonly append: (entry: JournalEntry) => void;
  /** Writes everything appended so far. True when it is committed; false when the database did not take it (yet). */
  readonly drain: () => Promise<boolean>;
  /** The journal's last number that the document has. */
  readonly lastSeq: () => number;
  /** Takes in what others wrote, when the journal has come to `seq` as somebody says. Never throws: it is tried again later. */
  readonly pull: (seq: number) => Promise<void>;
  /** True when nothing waits for a commit. */
  readonly isClean: () => boolean;
  readonly hasFailed: () => boolean;
  /** Sums the journal up in a snapshot, if it has entries. Only when clean. */
  readonly compact: () => Promise<void>;
  readonly close: () => void;
}

export interface JournalOptions extends TailOptions {
  readonly listener: JournalListener;
}

interface Batch {
  readonly entries: readonly JournalEntry[];
  readonly committed: Committed;
}

const firstRetryMs = 250;
const longestRetryMs = 5_000;

/**
 * Updates of one tick become one transaction; while it runs the next ones gather. The journal's number is checked with every
 * commit: when another process wrote in between, its entries are taken in first, so two processes merge instead of forking.
 */
export function createJournal(options: JournalOptions): Journal {
  const { key, doc, listener, log } = options;
  const tail = createTail(options);
  let pending: JournalEntry[] = [];
  let unsent: Batch | null = null;
  /** Where others have brought the journal, by hearsay. */
  let wanted = 0;
  let running: Promise<boolean> | null = null;
  let failures = 0;
  let timer: ReturnType<typeof setTimeout> | null = null;
  let isScheduled = false;
  let isClosed = false;

  const drain = (): Promise<boolean> => {
    running ??= writeAll().finally(() => {
      running = null;
    });
    return running;
  };

  async function writeAll(): Promise<boolean> {
    while (!isClosed && (wanted > tail.lastSeq() || unsent !== null || pending.length > 0)) {
      if (wanted > tail.lastSeq()) {
        if (!(await takeIn())) return false;
        continue;
      }
      unsent ??= takeBatch();
      try {
        if (!(await tail.append(unsent.entries))) {
          giveUp();
          return false;
        }
      } catch (error) {
        fail(error);
        return false;
      }
      const { committed } = unsent;
      unsent = null;
      failures = 0;
      listener.saved(committed);
    }
    return !isClosed;
  }

  /** False when the document is gone. What cannot be read now is read with the next commit, or when somebody says it again. */
  async function takeIn(): Promise<boolean> {
    wanted = 0;
    try {
      if (await tail.catchUp()) return true;
      giveUp();
      return false;
    } catch (err) {
      log.debug({ workflowId: key.workflowId, err }, "document not caught up");
      return true;
    }
  }

  /** Everything that waits, and at the same moment what the document then says. */
  function takeBatch(): Batch {
    const entries = joinNeighbours(pending);
    pending = [];
    const deletions = Y.mergeDeleteSets(entries.map(({ update }) => Y.decodeUpdate(update).ds));
    return { entries, committed: { stateVector: Y.encodeStateVector(doc), deletions } };
  }

  function fail(error: unknown): void {
    failures += 1;
    log.error({ workflowId: key.workflowId, failures, err: error }, "document not saved");
    if (failures === 1) listener.failed();
    const delay = Math.min(longestRetryMs, firstRetryMs * 2 ** Math.min(failures - 1, 10));
    if (timer) clearTimeout(timer);
    if (!isClosed) timer = setTimeout(() => void drain(), delay);
  }

  function giveUp(): void {
    log.warn({ workflowId: key.workflowId }, "document is gone");
    pending = [];
    unsent = null;
    isClosed = true;
    listener.gone();
  }

  return {
    append: (entry) => {
      if (isClosed) return;
      pending.push(entry);
      if (isScheduled || failures > 0) return;
      isScheduled = true;
      setImmediate(() => {
        isScheduled = false;
        void drain();
      });
    },
    drain,
    lastSeq: tail.lastSeq,
    pull: async (seq) => {
      wanted = Math.max(wanted, seq);
      while (!isClosed && wanted > tail.lastSeq()) await drain();
    },
    isClean: () => unsent === null && pending.length === 0,
    hasFailed: () => failures > 0,
    compact: async () => {
      if (!isClosed) await tail.compact();
    },
    close: () => {
      isClosed = true;
      if (timer) clearTimeout(timer);
    },
  };
}

/** Entries of one person that follow each other, as one. */
function joinNeighbours(entries: readonly JournalEntry[]): JournalEntry[] {
  const runs: { profileId: ProfileId | null; updates: Uint8Array[] }[] = [];
  for (const { profileId, update } of entries) {
    const last = runs.at(-1);
    if (last && last.profileId === profileId) last.updates.push(update);
    else runs.push({ profileId, updates: [update] });
  }
  return runs.map(({ profileId, updates: [first, ...rest] }) => ({
    profileId,
    update: first !== undefined && rest.length === 0 ? first : Y.mergeUpdates(first ? [first, ...rest] : rest),
  }));
}
