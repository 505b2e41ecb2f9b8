const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

/** 9 s, 4 m 05 s, 3 h 20 m, 2 d 4 h: two units, rounded up to the smaller, so that it says 1 s until it is over. */
export function showRemaining(milliseconds: number): string {
  if (milliseconds < hour) {
    const seconds = Math.ceil(milliseconds / second);
    return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} m ${String(seconds % 60).padStart(2, "0")} s`;
  }
  const minutes = Math.ceil(milliseconds / minute);
  const hours = Math.floor(minutes / 60);
  if (milliseconds < day) return `${hours} h ${String(minutes % 60).padStart(2, "0")} m`;
  return `${Math.floor(hours / 24)} d ${hours % 24} h`;
}
