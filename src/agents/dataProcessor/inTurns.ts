import type { AgentContext } from "../agent.ts";

export type Breathe = AgentContext["breathe"];

/** Rows between two breaths: about a millisecond of work. */
const rowsPerBreath = 500;

/** Visits every item, with pauses when others should have the thread. */
export async function inTurns<Item>(
  items: readonly Item[],
  breathe: Breathe,
  visit: (item: Item, index: number) => void,
): Promise<void> {
  for (const [index, item] of items.entries()) {
    if (index % rowsPerBreath === 0) await breathe();
    visit(item, index);
  }
}
