/** Words an expression would read as something else. */
const reserved: ReadonlySet<string> = new Set([
  "steps",
  "inputs",
  "execution",
  "true",
  "false",
  "null",
  "and",
  "or",
  "in",
]);

/**
 * A key for a node called `name`: camel case, letters, digits and _, unique among `taken`.
 * The same name and the same taken keys give the same key on every client.
 */
export function mintKey(name: string, taken: ReadonlySet<string>): string {
  const base = keyFromName(name);
  if (!taken.has(base) && !reserved.has(base)) return base;
  for (let number = 2; ; number += 1) {
    const suffix = String(number);
    const key = `${base.slice(0, 60 - suffix.length)}${suffix}`;
    if (!taken.has(key)) return key;
  }
}

function keyFromName(name: string): string {
  const words = name
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .split(/[^A-Za-z0-9_]+/)
    .filter((word) => word !== "");
  const [first = "", ...rest] = words;
  const camel = lowerFirst(first) + rest.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join("");
  const key = camel.replace(/^[^A-Za-z]+/, "").slice(0, 60);
  return key === "" ? "step" : key;
}

/** "LLM" becomes "llm", "HTTPRequest" becomes "hTTPRequest" nowhere: a word of capitals goes down whole. */
function lowerFirst(word: string): string {
  return word === word.toUpperCase() ? word.toLowerCase() : word.charAt(0).toLowerCase() + word.slice(1);
}
