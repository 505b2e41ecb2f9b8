/**
 * What the built-in offline model does instead of thinking: it finds the sentences or lines of a text that say most,
 * and quotes them. Pure and deterministic.
 */

const longest = 200_000;

const commonWords = new Set(
  `a about after all also an and any are as at be because been but by can could did do does for from had has have he her his
  how i if in into is it its just like may me more most my no not of on one only or other our out over she should so some such
  than that the their them then there these they this to up us was we were what when where which while who will with would you your`.split(
    /\s+/,
  ),
);

export interface Ask {
  readonly instruction: string;
  readonly text: string;
}

const verbs =
  /\b(summari[sz]e|summary|list|extract|explain|describe|find|review|analy[sz]e|classify|rewrite|write|answer|give|name|turn|draft|translate|report|tell|what|which|who|when|where|why|how)\b/i;

/** Divides a prompt into what is asked and the text that it is asked of. */
export function divide(prompt: string): Ask {
  const marked = prompt.indexOf("\n\nContext:\n");
  if (marked >= 0) return { instruction: prompt.slice(0, marked), text: prompt.slice(marked + 11) };
  for (const [mark, reach] of [
    ["\n\n", 600],
    ["\n", 300],
    [":", 200],
  ] as const) {
    const at = prompt.slice(0, reach).indexOf(mark);
    const before = at < 0 ? "" : prompt.slice(0, at);
    const after = at < 0 ? "" : prompt.slice(at + mark.length).trim();
    if (after !== "" && verbs.test(before)) return { instruction: before, text: after };
  }
  return { instruction: verbs.test(prompt.slice(0, 200)) ? prompt : "", text: prompt };
}

/** JSON as one line per value (`findings.0.message: ...`), so that lines can be ranked. */
function flatten(value: unknown, path: string, lines: string[]): void {
  if (lines.length >= 2_000) return;
  if (typeof value !== "object" || value === null) {
    lines.push(path === "" ? String(value) : `${path}: ${String(value)}`);
    return;
  }
  for (const [key, member] of Object.entries(value)) flatten(member, path === "" ? key : `${path}.${key}`, lines);
}

function parseJson(text: string): unknown {
  if (!/^\s*[[{]/.test(text)) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function unitsOf(text: string): string[] {
  const json = parseJson(text);
  if (json !== undefined) {
    const lines: string[] = [];
    flatten(json, "", lines);
    return lines;
  }
  return text
    .split(/\n+/)
    .flatMap((line) => line.split(/(?<=[.!?])\s+(?=[\p{Lu}\d"'(])/u))
    .map((unit) => unit.replace(/^\s*(?:[-*•]|\d+[.)])\s+/, "").trim())
    .filter((unit) => /[\p{L}\d]/u.test(unit));
}

export const wordsOf = (text: string): string[] =>
  (text.toLowerCase().match(/[\p{L}\d]{2,}/gu) ?? []).filter((word) => !commonWords.has(word));

function frequencies(units: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const unit of units) for (const word of new Set(wordsOf(unit))) counts.set(word, (counts.get(word) ?? 0) + 1);
  return counts;
}

/** The `count` units that say most, in the order of the text: frequent words, an early place, and words of the question. */
function pick(units: readonly string[], instruction: string, count: number): string[] {
  const counts = frequencies(units);
  const asked = new Set(wordsOf(instruction));
  const scored = units.map((unit, index) => {
    const words = [...new Set(wordsOf(unit))];
    const weight = words.reduce(
      (sum, word) => sum + Math.log2(1 + (counts.get(word) ?? 0)) + (asked.has(word) ? 2 : 0),
      0,
    );
    const place = 1 + 0.5 / (1 + index);
    return { unit, index, score: (weight / Math.sqrt(Math.max(4, words.length))) * place };
  });
  const seen = new Set<string>();
  return scored
    .sort((a, b) => b.score - a.score || a.index - b.index)
    .filter(({ unit }) => !seen.has(unit) && seen.add(unit))
    .slice(0, count)
    .sort((a, b) => a.index - b.index)
    .map(({ unit }) => unit);
}

const numberWords = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"];

function countAsked(instruction: string): number {
  const [, found] = /\b(\d{1,2}|one|two|three|four|five|six|seven|eight|nine|ten)\b/i.exec(instruction) ?? [];
  if (found === undefined) return 3;
  const word = numberWords.indexOf(found.toLowerCase());
  return Math.min(20, Math.max(1, word >= 0 ? word : Number(found)));
}

function keywords(units: readonly string[], count: number): string[] {
  return [...frequencies(units)]
    .filter(([word]) => word.length > 2 && !/^\d+$/.test(word))
    .sort(([a, one], [b, other]) => other - one || (a < b ? -1 : 1))
    .slice(0, count)
    .map(([word]) => word);
}

/** Answers a prompt from its own text. */
export function answer(system: string, prompt: string): string {
  const { instruction, text } = divide(prompt.slice(0, longest));
  const units = unitsOf(text.trim() === "" ? prompt : text);
  const ask = `${instruction} ${system}`;
  const count = countAsked(instruction);
  const picked = pick(units, instruction, count);
  // Asked for JSON, it answers with JSON alone, so that later steps can read it.
  if (/\bjson\b/i.test(ask))
    return JSON.stringify({ summary: picked.join(" "), points: picked, keywords: keywords(units, 8) }, null, 2);
  if (picked.length === 0) return "Offline model: there is no text to quote from.";
  if (/\bkey ?words?\b|\btags?\b/i.test(instruction))
    return `Offline model, most frequent words: ${keywords(units, Math.max(count, 5)).join(", ")}`;
  const isList = /\b(list|points?|bullets?|extract|items?|steps?|findings?|find|recommendations?)\b/i.test(instruction);
  if (isList || parseJson(text) !== undefined)
    return `Offline model, quoting:\n\n${picked.map((unit) => `- ${unit}`).join("\n")}`;
  return `Offline model, quoting: ${picked.join(" ")}`;
}
