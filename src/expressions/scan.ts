/** A token as far as brackets and operators are concerned. `end` is the offset after it. */
export interface Token {
  readonly kind: "open" | "close" | "separator" | "copies" | "other";
  readonly start: number;
  readonly end: number;
}

const blank = /\s/;
const nameEnd = /[\s.[\]{}(),@#;:?+\-*/%|=<>^~!&"'`]/;

function stringEnd(source: string, start: number): number {
  const quote = source[start];
  let at = start + 1;
  while (at < source.length && source[at] !== quote) at += source[at] === "\\" ? 2 : 1;
  return Math.min(at + 1, source.length);
}

/** Ends where JSONata's own scanner ends a regular expression: at a slash outside brackets that is not escaped. */
function regexEnd(source: string, start: number): number {
  let depth = 0;
  for (let at = start + 1; at < source.length; at++) {
    const character = source[at] ?? "";
    if (character === "\\") at++;
    else if ("([{".includes(character)) depth++;
    else if (")]}".includes(character)) depth--;
    else if (character === "/" && depth === 0) return at + 1;
  }
  return source.length;
}

function wordEnd(source: string, start: number): number {
  let at = start + 1;
  while (at < source.length && !nameEnd.test(source[at] ?? "")) at++;
  return at;
}

function tokenAt(source: string, start: number, valueBefore: boolean): Token {
  const character = source[start] ?? "";
  const two = source.slice(start, start + 2);
  const of = (kind: Token["kind"], end: number): Token => ({ kind, start, end });
  if (two === "/*") {
    const close = source.indexOf("*/", start + 2);
    return of("other", close < 0 ? source.length : close + 2);
  }
  if (character === '"' || character === "'") return of("other", stringEnd(source, start));
  if (character === "`") {
    const close = source.indexOf("`", start + 1);
    return of("other", close < 0 ? source.length : close + 1);
  }
  if (character === "/" && !valueBefore) return of("other", regexEnd(source, start));
  if ("([{".includes(character)) return of("open", start + 1);
  if (")]}".includes(character)) return of("close", start + 1);
  if (two === "?:" || two === "??") return of("copies", start + 2);
  if (",;?:".includes(character)) return of("separator", start + 1);
  if (nameEnd.test(character)) return of("other", start + 1);
  return of("other", wordEnd(source, start));
}

/** Tokens of JSONata from `from` on, never failing: what is not closed ends with the text. */
export function* scan(source: string, from = 0): Generator<Token> {
  // A slash divides after a value and begins a regular expression everywhere else.
  let valueBefore = false;
  let at = from;
  while (at < source.length) {
    if (blank.test(source[at] ?? "")) {
      at++;
      continue;
    }
    const token = tokenAt(source, at, valueBefore);
    const isComment = source.startsWith("/*", at);
    if (!isComment) {
      const first = source[at] ?? "";
      valueBefore =
        token.kind === "close" || (token.kind === "other" && (!nameEnd.test(first) || "\"'`".includes(first)));
    }
    yield token;
    at = token.end;
  }
}

/**
 * Deepest nesting of brackets, and the number of tokens after the parser's copies: `a ?: b` holds `a` twice, so
 * `((a ?: b) ?: c) ?: d` doubles with each level. Measured before the parser sees the source.
 */
export function weigh(source: string): { readonly nesting: number; readonly tokens: number } {
  const frames = [{ done: 0, left: 0 }];
  let nesting = 0;
  for (const token of scan(source)) {
    const frame = frames[frames.length - 1];
    if (frame === undefined) break;
    frame.left += 1;
    if (token.kind === "open") {
      frames.push({ done: 0, left: 0 });
      nesting = Math.max(nesting, frames.length - 1);
    } else if (token.kind === "close" && frames.length > 1) {
      frames.pop();
      const parent = frames[frames.length - 1];
      if (parent !== undefined) parent.left += frame.done + frame.left;
    } else if (token.kind === "copies") {
      frame.done += 2 * frame.left;
      frame.left = 0;
    } else if (token.kind === "separator") {
      frame.done += frame.left;
      frame.left = 0;
    }
  }
  return { nesting, tokens: frames.reduce((sum, frame) => sum + frame.done + frame.left, 0) };
}
