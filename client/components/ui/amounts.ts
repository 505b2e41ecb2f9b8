/** With thin spaces between thousands: 1 000 000. Empty for none. */
export const writeAmount = (value: number | undefined): string =>
  value === undefined ? "" : value.toLocaleString("en", { maximumFractionDigits: 6 }).replaceAll(",", "\u2009");

interface AmountLimits {
  readonly limits: readonly [least: number, most: number];
  readonly whole: boolean;
}

/** What was typed, within the limits: 20000, 20 000, 20k, 1.5m, $5. Undefined for nothing, null for what is no number. */
export function readAmount(typed: string, { limits: [least, most], whole }: AmountLimits): number | null | undefined {
  const text = typed.replace(/[\s$_]/g, "").toLowerCase();
  if (text === "") return undefined;
  const match = /^(\d+(?:\.\d+)?|\.\d+)([km])?$/.exec(text.replace(/,(?=\d{3}(?:\D|$))/g, ""));
  if (match?.[1] === undefined) return null;
  const value = Number(match[1]) * (match[2] === "k" ? 1_000 : match[2] === "m" ? 1_000_000 : 1);
  return Math.min(most, Math.max(least, whole ? Math.round(value) : value));
}
