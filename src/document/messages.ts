import { z } from "zod";

const base64 = z.string().regex(/^[A-Za-z0-9+/]*={0,2}$/);

/** What the server tells the editors of a document beside Yjs's own messages (Hocuspocus's stateless messages, as JSON). */
export const documentMessage = z.discriminatedUnion("type", [
  /**
   * In the journal, committed. `deletions` is an encoded Yjs snapshot with an empty state vector: what the commit deleted,
   * or, in the first message on a connection, everything deleted so far.
   */
  z.strictObject({ type: z.literal("saved"), stateVector: base64, deletions: base64 }),
  /** A commit failed and is tried again; edits are kept in memory until then. */
  z.strictObject({ type: z.literal("save_failed"), message: z.string() }),
  /** An update was refused: its sender's copy has parts that nobody else will see. The copy must be loaded anew. */
  z.strictObject({ type: z.literal("refused"), message: z.string() }),
]);
export type DocumentMessage = z.infer<typeof documentMessage>;

/** A message from the server, or null for one that this release does not know. */
export function readDocumentMessage(payload: string): DocumentMessage | null {
  try {
    const parsed = documentMessage.safeParse(JSON.parse(payload));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}
