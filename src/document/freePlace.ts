import type { AgentDefinition } from "../agents/agent.ts";
import type { GraphNode } from "../schemas/graph.ts";
import type { Editing } from "./editing.ts";
import { toGraph } from "./toGraph.ts";

type Card = Pick<GraphNode, "agent" | "position">;

/** A card's measures in canvas units, with the room that it keeps to others. The canvas draws them so. */
const card = { width: 248, head: 64, row: 24, room: 16, grid: 8 } as const;

function heightOf(definition: AgentDefinition | undefined): number {
  const rows = Math.max(definition?.inputs.length ?? 1, definition?.outputs.length ?? 1, 1);
  return card.head + rows * card.row;
}

/** How far down these cards go, together, so that none lies on a card of the document. Canvas units. */
export function freeBelow({ doc, catalogue }: Editing, cards: readonly Card[]): number {
  const { nodes } = toGraph(doc).graph;
  const tall = ({ agent }: Card) => heightOf(catalogue.get(agent)) + card.room;
  const blocked = cards.flatMap((added) =>
    nodes
      .filter(({ position }) => Math.abs(position.x - added.position.x) < card.width + card.room)
      .map((other) => ({
        from: other.position.y - added.position.y - tall(added),
        to: other.position.y - added.position.y + tall(other),
      })),
  );
  let down = 0;
  for (const { from, to } of blocked.sort((a, b) => a.from - b.from))
    if (from < down && down < to) down = Math.ceil(to / card.grid) * card.grid;
  return down;
}
