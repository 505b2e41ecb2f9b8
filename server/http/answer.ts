import type { Logger } from "pino";
import { answerOf, type ErrorAnswer, edgeError, httpStatusOf } from "#server/trpc/errors.ts";
import type { AppError } from "#src/errors.ts";

/** Errors of ours go to the log with their cause; what a client did wrong only when somebody looks closely. */
export function logError(log: Logger, error: AppError, place: { requestId: string; path?: string | undefined }): void {
  const record = { ...place, code: error.code, err: error.cause ?? error };
  if (error.code === "internal") log.error(record, error.message);
  else if (error.code === "unavailable") log.warn(record, error.message);
  else log.debug({ ...place, code: error.code }, error.message);
}

interface Failed {
  readonly requestId: string;
  readonly log: Logger;
  readonly path?: string;
}

/** After how long a client that was told nothing better may look whether what was away is back. */
const unavailableMs = 2_000;

function respond(cause: unknown, request: Failed, bodyOf: (answer: ErrorAnswer, status: number) => unknown): Response {
  const error = edgeError(cause);
  logError(request.log, error, { requestId: request.requestId, path: request.path });
  const headers = new Headers({ "cache-control": "no-store" });
  const status = httpStatusOf(error);
  const retryAfterMs = error.retryAfterMs ?? (status === 503 ? unavailableMs : undefined);
  if (retryAfterMs !== undefined) headers.set("retry-after", String(Math.ceil(retryAfterMs / 1_000)));
  return Response.json(bodyOf(answerOf(error, request.requestId), status), { status, headers });
}

/** The one shape of an error outside tRPC. */
export const errorResponse = (cause: unknown, request: Failed): Response =>
  respond(cause, request, (error) => ({ error }));

/** The same inside the envelope that a tRPC client reads, for what goes wrong before tRPC is asked. */
export const trpcErrorResponse = (cause: unknown, request: Failed): Response =>
  respond(cause, request, (answer, httpStatus) => ({
    error: { message: answer.message, code: httpStatus < 500 ? -32600 : -32603, data: { ...answer, httpStatus } },
  }));
