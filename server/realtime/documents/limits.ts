/** What one editor and one document may cost. Bytes, unless the name says otherwise. */
export const documentLimits = {
  /** One message on a socket; a whole document of a fresh copy must fit. */
  message: 8_000_000,
  /** One Yjs update. */
  update: 4_000_000,
  /** A document's encoded state. */
  document: 32_000_000,
  /** One awareness message. */
  presence: 16_000,
  /** Awareness messages a second that go on to others; what is beyond is dropped. */
  presencePerSecond: 30,
  /** Other messages a second, on average and at once; beyond that the socket is closed. */
  messagesPerSecond: 100,
  messageBurst: 2_000,
  /** Sockets on one document. */
  connections: 50,
  /** Entries of a journal before a snapshot sums them up. */
  journalEntries: 200,
} as const;

/** A bucket that fills with time; `take` says whether there was one left. */
export function createBucket(perSecond: number, burst: number): { take: () => boolean } {
  let left = burst;
  let filledAt = performance.now();
  return {
    take: () => {
      const now = performance.now();
      left = Math.min(burst, left + ((now - filledAt) / 1000) * perSecond);
      filledAt = now;
      if (left < 1) return false;
      left -= 1;
      return true;
    },
  };
}
