import { equalJson, isJsonObject, type JsonValue } from "../json.ts";
import type { ValueComparison, ValueDifference } from "../schemas/comparison.ts";

/** Places that are listed, and the length in UTF-16 units to which a value's JSON is cut in the list. */
const maxListed = 100;
const maxLength = 20_000;

type Maybe = JsonValue | undefined;

/**
 * Where two JSON values differ, in order: objects by key, lists by place, everything else as a whole. Paths are written
 * `rows[2].name`; absent is undefined. At most 100 places are listed, with values cut to 20,000 characters.
 */
export function compareJson(before: Maybe, after: Maybe): ValueComparison {
  const found: Found = { differences: [], more: 0 };
  visit({ path: "", before, after }, found);
  return found;
}

interface Found {
  readonly differences: ValueDifference[];
  more: number;
}

interface Place {
  readonly path: string;
  readonly before: Maybe;
  readonly after: Maybe;
}

function visit({ path, before, after }: Place, found: Found): void {
  if (equalJson(before, after)) return;
  if (isJsonObject(before) && isJsonObject(after)) {
    for (const key of new Set([...Object.keys(before), ...Object.keys(after)])) {
      visit({ path: memberPath(path, key), before: own(before, key), after: own(after, key) }, found);
    }
  } else if (Array.isArray(before) && Array.isArray(after)) {
    const [mine, theirs]: readonly [readonly JsonValue[], readonly JsonValue[]] = [before, after];
    for (let at = 0; at < Math.max(mine.length, theirs.length); at += 1) {
      visit({ path: `${path}[${at}]`, before: mine[at], after: theirs[at] }, found);
    }
  } else if (found.differences.length >= maxListed) found.more += 1;
  else {
    found.differences.push({
      path,
      ...(before === undefined ? {} : { before: shortened(before) }),
      ...(after === undefined ? {} : { after: shortened(after) }),
    });
  }
}

const own = (object: { readonly [key: string]: JsonValue }, key: string): Maybe =>
  Object.hasOwn(object, key) ? object[key] : undefined;

function memberPath(path: string, key: string): string {
  if (!/^[A-Za-z_$][\w$]*$/.test(key)) return `${path}[${JSON.stringify(key)}]`;
  return path === "" ? key : `${path}.${key}`;
}

function shortened(value: JsonValue): JsonValue {
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return text.length <= maxLength ? value : `${text.slice(0, maxLength)}…`;
}
