import { TRPCError } from "@trpc/server";
import { z } from "zod";
import { AppError, type ErrorCode, errorTable, toAppError } from "#src/errors.ts";
import type { JsonObject } from "#src/json.ts";

/** The one shape of an error at every edge. */
export interface ErrorAnswer {
  readonly code: ErrorCode;
  readonly message: string;
  readonly retryable: boolean;
  readonly detail?: JsonObject;
  readonly requestId: string;
}

const codeOfTrpc: Partial<Record<TRPCError["code"], ErrorCode>> = {
  PARSE_ERROR: "bad_request",
  BAD_REQUEST: "bad_request",
  UNAUTHORIZED: "unauthenticated",
  FORBIDDEN: "forbidden",
  NOT_FOUND: "not_found",
  METHOD_NOT_SUPPORTED: "bad_request",
  UNSUPPORTED_MEDIA_TYPE: "bad_request",
  PAYLOAD_TOO_LARGE: "payload_too_large",
  UNPROCESSABLE_CONTENT: "bad_request",
  TOO_MANY_REQUESTS: "rate_limited",
  CLIENT_CLOSED_REQUEST: "cancelled",
};

const issueLimit = 20;

function fromZod(error: z.core.$ZodError): AppError {
  const issues = error.issues
    .slice(0, issueLimit)
    .map((issue) => ({ path: issue.path.map(String).join("."), message: issue.message }));
  const first = issues[0];
  const message =
    first === undefined ? "The request does not fit." : `${first.path || "The request"}: ${first.message}`;
  return new AppError("bad_request", message, { detail: { issues } });
}

/** Any error that reaches an edge as an AppError: ours as it is, tRPC's and zod's by table, the rest as `internal`. */
export function edgeError(error: unknown): AppError {
  if (error instanceof AppError) return error;
  if (!(error instanceof TRPCError)) return toAppError(error);
  if (error.cause instanceof AppError) return error.cause;
  if (error.code === "BAD_REQUEST" && error.cause instanceof z.core.$ZodError) return fromZod(error.cause);
  const code = codeOfTrpc[error.code];
  if (code === undefined) return toAppError(error.cause ?? error);
  const message =
    error.code === "NOT_FOUND" ? "There is no such procedure." : error.message || "The request cannot be read.";
  return new AppError(code, message, { cause: error });
}

export function answerOf(error: AppError, requestId: string): ErrorAnswer {
  return {
    code: error.code,
    message: error.message,
    retryable: error.retryable,
    ...(error.detail === undefined ? {} : { detail: error.detail }),
    requestId,
  };
}

export const httpStatusOf = (error: AppError): number => errorTable[error.code].http;
