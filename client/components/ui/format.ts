const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

/** "now", "5m ago", "3h ago", "2d ago", then the date. */
export function showAgo(at: number, now: number): string {
  const ago = now - at;
  if (ago < minute) return "just now";
  if (ago < hour) return `${Math.floor(ago / minute)}m ago`;
  if (ago < day) return `${Math.floor(ago / hour)}h ago`;
  if (ago < 14 * day) return `${Math.floor(ago / day)}d ago`;
  return showDate(at);
}

export const showDate = (at: number): string =>
  new Intl.DateTimeFormat(undefined, { year: "numeric", month: "short", day: "numeric" }).format(at);

export const showMoment = (at: number): string =>
  new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "medium" }).format(at);

/** 412, 1.2K, 3.4M. */
export const showCount = (count: number): string =>
  new Intl.NumberFormat("en", { notation: "compact", maximumFractionDigits: 1 }).format(count);

/** 0 B, 412 B, 12.3 kB, 4.5 GB: thousands of thousands, as disks have them. */
export function showBytes(bytes: number): string {
  const units = ["B", "kB", "MB", "GB", "TB", "PB"];
  const place = Math.min(units.length - 1, Math.max(0, Math.floor(Math.log10(Math.max(1, bytes)) / 3)));
  const value = bytes / 1_000 ** place;
  return `${value.toLocaleString("en", { maximumFractionDigits: place === 0 || value >= 100 ? 0 : 1 })} ${units[place]}`;
}

export const plural = (count: number, one: string, many = `${one}s`): string => `${count} ${count === 1 ? one : many}`;
