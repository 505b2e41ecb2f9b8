import { AppError } from "../errors.ts";

type Swaps = (a: unknown, b: unknown) => unknown;

function sortPlain(items: readonly unknown[]): unknown[] {
  const areAll = (type: string) => items.every((item) => typeof item === type);
  if (!areAll("number") && !areAll("string"))
    throw new AppError(
      "expression_failed",
      "$sort needs all numbers or all texts, or a function that compares two items.",
    );
  return [...items].sort((a, b) => {
    const [one, other] = [a as number | string, b as number | string];
    return one > other ? 1 : one < other ? -1 : 0;
  });
}

/** Merges two sorted runs; of equal items the left one stays first. */
async function merge(left: readonly unknown[], right: readonly unknown[], swaps: Swaps): Promise<unknown[]> {
  const merged: unknown[] = [];
  let [i, j] = [0, 0];
  while (i < left.length && j < right.length) {
    // JSONata swaps on anything that it takes for true.
    if (await swaps(left[i], right[j])) merged.push(right[j++]);
    else merged.push(left[i++]);
  }
  while (i < left.length) merged.push(left[i++]);
  while (j < right.length) merged.push(right[j++]);
  return merged;
}

/** `$sort` with a merge that copies each item once a level: JSONata's own copies the rest of the list for every item. */
export function sort(items: unknown, comparator?: unknown): unknown {
  if (!Array.isArray(items) || items.length <= 1) return items;
  if (comparator === undefined) return sortPlain(items);
  if (typeof comparator !== "function") throw new AppError("expression_failed", "$sort compares with a function.");
  const swaps = comparator as Swaps;
  const sorted = async (run: readonly unknown[]): Promise<readonly unknown[]> => {
    if (run.length <= 1) return run;
    const middle = run.length >> 1;
    return merge(await sorted(run.slice(0, middle)), await sorted(run.slice(middle)), swaps);
  };
  return sorted(items);
}
