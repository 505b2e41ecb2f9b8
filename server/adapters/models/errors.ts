import { AppError, type ErrorCode } from "#src/errors.ts";

/** What of a provider's error decides. `status` is undefined for errors inside a stream and for connections that failed. */
export interface ProviderFailure {
  readonly provider: string;
  readonly status: number | undefined;
  /** The provider's own name of the error. */
  readonly type: string;
  readonly message: string;
  readonly headers: Headers | undefined;
  /** Never shown, in whole or in part. */
  readonly key: string | null;
}

function codeOf({ status, type }: ProviderFailure): ErrorCode {
  // Money is spent, not time: waiting does not help.
  if (type === "insufficient_quota" || status === 402) return "model_rejected";
  if (status === 401 || status === 403 || type === "authentication_error" || type === "permission_error")
    return "model_unauthorized";
  if (status === 429 || type === "rate_limit_error" || type === "rate_limit_exceeded") return "model_rate_limited";
  if (status === 408 || status === 409 || status === 425) return "model_unavailable";
  if (status !== undefined && status >= 400 && status < 500) return "model_rejected";
  if (type === "invalid_request_error" || type === "not_found_error") return "model_rejected";
  return "model_unavailable";
}

/** Milliseconds until the earliest useful retry, by `retry-after-ms` or `retry-after` (seconds or a date). */
export function retryAfterMs(headers: Headers | undefined, now: number): number | undefined {
  const exact = Number(headers?.get("retry-after-ms") ?? Number.NaN);
  if (Number.isFinite(exact) && exact >= 0) return exact;
  const after = headers?.get("retry-after") ?? "";
  if (after === "") return undefined;
  const seconds = Number(after);
  const ms = Number.isFinite(seconds) ? seconds * 1_000 : Date.parse(after) - now;
  return Number.isFinite(ms) ? Math.max(0, ms) : undefined;
}

/** The provider's words without anything that looks like a key. */
function shown(message: string, key: string | null): string {
  const withoutKey = key === null || key === "" ? message : message.replaceAll(key, "[hidden]");
  return withoutKey
    .replace(/\b(?:sk|pk|key)-[\w*.-]{6,}/gi, "[hidden]")
    .replace(/\bBearer\s+\S+/gi, "[hidden]")
    .replace(/^\d{3} /, "")
    .slice(0, 300);
}

/** A provider's failure as ours. The message is for the person who must act; the original is not kept, it may hold a key. */
export function toModelError(failure: ProviderFailure, now: number): AppError {
  const { provider } = failure;
  const code = codeOf(failure);
  const said = shown(failure.message, failure.key);
  const wait = retryAfterMs(failure.headers, now);
  const options = {
    ...(wait === undefined ? {} : { retryAfterMs: wait }),
    detail: { provider, ...(failure.status === undefined ? {} : { status: failure.status }) },
  };
  if (code === "model_unauthorized")
    return new AppError(code, `${provider} refused the key. The operator must set a valid one.`, options);
  if (code === "model_rate_limited") return new AppError(code, `${provider} asks to wait: too many requests.`, options);
  if (code === "model_rejected") return new AppError(code, `${provider} rejected the request: ${said}`, options);
  const status = failure.status === undefined ? "cannot be reached or broke off" : `answered ${failure.status}`;
  return new AppError("model_unavailable", `${provider} ${status}.`, options);
}

export function cutError(provider: string): AppError {
  return new AppError("model_stream_cut", `${provider}'s answer broke off before its end.`, { detail: { provider } });
}

export function notConfiguredError(provider: string, remedy: string): AppError {
  return new AppError(
    "model_not_configured",
    `${provider} is not set up here. ${remedy} The offline model works without a key.`,
    {
      detail: { provider },
    },
  );
}
