import * as Y from "yjs";
import type { DocumentMessage } from "#src/document/messages.ts";
import type { Committed } from "./journal.ts";

const write = (message: DocumentMessage): string => JSON.stringify(message);
const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString("base64");

/** What is in the journal: a state vector, and deletions as a snapshot without one. */
export function savedMessage({ stateVector, deletions }: Committed): string {
  return write({
    type: "saved",
    stateVector: base64(stateVector),
    deletions: base64(Y.encodeSnapshot(Y.createSnapshot(deletions, new Map()))),
  });
}

export const saveFailedMessage = write({
  type: "save_failed",
  message: "The database is not answering. Your edits are kept here and saved as soon as it does.",
});

export const refusedMessage = (message: string): string => write({ type: "refused", message });
