/** 840 ms, 4.2 s, 1 m 05 s, 2 h 30 m: three digits at most, so that a ticking number does not dance. */
export function showDuration(milliseconds: number): string {
  if (milliseconds < 1_000) return `${Math.round(milliseconds)} ms`;
  if (milliseconds < 60_000) return `${(milliseconds / 1_000).toFixed(1)} s`;
  if (milliseconds >= 3_600_000) {
    const hours = Math.floor(milliseconds / 3_600_000);
    return `${hours} h ${String(Math.floor((milliseconds % 3_600_000) / 60_000)).padStart(2, "0")} m`;
  }
  const minutes = Math.floor(milliseconds / 60_000);
  const seconds = Math.floor((milliseconds % 60_000) / 1_000);
  return `${minutes} m ${String(seconds).padStart(2, "0")} s`;
}
