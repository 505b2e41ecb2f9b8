import { z } from "zod";
import { jsonObject } from "../json.ts";
import { principal } from "./principal.ts";

/** Who did what: one entry for every change that is not an execution (its own log says who started and cancelled it). */
export const auditEntry = z.strictObject({
  id: z.string(),
  /** `<aggregate>.<verb>`, e.g. `workflow.delete`. */
  action: z.string(),
  by: principal.nullable(),
  /** Id of what it was done to, where there is one. */
  subject: z.string().nullable(),
  detail: jsonObject,
  at: z.iso.datetime({ offset: true }),
});
export type AuditEntry = z.infer<typeof auditEntry>;
