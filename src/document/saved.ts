import * as Y from "yjs";

/** Whether one's own edits are in the journal. `waiting` counts them: 0 exactly when everything is. */
export interface SaveState {
  readonly saved: boolean;
  readonly waiting: number;
}

/** What the server has committed, as its `saved` message says it (see messages.ts). */
export interface Saved {
  /** An encoded state vector: everything inserted that is in the journal. */
  readonly stateVector: Uint8Array;
  /** An encoded snapshot's delete set: deletions that are in the journal. They move no clock, so the vector cannot show them. */
  readonly deletions: Uint8Array;
}

/** Follows the edits made in this copy of a document until the server says that they are saved. */
export interface SaveTracker {
  readonly confirm: (saved: Saved) => void;
  readonly state: () => SaveState;
  readonly subscribe: (listener: () => void) => () => void;
  readonly close: () => void;
}

interface Range {
  readonly clock: number;
  readonly len: number;
}

/** One local transaction that is not confirmed yet. */
interface Waiting {
  readonly client: number;
  /** Saved when the server's clock of `client` has come this far. */
  readonly clock: number;
  readonly deletions: Map<number, readonly Range[]>;
}

export function createSaveTracker(doc: Y.Doc): SaveTracker {
  let waiting: Waiting[] = [];
  let state: SaveState = { saved: true, waiting: 0 };
  const listeners = new Set<() => void>();
  const publish = () => {
    if (state.waiting === waiting.length) return;
    state = { saved: waiting.length === 0, waiting: waiting.length };
    for (const listener of [...listeners]) listener();
  };

  const follow = (transaction: Y.Transaction) => {
    if (!transaction.local) return;
    const client = doc.clientID;
    const clock = transaction.afterState.get(client) ?? 0;
    const inserted = clock > (transaction.beforeState.get(client) ?? 0);
    const deletions = new Map<number, readonly Range[]>(transaction.deleteSet.clients);
    if (!inserted && deletions.size === 0) return;
    waiting.push({ client, clock: inserted ? clock : 0, deletions });
    publish();
  };
  doc.on("afterTransaction", follow);

  return {
    confirm: ({ stateVector, deletions }) => {
      const clocks = Y.decodeStateVector(stateVector);
      const deleted = Y.decodeSnapshot(deletions).ds.clients;
      waiting = waiting.filter((edit) => {
        for (const [client, ranges] of edit.deletions) {
          const left = without(ranges, deleted.get(client) ?? []);
          if (left.length === 0) edit.deletions.delete(client);
          else edit.deletions.set(client, left);
        }
        return edit.deletions.size > 0 || (clocks.get(edit.client) ?? 0) < edit.clock;
      });
      publish();
    },
    state: () => state,
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    close: () => {
      doc.off("afterTransaction", follow);
      listeners.clear();
    },
  };
}

/** The parts of `ranges` that no range of `covers` covers. */
function without(ranges: readonly Range[], covers: readonly Range[]): Range[] {
  let left: Range[] = [...ranges];
  for (const cover of covers) {
    const end = cover.clock + cover.len;
    left = left.flatMap((range) => {
      const rangeEnd = range.clock + range.len;
      if (end <= range.clock || rangeEnd <= cover.clock) return [range];
      return [
        { clock: range.clock, len: cover.clock - range.clock },
        { clock: end, len: rangeEnd - end },
      ].filter(({ len }) => len > 0);
    });
  }
  return left;
}
