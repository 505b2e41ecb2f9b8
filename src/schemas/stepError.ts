import { z } from "zod";
import { type AppError, type ErrorCode, errorTable } from "../errors.ts";
import { jsonObject } from "../json.ts";

const errorCodes = Object.keys(errorTable) as [ErrorCode, ...ErrorCode[]];

/** An error as it is kept in an event and shown to a person. */
export const stepError = z.strictObject({
  code: z.enum(errorCodes),
  message: z.string(),
  retryable: z.boolean(),
  /** Earliest useful retry, in milliseconds after the failure. */
  retryAfterMs: z.number().optional(),
  /** The step at fault, where an execution's error comes from one. */
  stepKey: z.string().optional(),
  detail: jsonObject.optional(),
});
export type StepError = z.infer<typeof stepError>;

export function toStepError(error: AppError): StepError {
  return {
    code: error.code,
    message: error.message,
    retryable: error.retryable,
    ...(error.retryAfterMs === undefined ? {} : { retryAfterMs: error.retryAfterMs }),
    ...(error.detail === undefined ? {} : { detail: error.detail }),
  };
}
