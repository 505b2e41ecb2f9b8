import { z } from "zod";
import { jsonObject } from "../json.ts";
import { principal } from "./principal.ts";

/** Every mutation leaves one entry; `action` is the procedure's own name. */
export const auditEntry = z.strictObject({
  id: z.string(),
  action: z.string(),
  by: principal,
  /** Id of what was changed, where there is one. */
  target: z.string().nullable(),
  detail: jsonObject,
  createdAt: z.iso.datetime({ offset: true }),
});
export type AuditEntry = z.infer<typeof auditEntry>;
