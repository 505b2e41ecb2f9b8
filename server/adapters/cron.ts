import { CronExpressionParser } from "cron-parser";
import { AppError } from "#src/errors.ts";

export interface Recurrence {
  readonly cron: string;
  readonly timezone: string;
}

/** The first time after `after` (epoch milliseconds) that fits; null when none ever does. Errors: bad_request, naming what is wrong. */
export function nextTime({ cron, timezone }: Recurrence, after: number): number | null {
  const fields = cron.trim().split(/\s+/);
  if (fields.length !== 5) throw notCron(cron);
  // Jenkins' H: the library would choose another minute each time it is asked.
  if (fields.some((field) => /(?:^|,)H/i.test(field))) throw notCron(cron, new Error("H is no fixed time"));
  requireTimezone(timezone);
  let times: ReturnType<typeof CronExpressionParser.parse>;
  try {
    times = CronExpressionParser.parse(cron, { tz: timezone, currentDate: new Date(after) });
  } catch (cause) {
    throw notCron(cron, cause);
  }
  try {
    return times.next().getTime();
  } catch {
    return null; // the 30th of February
  }
}

/** The first `count` times after `after` (epoch milliseconds), fewer when no more fit. Errors: as of `nextTime`. */
export function nextTimes(recurrence: Recurrence, after: number, count: number): number[] {
  const times: number[] = [];
  let last = after;
  while (times.length < count) {
    const next = nextTime(recurrence, last);
    if (next === null) break;
    times.push(next);
    last = next;
  }
  return times;
}

function notCron(cron: string, cause?: unknown): AppError {
  const reason = cause instanceof Error ? ` (${cause.message})` : "";
  const message = `"${cron}" is no cron line: it needs five fields, as in "30 8 * * 1-5" (minute, hour, day, month, weekday)${reason}.`;
  return new AppError("bad_request", message, { detail: { field: "cron" }, cause });
}

function requireTimezone(timezone: string): void {
  try {
    new Intl.DateTimeFormat("en", { timeZone: timezone });
  } catch (cause) {
    const message = `"${timezone}" is no time zone that is known here. Use a name such as Europe/Berlin or UTC.`;
    throw new AppError("bad_request", message, { detail: { field: "timezone" }, cause });
  }
}
