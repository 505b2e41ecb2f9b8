/**
 * Whether this is what postgres.js 3.4 throws from a timer of its own, where nobody can catch it, when a connection closes between a
 * query and the tick that writes it, or a transaction goes on after its connection closed (github.com/porsager/postgres/issues/1208).
 * The statement fails for want of an answer, the connection is given up with its pool (`renewedPool.ts`), and the process can go on.
 */
export const isLostWrite = (error: unknown): boolean =>
  error instanceof TypeError && /socket\.write|'write'/.test(error.message) && /\bnextWrite\b/.test(error.stack ?? "");
