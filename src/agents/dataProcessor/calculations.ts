const calculationNames = ["count", "sum", "avg", "min", "max"] as const;
export interface Calculation {
  readonly name: (typeof calculationNames)[number];
  /** Empty only for `count()`, which counts rows. */
  readonly field: string;
  /** Column of the result. */
  readonly as: string;
}

const pattern = /^\s*(\w+)\s*(?:\(\s*(?:`([^`]*)`|([^()`]*?))\s*\))?\s*(?:as\s+(?:`([^`]+)`|([^\s`,()]+)))?\s*$/;

/** Reads `count(), sum(amount) as total`. `problem` says what is wrong with the first part that cannot be read. */
export function parseCalculations(text: string): { calculations: Calculation[]; problem?: string } {
  const calculations: Calculation[] = [];
  for (const part of splitParts(text)) {
    const match = pattern.exec(part);
    const name = calculationNames.find((known) => known === match?.[1]);
    if (!match || !name)
      return {
        calculations,
        problem: `“${part.trim()}” is not one of count(), sum(field), avg(field), min(field), max(field).`,
      };
    const field = match[2] ?? match[3] ?? "";
    if (field === "" && name !== "count") return { calculations, problem: `${name} needs a field: ${name}(amount).` };
    const as = match[4] ?? match[5] ?? (field === "" ? name : `${name}_${field}`);
    if (calculations.some((other) => other.as === as))
      return { calculations, problem: `Two results are called “${as}”: name one with “as”.` };
    calculations.push({ name, field, as });
  }
  return calculations.length > 0
    ? { calculations }
    : { calculations, problem: "Name at least one calculation, for example count()." };
}

/** Splits at commas outside parentheses and backticks. */
function splitParts(text: string): string[] {
  const parts: string[] = [""];
  let depth = 0;
  let quoted = false;
  for (const character of text) {
    if (character === "`") quoted = !quoted;
    if (!quoted && character === "(") depth++;
    if (!quoted && character === ")") depth--;
    if (character === "," && depth <= 0 && !quoted) parts.push("");
    else parts[parts.length - 1] += character;
  }
  return parts.filter((part) => part.trim() !== "");
}
