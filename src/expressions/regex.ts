import { RE2JS } from "re2js";
import { AppError } from "../errors.ts";
import { BoundedCache } from "./cache.ts";
import { maxRegexSubject } from "./limits.ts";
import type { Meter } from "./meter.ts";

const compiled = new BoundedCache<RE2JS>(200);

function compile(pattern: RegExp): RE2JS {
  const key = pattern.toString();
  const known = compiled.get(key);
  if (known !== undefined) return known;
  const flags = (pattern.ignoreCase ? RE2JS.CASE_INSENSITIVE : 0) | (pattern.multiline ? RE2JS.MULTILINE : 0);
  let fresh: RE2JS;
  try {
    fresh = RE2JS.compile(RE2JS.translateRegExp(pattern.source), flags);
  } catch (error) {
    throw new AppError(
      "expression_failed",
      `The regular expression /${pattern.source.slice(0, 80)}/ is not supported: look-around and back-references are not, and repetition is limited.`,
      { cause: error },
    );
  }
  compiled.set(key, fresh);
  return fresh;
}

/**
 * The part of RegExp that JSONata uses, on RE2: time grows linearly with the text, whatever the pattern.
 * The class belongs to one evaluation, so that each match counts against its time.
 */
export function linearRegexEngine(meter: Meter): RegExpConstructor {
  class LinearRegex {
    lastIndex = 0;
    readonly #regex: RE2JS;

    constructor(pattern: RegExp) {
      this.#regex = compile(pattern);
    }

    exec(text: string): (string | undefined)[] | null {
      meter.tick();
      if (text.length > maxRegexSubject)
        throw new AppError("expression_limit", `A regular expression looks at ${maxRegexSubject} characters at most.`);
      const matcher = this.#regex.matcher(text);
      if (this.lastIndex > text.length || !matcher.find(this.lastIndex)) {
        this.lastIndex = 0;
        return null;
      }
      const groups: (string | undefined)[] = [];
      for (let group = 0; group <= matcher.groupCount(); group++) groups.push(matcher.group(group) ?? undefined);
      this.lastIndex = matcher.end();
      return Object.assign(groups, { index: matcher.start() });
    }
  }
  // JSONata constructs it, sets lastIndex and calls exec; nothing else of RegExp is touched.
  return LinearRegex as unknown as RegExpConstructor;
}
