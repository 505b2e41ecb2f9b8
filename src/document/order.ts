import * as Y from "yjs";

/** The place after every item of a map. Two people who add at the same moment get the same place; ids then decide. */
export function nextOrder(map: Y.Map<unknown>): number {
  let last = -1;
  for (const stored of map.values()) {
    const order = stored instanceof Y.Map ? stored.get("order") : (stored as { order?: unknown } | null)?.order;
    if (typeof order === "number" && Number.isFinite(order) && order > last) last = order;
  }
  return last + 1;
}
