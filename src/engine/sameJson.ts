/** Equality of JSON values; the order of an object's keys does not count, an undefined property is an absent one. */
export function sameJson(one: unknown, other: unknown): boolean {
  if (one === other) return true;
  if (typeof one !== "object" || typeof other !== "object" || one === null || other === null) return false;
  if (Array.isArray(one) !== Array.isArray(other)) return false;
  const mine = entriesOf(one);
  const theirs = new Map(entriesOf(other));
  return (
    mine.length === theirs.size && mine.every(([key, value]) => theirs.has(key) && sameJson(value, theirs.get(key)))
  );
}

const entriesOf = (value: object): [string, unknown][] =>
  Object.entries(value).filter(([, inner]) => inner !== undefined);
