import { parseExpression } from "./parse.ts";
import { splitTemplate } from "./template.ts";

interface Change {
  readonly start: number;
  readonly end: number;
}

/** Where `steps.<from>` names the key, quoted or not, from the end backwards. Nothing in a source that does not parse. */
function keyPlaces(source: string, from: string): Change[] {
  try {
    return parseExpression(source)
      .paths.filter(({ names }) => names[0] === "steps" && names[1] === from)
      .map(({ ends }) => ends[1] ?? 0)
      .map((end) => {
        const quoted = "\"'`".includes(source[end - 1] ?? " ");
        return { start: end - from.length - (quoted ? 2 : 0), end };
      })
      .sort((a, b) => b.start - a.start);
  } catch {
    return [];
  }
}

/** Renames `steps.<from>` in a JSONata expression. */
export function renameKeyInExpression(source: string, from: string, to: string): string {
  return keyPlaces(source, from).reduce((text, { start, end }) => text.slice(0, start) + to + text.slice(end), source);
}

/** Renames `steps.<from>` in every `{{ }}` of a text; the text around them stays as it is. */
export function renameKey(text: string, from: string, to: string): string {
  return splitTemplate(text)
    .parts.map((part) => (part.kind === "text" ? part.text : `{{${renameKeyInExpression(part.source, from, to)}}}`))
    .join("");
}
