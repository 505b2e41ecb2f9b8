import { isJsonObject, type JsonObject, type JsonValue } from "../../json.ts";

function parse(text: string): JsonObject | undefined {
  let value: JsonValue;
  try {
    value = JSON.parse(text) as JsonValue;
  } catch {
    return undefined;
  }
  if (isJsonObject(value)) return value;
  return Array.isArray(value) ? { items: value } : undefined;
}

function fencedBlocks(text: string): string[] {
  const blocks: string[] = [];
  let open: string[] | undefined;
  for (const line of text.split("\n")) {
    const isFence = line.trimStart().startsWith("```");
    if (isFence && open !== undefined) {
      blocks.push(open.join("\n"));
      open = undefined;
    } else if (isFence) open = [];
    else open?.push(line);
  }
  return blocks;
}

/** The JSON of an answer: the whole of it, or its one fenced block that is JSON. A list is under `items`; none is `{}`. */
export function variablesOf(answer: string): JsonObject {
  const whole = parse(answer.trim());
  if (whole !== undefined) return whole;
  const [only, ...more] = fencedBlocks(answer)
    .map(parse)
    .filter((value) => value !== undefined);
  return only !== undefined && more.length === 0 ? only : {};
}
