const weekdays = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];
const months = [
  "January",
  "February",
  "March",
  "April",
  "May",
  "June",
  "July",
  "August",
  "September",
  "October",
  "November",
  "December",
];

/** What one of the five fields asks for; null when it is written in a way that has no plain words. */
type Asked =
  | { readonly kind: "every" }
  | { readonly kind: "step"; readonly by: number }
  | { readonly kind: "range"; readonly from: number; readonly to: number }
  | { readonly kind: "values"; readonly values: readonly number[] };

interface FieldRule {
  readonly least: number;
  readonly most: number;
  /** Three letters that stand for a number, from `least` on. */
  readonly names?: readonly string[];
}

const short = (names: readonly string[]) => names.map((name) => name.slice(0, 3).toUpperCase());
const rules = {
  minute: { least: 0, most: 59 },
  hour: { least: 0, most: 23 },
  day: { least: 1, most: 31 },
  month: { least: 1, most: 12, names: short(months) },
  // Seven is Sunday as well.
  weekday: { least: 0, most: 7, names: short(weekdays) },
} as const satisfies Record<string, FieldRule>;

function readNumber(text: string, { least, most, names = [] }: FieldRule): number | null {
  const named = names.indexOf(text.toUpperCase());
  const value = named >= 0 ? least + named : /^\d{1,2}$/.test(text) ? Number(text) : null;
  return value !== null && value >= least && value <= most ? value : null;
}

function readField(text: string, rule: FieldRule): Asked | null {
  if (text === "*") return { kind: "every" };
  const step = /^\*\/(\d{1,2})$/.exec(text);
  if (step) {
    const by = Number(step[1]);
    return by === 1 ? { kind: "every" } : by > 1 && by <= rule.most ? { kind: "step", by } : null;
  }
  const ends = text.split("-");
  if (ends.length === 2) {
    const [from, to] = ends.map((end) => readNumber(end, rule));
    return from == null || to == null || from >= to ? null : { kind: "range", from, to };
  }
  const values = text.split(",").map((value) => readNumber(value, rule));
  if (!values.every((value) => value !== null)) return null;
  return { kind: "values", values: [...new Set(values)].sort((a, b) => a - b) };
}

const two = (value: number) => String(value).padStart(2, "0");
export const clock = (hour: number, minute: number) => `${two(hour)}:${two(minute)}`;
const ordinals = ["", "", "other", "third", "fourth", "fifth", "sixth"];
const nth = (by: number) => ordinals[by] ?? `${by}th`;

function joined(parts: readonly string[]): string {
  return parts.length < 2 ? (parts[0] ?? "") : `${parts.slice(0, -1).join(", ")} and ${parts.at(-1)}`;
}

/** More clock times than these are told as minutes and hours. */
const mostClocks = 6;

function timeWords(minute: Asked, hour: Asked): string {
  if (minute.kind === "values" && hour.kind === "values" && minute.values.length * hour.values.length <= mostClocks) {
    return `at ${joined(hour.values.flatMap((h) => minute.values.map((m) => clock(h, m))))}`;
  }
  const past = minute.kind === "values" && `at ${joined(minute.values.map((m) => `:${two(m)}`))}`;
  if (past && hour.kind === "every") return `every hour ${past}`;
  if (past && hour.kind === "step") return `every ${hour.by} hours ${past}`;
  const minutes = past ? `${past} past the hour` : minuteWords(minute);
  switch (hour.kind) {
    case "every":
      return minutes;
    case "step":
      return `${minutes} of every ${nth(hour.by)} hour`;
    case "range":
      return `${minutes} from ${clock(hour.from, 0)} to ${clock(hour.to, 59)}`;
    case "values":
      return `${minutes} in the ${hour.values.length === 1 ? "hour" : "hours"} ${joined(hour.values.map(two))}`;
  }
}

function minuteWords(minute: Exclude<Asked, { kind: "values" }> | Asked): string {
  switch (minute.kind) {
    case "every":
      return "every minute";
    case "step":
      return `every ${minute.by} minutes`;
    case "range":
      return `every minute from :${two(minute.from)} to :${two(minute.to)}`;
    case "values":
      return `at ${joined(minute.values.map((m) => `:${two(m)}`))}`;
  }
}

function weekdayWords(asked: Asked): string | null {
  const name = (day: number) => weekdays[day % 7] ?? "";
  switch (asked.kind) {
    case "every":
      return null;
    case "step":
      return `every ${nth(asked.by)} day of the week`;
    case "range":
      return `${name(asked.from)} to ${name(asked.to)}`;
    case "values":
      return joined([...new Set(asked.values.map((day) => `${name(day)}s`))]);
  }
}

function dayWords(asked: Asked): string | null {
  switch (asked.kind) {
    case "every":
      return null;
    case "step":
      return `every ${nth(asked.by)} day of the month`;
    case "range":
      return `days ${asked.from} to ${asked.to} of the month`;
    case "values":
      return `${asked.values.length === 1 ? "day" : "days"} ${joined(asked.values.map(String))} of the month`;
  }
}

function monthWords(asked: Asked): string | null {
  const name = (month: number) => months[month - 1] ?? "";
  switch (asked.kind) {
    case "every":
      return null;
    case "step":
      return `in every ${nth(asked.by)} month`;
    case "range":
      return `from ${name(asked.from)} to ${name(asked.to)}`;
    case "values":
      return `in ${joined(asked.values.map(name))}`;
  }
}

/** A step counts on without a break only when it divides what it counts in: 45 minutes start anew with each hour. */
const isEven = (asked: Asked, length: number) => asked.kind !== "step" || length % asked.by === 0;

/** A cron line in words, such as "At 09:00, Monday to Friday"; null when there are none that would be plain and right. */
export function cronWords(line: string): string | null {
  const fields = line.trim().split(/\s+/);
  if (fields.length !== 5) return null;
  const [m = "", h = "", d = "", mo = "", w = ""] = fields;
  const minute = readField(m, rules.minute);
  const hour = readField(h, rules.hour);
  const day = readField(d, rules.day);
  const month = readField(mo, rules.month);
  const weekday = readField(w, rules.weekday);
  if (minute === null || hour === null || day === null || month === null || weekday === null) return null;
  if (!isEven(minute, 60) || !isEven(hour, 24)) return null;
  // With both named, cron starts on either.
  const days = [dayWords(day), weekdayWords(weekday)].filter((words) => words !== null).join(" or ");
  const isOnce = minute.kind === "values" && hour.kind === "values";
  const when = days === "" ? (isOnce ? "every day" : null) : day.kind === "every" ? days : `on ${days}`;
  const time = timeWords(minute, hour);
  const said = when === "every day" ? [`${when} ${time}`, monthWords(month)] : [time, when, monthWords(month)];
  const words = said.filter((part) => part !== null).join(", ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}
