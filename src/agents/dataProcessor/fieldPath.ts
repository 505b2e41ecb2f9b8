import { isJsonObject, type JsonValue } from "../../json.ts";

/** `a, b.c, \`x, y\`` as ["a", "b.c", "x, y"]: comma-separated, backticks protect a name with a comma or an equals sign. */
export function parseFieldList(text: string | undefined): string[] {
  return splitOutside(text ?? "", ",")
    .map(unquote)
    .filter((field) => field !== "");
}

/** `id, customerId = id` as pairs of the left and the right field. */
export function parseKeyPairs(text: string | undefined): { left: string; right: string }[] {
  return splitOutside(text ?? "", ",")
    .filter((pair) => pair.trim() !== "")
    .map((pair) => {
      const [left = "", right = left] = splitOutside(pair, "=").map(unquote);
      return { left, right };
    })
    .filter(({ left, right }) => left !== "" && right !== "");
}

/**
 * The value of a field: the key that is called exactly so, or else the way through the dots (`customer.name`, `tags.0`).
 * Only own keys count, so `constructor` is a field like any other.
 */
export function readField(item: JsonValue, field: string): JsonValue | undefined {
  const exact = readKey(item, field);
  if (exact !== undefined || !field.includes(".")) return exact;
  let value: JsonValue | undefined = item;
  for (const key of field.split(".")) {
    if (value === undefined) return undefined;
    value = readKey(value, key);
  }
  return value;
}

function readKey(value: JsonValue, key: string): JsonValue | undefined {
  if (Array.isArray(value)) return /^\d+$/.test(key) ? value[Number(key)] : undefined;
  return isJsonObject(value) && Object.hasOwn(value, key) ? value[key] : undefined;
}

function splitOutside(text: string, separator: string): string[] {
  const parts: string[] = [""];
  let quoted = false;
  for (const character of text) {
    if (character === "`") quoted = !quoted;
    if (character === separator && !quoted) parts.push("");
    else parts[parts.length - 1] += character;
  }
  return parts;
}

const unquote = (text: string): string => text.trim().replace(/^`([^`]*)`$/, "$1");
