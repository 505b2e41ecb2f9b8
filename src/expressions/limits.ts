/** A share in a thread that others work on too. */
export interface Thread {
  /** What went before is nobody's work. */
  begin(): void;
  /** Milliseconds since the last tick of any share; they are the work of the one who asks. */
  tick(): number;
  /** A pause when one is due, undefined otherwise. It throws when the work is not wanted any more. */
  pause(): Promise<void> | undefined;
  /** The work is over: others need not wait for it. */
  end(): void;
}

/** What one evaluation may use. The limits that are not here are constants below: they hold for everybody. */
export interface ExpressionLimits {
  /** Milliseconds of work, on `now`; time that other evaluations take in between does not count. */
  readonly timeoutMs: number;
  /** Largest value, counted about as the characters of its JSON text; shared parts count each time they appear. */
  readonly valueSize: number;
  /** Epoch milliseconds. */
  readonly now: () => number;
  /** How the work shares the thread with others. Without it an evaluation keeps the thread. */
  readonly thread?: Thread;
}

export const defaultLimits: ExpressionLimits = { timeoutMs: 500, valueSize: 10_000_000, now: Date.now };

/** Characters of one expression. */
export const maxSourceLength = 20_000;
/** Open brackets at one place of the source. */
export const maxNesting = 100;
/** `?:` and `??` copy their left side when parsed; the source may grow to this many tokens by it. */
export const maxParsedTokens = 40_000;
/** Nested evaluations (function calls, operators); the groups of one `{ }` count as nested, too. */
export const maxStack = 5_000;
/** Items of one range or sequence. */
export const maxSequence = 200_000;
/** Levels of objects and lists in one value. */
export const maxValueDepth = 200;
/** All that one evaluation builds, in the unit of `valueSize`. */
export const maxBuilt = 50_000_000;
/** Characters that a regular expression or a parse of a date may look at. */
export const maxRegexSubject = 1_000_000;
/** Characters of a format of dates and numbers. */
export const maxPicture = 256;
/** Keys that `^( )` may look at. JSONata's sort keeps the rest of the list for every comparison, so its memory grows with the square. */
export const maxSortKeys = 100_000;
