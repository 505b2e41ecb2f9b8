/** What one evaluation may use. The limits that are not here are constants below: they hold for everybody. */
export interface ExpressionLimits {
  /** Milliseconds on `now` from start to result. */
  readonly timeoutMs: number;
  /** Largest value, counted about as the characters of its JSON text; shared parts count each time they appear. */
  readonly valueSize: number;
  /** Epoch milliseconds. */
  readonly now: () => number;
}

export const defaultLimits: ExpressionLimits = { timeoutMs: 500, valueSize: 10_000_000, now: Date.now };

/** Characters of one expression. */
export const maxSourceLength = 20_000;
/** Open brackets at one place of the source. */
export const maxNesting = 100;
/** `?:` and `??` copy their left side when parsed; the source may grow to this many tokens by it. */
export const maxParsedTokens = 40_000;
/** Nested evaluations (function calls, operators). */
export const maxStack = 500;
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
