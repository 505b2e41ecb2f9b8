/** One measured claim. `ratio` is value over what it is compared with in the same run; `holds` is value (or ratio) against the limit. */
export interface Measurement {
  readonly what: string;
  /** With its unit, e.g. "31 us a step". */
  readonly value: string;
  /** What it is compared with in this run, with its figure; or the stated limit's source. */
  readonly against: string;
  readonly ratio: string;
  readonly limit: string;
  readonly holds: boolean;
}

export interface Measure {
  readonly name: string;
  /** Services it cannot do without. */
  readonly needs: readonly ("postgres" | "chromium")[];
  run(): Promise<readonly Measurement[]>;
}

/** Middle of the sorted samples. */
export function median(samples: readonly number[]): number {
  const sorted = [...samples].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

export const fixed = (value: number, digits = 1): string => value.toFixed(digits);

/** A measurement whose limit is an upper bound on `value`. */
export function atMost(what: string, value: number, limit: number, unit: string): Measurement {
  const ratio = value / limit;
  return {
    what,
    value: `${fixed(value)} ${unit}`,
    against: "the limit",
    ratio: fixed(ratio, 2),
    limit: `${limit} ${unit}`,
    holds: ratio <= 1,
  };
}
