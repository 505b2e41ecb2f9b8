/** A pool that answered lately is given up on the first silence, but not more often than this. */
const betweenMs = 10_000;
/** One that has never answered is left alone for longer: a database that is away is not helped by more connections. */
const patienceMs = 60_000;

export interface RenewedPool<Pool> {
  /** What to ask now. */
  current(): Pool;
  /** Tells of something that was asked of `pool`: whether the answer came in time. */
  note(pool: Pool, isInTime: boolean): void;
  close(): Promise<void>;
}

/**
 * Replaces a pool of connections that says nothing any more. postgres.js 3.4 can lose a connection for good when its socket closes
 * between a query and the tick that writes it (github.com/porsager/postgres/issues/1208): it never writes on that connection again,
 * every statement that is given to it waits for ever, and so in the end does the whole pool. A network that swallows everything looks
 * the same from here and is helped by new connections too.
 */
export function renewedPool<Pool>(open: () => Pool, end: (pool: Pool) => Promise<void>): RenewedPool<Pool> {
  let pool = open();
  let openedAt = performance.now();
  let hasAnswered = true;
  const ending = new Set<Promise<void>>();

  function giveUp(silent: Pool): void {
    // What is under way on its sound connections may still end there.
    const ended = end(silent)
      .catch(() => {})
      .finally(() => ending.delete(ended));
    ending.add(ended);
  }
  return {
    current: () => pool,
    note(asked, isInTime) {
      if (asked !== pool) return;
      if (isInTime) {
        hasAnswered = true;
        return;
      }
      const age = performance.now() - openedAt;
      if (age < (hasAnswered ? betweenMs : patienceMs)) return;
      pool = open();
      openedAt = performance.now();
      hasAnswered = false;
      giveUp(asked);
    },
    async close() {
      await Promise.all([end(pool), ...ending]);
    },
  };
}
