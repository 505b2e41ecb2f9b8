import { AsyncLocalStorage } from "node:async_hooks";
import { AppError } from "#src/errors.ts";

const open = new AsyncLocalStorage<{ isOpen: boolean }>();

/**
 * Throws where a door is opened inside another door's transaction. On the embedded database the inner one would wait for ever
 * for the only connection, on a pool only when it runs dry: refused on both, so that no test misses it.
 */
export function refuseInsideTransaction(): void {
  if (open.getStore()?.isOpen)
    throw new AppError("internal", "A transaction was open, and another door to the database was opened inside it.");
}

/** Runs `work` as the inside of a transaction. What it starts without waiting for is free again when the transaction ends. */
export async function insideTransaction<Result>(work: () => Promise<Result>): Promise<Result> {
  const state = { isOpen: true };
  try {
    return await open.run(state, work);
  } finally {
    state.isOpen = false;
  }
}
