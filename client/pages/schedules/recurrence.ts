import { assertNever } from "#src/errors.ts";
import { clock } from "./cronWords.ts";

export const recurrenceKinds = ["minutes", "hourly", "daily", "weekdays", "weekly", "custom"] as const;
export type RecurrenceKind = (typeof recurrenceKinds)[number];

/** What the form holds: every field of every kind, so that going back to a kind finds what was there. */
export interface RecurrenceDraft {
  readonly kind: RecurrenceKind;
  /** Minutes between two starts; divides the hour. */
  readonly every: string;
  /** Minutes past the hour. */
  readonly minute: string;
  /** "09:00", or "" while it is being typed. */
  readonly time: string;
  /** Sunday is 0. */
  readonly days: readonly number[];
  readonly cron: string;
}

export type ReadRecurrence = { readonly cron: string } | { readonly problem: string };

/** What divides the hour, so that the gaps are alike. */
export const everyChoices = ["1", "5", "10", "15", "20", "30"] as const;

const fresh: RecurrenceDraft = { kind: "daily", every: "15", minute: "0", time: "09:00", days: [1], cron: "0 9 * * *" };

const number = "(\\d{1,2})";
const shapes = {
  minutes: /^\*(?:\/(\d{1,2}))? \* \* \* \*$/,
  hourly: new RegExp(`^${number} \\* \\* \\* \\*$`),
  timed: new RegExp(`^${number} ${number} \\* \\* (\\*|1-5|[0-7](?:,[0-7])*)$`),
} as const;

/** The form that shows a cron line: the simplest kind that says exactly the same. Without a line, what a new schedule begins with. */
export function draftOf(line?: string): RecurrenceDraft {
  if (line === undefined) return fresh;
  const cron = line.trim().replace(/\s+/g, " ");
  const base = { ...fresh, cron };
  const minutes = shapes.minutes.exec(cron);
  const every = everyChoices.find((choice) => minutes !== null && choice === (minutes[1] ?? "1"));
  if (every !== undefined) return { ...base, kind: "minutes", every };
  const hourly = shapes.hourly.exec(cron);
  if (hourly && Number(hourly[1]) < 60) return { ...base, kind: "hourly", minute: String(Number(hourly[1])) };
  const timed = shapes.timed.exec(cron);
  const [minute, hour, on = ""] = timed === null ? [60, 24] : [Number(timed[1]), Number(timed[2]), timed[3]];
  if (minute > 59 || hour > 23) return { ...base, kind: "custom" };
  const time = clock(hour, minute);
  if (on === "*") return { ...base, kind: "daily", time };
  if (on === "1-5") return { ...base, kind: "weekdays", time };
  return { ...base, kind: "weekly", time, days: sorted(on.split(",").map((day) => Number(day) % 7)) };
}

/** The cron line that the form asks for, or what is still missing. */
export function readDraft(draft: RecurrenceDraft): ReadRecurrence {
  switch (draft.kind) {
    case "minutes":
      return { cron: draft.every === "1" ? "* * * * *" : `*/${draft.every} * * * *` };
    case "hourly": {
      const minute = /^\d{1,2}$/.test(draft.minute.trim()) ? Number(draft.minute) : 60;
      return minute < 60 ? { cron: `${minute} * * * *` } : { problem: "The minute is a whole number from 0 to 59." };
    }
    case "daily":
      return atTime(draft.time, "*");
    case "weekdays":
      return atTime(draft.time, "1-5");
    case "weekly":
      return draft.days.length === 0
        ? { problem: "Choose at least one day." }
        : atTime(draft.time, sorted(draft.days).join(","));
    case "custom": {
      const cron = draft.cron.trim();
      return cron === "" ? { problem: "Enter a cron line, such as 30 8 * * 1-5." } : { cron };
    }
    default:
      return assertNever(draft.kind);
  }
}

/** Another kind; the cron line to begin with is the one that was there. */
export function changeKind(draft: RecurrenceDraft, kind: RecurrenceKind): RecurrenceDraft {
  const read = readDraft(draft);
  return { ...draft, kind, cron: "cron" in read ? read.cron : draft.cron };
}

function atTime(time: string, weekdays: string): ReadRecurrence {
  const [hour, minute] = time.split(":").map(Number);
  if (hour === undefined || minute === undefined) return { problem: "Enter a time of the day, such as 09:00." };
  return { cron: `${minute} ${hour} * * ${weekdays}` };
}

/** As a week begins with Monday. */
const sorted = (days: readonly number[]) => [...new Set(days)].sort((a, b) => ((a + 6) % 7) - ((b + 6) % 7));
