/** "Mon, Nov 23, 09:00", here or in `timezone`; with the year when it is another than now's. */
export function showWhen(at: number, now: number, timezone?: string): string {
  const isOtherYear = new Date(at).getFullYear() !== new Date(now).getFullYear();
  return new Intl.DateTimeFormat(undefined, {
    weekday: "short",
    month: "short",
    day: "numeric",
    hour: "2-digit",
    minute: "2-digit",
    ...(isOtherYear ? { year: "numeric" } : {}),
    ...(timezone === undefined ? {} : { timeZone: timezone }),
  }).format(at);
}

/** The moment to the second with the name of the zone. */
export const showExactly = (at: number, timezone: string): string =>
  new Intl.DateTimeFormat(undefined, { dateStyle: "full", timeStyle: "long", timeZone: timezone }).format(at);

/** The exact moment, here and where the schedule counts: for a tooltip. */
export function exactly(at: number, timezone: string, here: string): string {
  const there = timezone === here ? "" : ` (${showExactly(at, timezone)} in ${timezone})`;
  return `${showExactly(at, here)}${there}`;
}

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

/** "due", "in 5m", "in 3h", "in 12d". */
export function showUntil(at: number, now: number): string {
  const ahead = at - now;
  if (ahead <= 0) return "due";
  if (ahead < hour) return `in ${Math.ceil(ahead / minute)}m`;
  if (ahead < 2 * day) return `in ${Math.round(ahead / hour)}h`;
  return `in ${Math.floor(ahead / day)}d`;
}
