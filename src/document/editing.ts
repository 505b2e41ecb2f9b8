import type * as Y from "yjs";
import type { Catalogue } from "../agents/catalogue.ts";

/** Everything a command needs. One per person and open document; commands are functions `(editing, what)`. */
export interface Editing {
  readonly doc: Y.Doc;
  /** Marks this person's transactions: undo takes back only these. Any object, the same for the whole visit. */
  readonly origin: object;
  /** Mints ids of nodes, edges and notes: `[A-Za-z0-9_-]`, at most 40 characters, never the same twice. */
  readonly newId: () => string;
  /** Which config fields are shared text, which ports take several edges. */
  readonly catalogue: Catalogue;
}

export interface EditOptions {
  /** What undo calls it: "Undo move". */
  readonly label: string;
  /** Edits of one group that follow each other within half a second are undone together (a drag, a slider). */
  readonly group?: string;
}

const labelKey = "agentflow:label";
const groupKey = "agentflow:group";

/** One change of the document: one transaction, one update on the wire, one step of undo. */
export function edit<Result>(
  editing: Pick<Editing, "doc" | "origin">,
  options: EditOptions,
  change: () => Result,
): Result {
  return editing.doc.transact((transaction) => {
    // Inside another edit it is a part of that one, which has its name.
    if (!transaction.meta.has(labelKey)) {
      transaction.meta.set(labelKey, options.label);
      transaction.meta.set(groupKey, options.group ?? transaction);
    }
    return change();
  }, editing.origin);
}

export const labelOf = (transaction: Y.Transaction): string =>
  (transaction.meta.get(labelKey) as string | undefined) ?? "typing";

/** Transactions made outside `edit` (a text editor's binding) are one group. */
export const groupOf = (transaction: Y.Transaction): unknown => transaction.meta.get(groupKey) ?? "typing";
