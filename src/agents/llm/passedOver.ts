import { AppError, type ErrorCode } from "../../errors.ts";
import type { JsonValue } from "../../json.ts";
import type { ChatProvider } from "../chatModels.ts";
import { modelName } from "./names.ts";

/** A model of the chain, in the order they are asked. */
export interface Candidate {
  readonly provider: ChatProvider;
  readonly model: string;
}

/** A model that was asked and did not answer. */
export interface PassedOver {
  readonly candidate: Candidate;
  readonly error: AppError;
}

/** The next model may answer where this one did not. What a model rejects, the next would reject too, or should not be asked. */
const another: readonly ErrorCode[] = [
  "model_unavailable",
  "model_rate_limited",
  "model_unauthorized",
  "model_not_configured",
  "model_stream_cut",
];

/** Once a model has said something, its text is with whoever watches: then only another attempt can begin anew. */
export const goesOn = (error: unknown, hasSpoken: boolean): error is AppError =>
  error instanceof AppError && !hasSpoken && another.includes(error.code);

export const listed = (passed: readonly PassedOver[]): JsonValue =>
  passed.map(({ candidate, error }) => ({ provider: candidate.provider, model: candidate.model, code: error.code }));

/** Nobody answered. It may be tried again when any of them may answer later, as soon as the first of those asks for. */
export function noneAnswered(passed: readonly PassedOver[]): AppError {
  const [first] = passed;
  if (first === undefined) return new AppError("internal", "No model was asked.");
  if (passed.length === 1) return first.error;
  const later = passed.filter(({ error }) => error.retryable);
  const { error } = later[0] ?? first;
  const waits = later.flatMap((each) => each.error.retryAfterMs ?? []);
  const said = passed.map((each) => `${modelName(each.candidate)}: ${each.error.message}`).join(" ");
  return new AppError(error.code, `No model answered. ${said}`, {
    cause: error,
    detail: { models: listed(passed) },
    // One that names no time may answer at once.
    ...(waits.length > 0 && waits.length === later.length ? { retryAfterMs: Math.min(...waits) } : {}),
  });
}
