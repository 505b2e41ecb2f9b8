import * as Y from "yjs";
import { type Editing, groupOf, labelOf } from "./editing.ts";
import { documentMaps } from "./model.ts";

/** One person's undo: takes back only what was changed under their `origin`, and never overwrites what others did since. */
export interface Undo {
  readonly undo: () => void;
  readonly redo: () => void;
  /** What the next undo takes back ("move"), null when there is nothing. */
  readonly undoLabel: () => string | null;
  readonly redoLabel: () => string | null;
  /** Ends the present group: the next edit is a step of its own (call it when a drag ends or a field is left). */
  readonly endGroup: () => void;
  readonly subscribe: (listener: () => void) => () => void;
  readonly close: () => void;
}

const labelKey = "label";

/** Edits of one group less than this many milliseconds apart are one step. */
const groupWindow = 500;

export function createUndo({ doc, origin }: Pick<Editing, "doc" | "origin">): Undo {
  const { nodes, edges, notes, settings } = documentMaps(doc);
  const listeners = new Set<() => void>();
  let lastGroup: unknown;
  const own = new Y.UndoManager([nodes, edges, notes, settings], {
    trackedOrigins: new Set([origin]),
    captureTimeout: groupWindow,
    captureTransaction: (transaction) => {
      if (transaction.origin === origin && groupOf(transaction) !== lastGroup) {
        own.stopCapturing();
        lastGroup = groupOf(transaction);
      }
      return true;
    },
  });

  // Runs after the manager's own handler: the step of this transaction is on top of the stack by now.
  const label = (transaction: Y.Transaction) => {
    if (transaction.origin !== origin || transaction.changed.size === 0) return;
    own.undoStack.at(-1)?.meta.set(labelKey, labelOf(transaction));
  };
  doc.on("afterTransaction", label);
  const notify = () => {
    for (const listener of [...listeners]) listener();
  };
  own.on("stack-item-added", notify);
  own.on("stack-item-popped", notify);
  own.on("stack-cleared", notify);

  const step = (from: Y.UndoManager["undoStack"], to: () => Y.UndoManager["undoStack"], act: () => void) => {
    const name = from.at(-1)?.meta.get(labelKey) as string | undefined;
    act();
    lastGroup = undefined;
    own.stopCapturing();
    if (name !== undefined) to().at(-1)?.meta.set(labelKey, name);
    notify();
  };
  const nameOf = (stack: Y.UndoManager["undoStack"]): string | null => {
    const top = stack.at(-1);
    return top === undefined ? null : ((top.meta.get(labelKey) as string | undefined) ?? "typing");
  };

  return {
    undo: () =>
      step(
        own.undoStack,
        () => own.redoStack,
        () => own.undo(),
      ),
    redo: () =>
      step(
        own.redoStack,
        () => own.undoStack,
        () => own.redo(),
      ),
    undoLabel: () => nameOf(own.undoStack),
    redoLabel: () => nameOf(own.redoStack),
    endGroup: () => own.stopCapturing(),
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    close: () => {
      doc.off("afterTransaction", label);
      own.destroy();
      listeners.clear();
    },
  };
}
