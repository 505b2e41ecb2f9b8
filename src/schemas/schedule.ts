import { z } from "zod";
import { executionId, scheduleId, workflowId } from "../ids.ts";
import { jsonValue } from "../json.ts";
import { executionStatus } from "./execution.ts";

/** Five fields: minute, hour, day of the month, month, day of the week. Whether they make sense is the server's to say. */
const cron = z.string().trim().min(1).max(200);
/** An IANA name, such as Europe/Berlin. */
const timezone = z.string().trim().min(1).max(100);
const name = z.string().trim().min(1).max(120);
const time = z.iso.datetime({ offset: true });

/** When a workflow starts by itself. */
export const schedule = z.strictObject({
  id: scheduleId,
  workflowId,
  name,
  cron,
  timezone,
  input: jsonValue.nullable(),
  enabled: z.boolean(),
  createdAt: time,
  updatedAt: time,
  /** Null while it is disabled, and when no further time fits. */
  nextRunAt: time.nullable(),
  /** The time that was last due, and what came of it: an execution, or the reason why there is none. */
  lastRunAt: time.nullable(),
  lastExecutionId: executionId.nullable(),
  /** How that execution stands; null when it has been removed. */
  lastStatus: executionStatus.nullable(),
  lastError: z.string().nullable(),
});
export type Schedule = z.infer<typeof schedule>;

export const scheduleCreate = z.strictObject({
  workflowId,
  name,
  cron,
  timezone: timezone.default("UTC"),
  input: jsonValue.nullable().default(null),
  enabled: z.boolean().default(true),
});

export const scheduleUpdate = z.strictObject({
  id: scheduleId,
  name: name.optional(),
  cron: cron.optional(),
  timezone: timezone.optional(),
  input: jsonValue.nullable().optional(),
  enabled: z.boolean().optional(),
});

/** What a cron line and a time zone come to. */
export const schedulePreviewRequest = z.strictObject({ cron, timezone: timezone.default("UTC") });
/** The next five times; fewer, or none, when no more fit. */
export const schedulePreview = z.strictObject({ nextRuns: z.array(time).max(5) });
export type SchedulePreview = z.infer<typeof schedulePreview>;
