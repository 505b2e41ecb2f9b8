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
  const rest = text.replace(part, (_, amount: string, word: string) => {
    const unit =
      units[word.toLowerCase()] ?? units[word.toLowerCase().replace(/s$/, "")] ?? (word === "" ? 1_000 : NaN);
    milliseconds += Number(amount.replace(",", ".")) * unit;
    return "";
  });
  if (text.trim() === "" || !/^[\s,]*(?:and[\s,]*)*$/.test(rest) || !Number.isFinite(milliseconds))
    throw invalid(setting, `“${text}” is no length of time like 30 s, 5 m, 2 h or 3 d.`);
  if (milliseconds > furthestMs) throw invalid(setting, `“${text}” is more than ten years.`);
  return Math.round(milliseconds);
}

const dateAndTime = /^\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?)?$/;

/**
 * A moment, in epoch milliseconds: ISO 8601 (UTC without an offset), or epoch milliseconds in digits.
 * Throws config_invalid.
 */
export function readMoment(text: string, { setting, now }: { setting: string; now: number }): number {
  const given = text.trim();
  // Without an offset the language would take the server's own time zone, which nobody sees.
  const iso = dateAndTime.test(given) ? `${given.replace(" ", "T")}${given.length === 10 ? "T00:00" : ""}Z` : given;
  const moment = /^\d{11,15}$/.test(given) ? Number(given) : Date.parse(iso);
  if (!Number.isFinite(moment))
    throw invalid(setting, `“${text}” is no moment like 2026-12-24T18:00:00Z or 2026-12-24T18:00:00+01:00.`);
  if (moment - now > furthestMs) throw invalid(setting, `“${text}” is more than ten years away.`);
  return moment;
}

/** When a wait that begins now is over by itself; null for an empty setting. Throws config_invalid. */
export function deadlineOf(text: string, { setting, now }: { setting: string; now: number }): number | null {
  return text.trim() === "" ? null : now + readDuration(text, setting);
}

const invalid = (setting: string, message: string) =>
  new AppError("config_invalid", message, { detail: { field: setting } });
