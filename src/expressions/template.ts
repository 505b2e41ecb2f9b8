import { scan } from "./scan.ts";

/** `start` is the offset of the expression's source (or of the text) in the template. */
export type TemplatePart =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "expression"; readonly source: string; readonly start: number };

export interface Template {
  readonly parts: readonly TemplatePart[];
  /** Offset of a `{{` that nothing closes. What follows it is text. */
  readonly unclosedAt?: number;
}

/** Whether the text has a `{{` at all, so that anything in it may be evaluated. */
export function hasTemplate(text: string): boolean {
  return text.includes("{{");
}

/** Offset of the `}}` that closes an expression beginning at `from`; braces of objects, strings and comments inside are passed over. */
function closingBraces(text: string, from: number): number {
  let depth = 0;
  for (const token of scan(text, from)) {
    if (token.kind === "open") depth++;
    if (token.kind !== "close") continue;
    if (depth === 0) return text.startsWith("}}", token.start) ? token.start : -1;
    depth--;
  }
  return -1;
}

/** Splits a text at its `{{ ... }}`. A literal `{{` is written `{{ "{{" }}`. */
export function splitTemplate(text: string): Template {
  const parts: TemplatePart[] = [];
  let at = 0;
  while (at < text.length) {
    const open = text.indexOf("{{", at);
    const close = open < 0 ? -1 : closingBraces(text, open + 2);
    if (close < 0) {
      parts.push({ kind: "text", text: text.slice(at) });
      return open < 0 ? { parts } : { parts, unclosedAt: open };
    }
    if (open > at) parts.push({ kind: "text", text: text.slice(at, open) });
    parts.push({ kind: "expression", source: text.slice(open + 2, close), start: open + 2 });
    at = close + 2;
  }
  return { parts };
}
