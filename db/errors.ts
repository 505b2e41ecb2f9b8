import { AppError, type ErrorCode } from "#src/errors.ts";

/** SQLSTATE (or postgres.js's own code) of a thrown thing; Drizzle keeps it in the cause. */
export function sqlState(error: unknown): string | null {
  for (let current = error; current instanceof Error; current = current.cause) {
    if ("code" in current && typeof current.code === "string" && !(current instanceof AppError)) return current.code;
  }
  return null;
}

const busy = "The database is busy or away. Please try again in a moment.";
const known: Record<string, { code: ErrorCode; message: string }> = {
  "23505": { code: "conflict", message: "Something like this exists already." },
  "23503": { code: "conflict", message: "Something this belongs to is gone." },
  "40001": { code: "unavailable", message: busy },
  "40P01": { code: "unavailable", message: busy },
  "55P03": { code: "unavailable", message: busy },
  "57014": { code: "unavailable", message: busy },
  "22021": { code: "bad_request", message: "The text has characters that cannot be stored (U+0000)." },
  "22P05": { code: "bad_request", message: "The text has characters that cannot be stored (U+0000)." },
  "22P02": { code: "bad_request", message: "The text has characters that cannot be stored." },
};
/** Connection lost, refused or not to be had, server shutting down, out of slots, and postgres.js's and the network's names for these. */
const away =
  /^(08|57P|53|CONNECT|CONNECTION_|ECONN|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|ENOTFOUND|EAI_AGAIN|ERR_SOCKET_CLOSED|ERR_STREAM_)/;

/** Whether the connection broke, so that what was sent may or may not have been done. */
export function isConnectionLoss(error: unknown): boolean {
  const state = sqlState(error);
  return state !== null && away.test(state) && !state.startsWith("53");
}

/** Whether there was no answer in time: what was sent may still be done, and sending it again would wait as long. */
export function isWithoutAnswer(error: unknown): boolean {
  return sqlState(error) === "ETIMEDOUT";
}

/** Anything a database call throws as an AppError: no SQL reaches a client, the cause is kept for the log. */
export function toDatabaseError(error: unknown): AppError {
  if (error instanceof AppError) return error;
  const state = sqlState(error);
  const entry = state === null ? undefined : known[state];
  if (entry) return new AppError(entry.code, entry.message, { cause: error });
  if (state !== null && away.test(state)) return new AppError("unavailable", busy, { cause: error });
  return new AppError("internal", "Something went wrong on our side.", { cause: error });
}
