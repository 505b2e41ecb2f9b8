import type { JsonObject } from "./json.ts";

/**
 * The closed table of everything that can go wrong where a person or a client must be told.
 * `http` is the status at the HTTP edge; `retryable` says whether the same request may succeed later unchanged.
 */
export const errorTable = {
  bad_request: { http: 400, retryable: false },
  unauthenticated: { http: 401, retryable: false },
  forbidden: { http: 403, retryable: false },
  not_found: { http: 404, retryable: false },
  conflict: { http: 409, retryable: false },
  /** An Idempotency-Key came again with another request. */
  idempotency_key_reused: { http: 422, retryable: false },
  payload_too_large: { http: 413, retryable: false },
  invalid_graph: { http: 422, retryable: false },
  rate_limited: { http: 429, retryable: true },
  internal: { http: 500, retryable: false },
  unavailable: { http: 503, retryable: true },
  // Why a step or an execution failed. They travel in events, never as an HTTP status of their own.
  input_invalid: { http: 422, retryable: false },
  output_invalid: { http: 422, retryable: false },
  config_invalid: { http: 422, retryable: false },
  expression_failed: { http: 422, retryable: false },
  expression_limit: { http: 422, retryable: false },
  unsupported_language: { http: 422, retryable: false },
  output_too_large: { http: 422, retryable: false },
  step_timeout: { http: 422, retryable: true },
  execution_timeout: { http: 422, retryable: false },
  too_many_recoveries: { http: 422, retryable: false },
  iteration_limit: { http: 422, retryable: false },
  model_unauthorized: { http: 422, retryable: false },
  model_rejected: { http: 422, retryable: false },
  model_rate_limited: { http: 422, retryable: true },
  model_unavailable: { http: 422, retryable: true },
  model_stream_cut: { http: 422, retryable: true },
  model_not_configured: { http: 422, retryable: false },
  cancelled: { http: 409, retryable: false },
  lease_lost: { http: 409, retryable: false },
  /** A newer release wrote events that this one does not know. */
  history_unreadable: { http: 409, retryable: false },
  /** A step of the workflow says so: stop and error. */
  stopped: { http: 422, retryable: false },
  agent_failed: { http: 422, retryable: false },
} as const satisfies Record<string, { http: number; retryable: boolean }>;

export type ErrorCode = keyof typeof errorTable;

export interface AppErrorOptions {
  /** Where it is wrong and what was expected; goes to the client as it is, so never a secret, SQL or a stack. */
  readonly detail?: JsonObject;
  /** Earliest useful retry, in milliseconds from now (a model's Retry-After). */
  readonly retryAfterMs?: number;
  readonly cause?: unknown;
}

/** The one error class. `message` is for the person who must act. */
export class AppError extends Error {
  override readonly name = "AppError";
  readonly code: ErrorCode;
  readonly detail: JsonObject | undefined;
  readonly retryAfterMs: number | undefined;

  constructor(code: ErrorCode, message: string, options: AppErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.detail = options.detail;
    this.retryAfterMs = options.retryAfterMs;
  }

  get retryable(): boolean {
    return errorTable[this.code].retryable;
  }
}

/** Any thrown thing as an AppError. An unknown error becomes `fallback`, its text kept only as the cause. */
export function toAppError(
  error: unknown,
  fallback: ErrorCode = "internal",
  message = "Something went wrong on our side.",
): AppError {
  return error instanceof AppError ? error : new AppError(fallback, message, { cause: error });
}

export function assertNever(value: never): never {
  throw new AppError("internal", `Unhandled case: ${JSON.stringify(value)}`);
}
