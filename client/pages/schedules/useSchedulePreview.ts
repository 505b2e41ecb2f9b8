import { useSettled } from "#client/hooks/useSettled.ts";
import { type ClientError, readError, trpc } from "#client/trpc.ts";
import type { ReadRecurrence } from "./recurrence.ts";

/** Long enough to type a letter, short enough to feel at once. */
const settleMs = 250;

export interface SchedulePreviewState {
  /** ISO 8601; undefined while the line is none. */
  readonly times: readonly string[] | undefined;
  /** They are of what stood there a moment ago. */
  readonly isOld: boolean;
  readonly error: ClientError | null;
}

/** The next times of a line in a zone, as the server that will start them reckons: with its parser and its time zones. */
export function useSchedulePreview(read: ReadRecurrence, timezone: string): SchedulePreviewState {
  const cron = "cron" in read ? read.cron : "";
  const settledCron = useSettled(cron, settleMs);
  const preview = trpc.schedules.preview.useQuery(
    { cron: settledCron, timezone },
    { enabled: settledCron !== "", placeholderData: (before) => before, staleTime: 30_000, refetchInterval: 60_000 },
  );
  const isAsked = cron !== "" && settledCron !== "";
  return {
    times: isAsked && !preview.isError ? preview.data?.nextRuns : undefined,
    isOld: cron !== settledCron || preview.isPlaceholderData,
    error: isAsked && cron === settledCron && preview.isError ? readError(preview.error) : null,
  };
}
