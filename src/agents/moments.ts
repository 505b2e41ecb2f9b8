import { AppError } from "../errors.ts";

const units: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1_000,
  sec: 1_000,
  second: 1_000,
  m: 60_000,
  min: 60_000,
  minute: 60_000,
  h: 3_600_000,
  hour: 3_600_000,
  d: 86_400_000,
  day: 86_400_000,
  w: 604_800_000,
  week: 604_800_000,
};
const part = /(\d+(?:[.,]\d+)?)\s*([a-z]*)/gi;

/** Ten years: what is further away was not meant. */
const furthestMs = 315_576_000_000;

/**
 * A length of time as a person writes it (`90 s`, `1 h 30 m`, `2 weeks`; a bare number is seconds), in milliseconds.
 * Throws config_invalid.
 */
export function readDuration(text: string, setting: string): number {
  let milliseconds = 0;
  const given = text.trim();
  const rest = given.replace(part, (whole, amount: string, word: string) => {
    const unit = units[word.toLowerCase()] ?? units[word.toLowerCase().replace(/s$/, "")];
    // Beside other amounts a bare number could be anything: the 30 of `1 h 30` is not seconds.
    const bare = word === "" && whole === given ? 1_000 : Number.NaN;
    milliseconds += Number(amount.replace(",", ".")) * (unit ?? bare);
    return "";
  });
  if (rest === given || !/^[\s,]*(?:and[\s,]*)*$/.test(rest) || !Number.isFinite(milliseconds))
    throw invalid(setting, `“${text}” is no length of time like 30 s, 5 m, 2 h or 3 d.`);
  if (milliseconds > furthestMs) throw invalid(setting, `“${text}” is more than ten years.`);
  return Math.round(milliseconds);
}

const moment =
  /^(?<day>\d{4}-\d{2}-\d{2})(?:[T ](?<time>\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?)\s?(?<offset>Z|[+-]\d{2}:?\d{2})?)?$/i;

/**
 * A moment, in epoch milliseconds: ISO 8601 (UTC without an offset), or epoch milliseconds in digits.
 * Throws config_invalid.
 */
export function readMoment(text: string, { setting, now }: { setting: string; now: number }): number {
  const given = text.trim();
  const at = /^\d{11,15}$/.test(given) ? Number(given) : isoMoment(given);
  if (!Number.isFinite(at))
    throw invalid(setting, `“${text}” is no moment like 2026-12-24T18:00:00Z or 2026-12-24T18:00:00+01:00.`);
  if (at - now > furthestMs) throw invalid(setting, `“${text}” is more than ten years away.`);
  return at;
}

/**
 * NaN for what is none. The language would read much more (`1`, `Dec 24`, the 31st of February), as another moment than was meant,
 * and what has no offset in the server's own time zone, which nobody sees.
 */
function isoMoment(given: string): number {
  const { day, time = "00:00", offset = "Z" } = moment.exec(given)?.groups ?? {};
  const midnight = Date.parse(`${day}T00:00Z`);
  const isDay = Number.isFinite(midnight) && new Date(midnight).toISOString().slice(0, 10) === day;
  return isDay ? Date.parse(`${day}T${time}${offset.toUpperCase()}`) : Number.NaN;
}

/** When a wait that begins now is over by itself; null for an empty setting. Throws config_invalid. */
export function deadlineOf(text: string, { setting, now }: { setting: string; now: number }): number | null {
  return text.trim() === "" ? null : now + readDuration(text, setting);
}

const invalid = (setting: string, message: string) =>
  new AppError("config_invalid", message, { detail: { field: setting } });
