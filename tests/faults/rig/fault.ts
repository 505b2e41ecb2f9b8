import type { Verdict } from "./checker.ts";
import type { Random } from "./random.ts";

/** How much of a fault is tried. */
export interface Size {
  readonly random: Random;
  /** In the gate: as little as shows anything. */
  readonly isShort: boolean;
  /** How long a fault that has no end of its own goes on. */
  readonly minutes: number;
  /** Of a soak: starts a second; 20 unless told. */
  readonly perSecond?: number;
}

export interface Fault {
  /** Of the table in RELIABILITY.md. */
  readonly id: string;
  /** What holds, as a sentence. */
  readonly title: string;
  /** Tries it. Throws, or gives a verdict with violations, where a promise was broken. */
  readonly run: (size: Size) => Promise<Verdict>;
}

/** Throws with everything that was broken. */
export function expectNone({ violations }: Verdict): void {
  if (violations.length === 0) return;
  const more = violations.length > 20 ? `\n  and ${violations.length - 20} more` : "";
  throw new Error(`${violations.length} violations:\n  ${violations.slice(0, 20).join("\n  ")}${more}`);
}
