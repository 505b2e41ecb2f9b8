import type { GraphNode } from "../schemas/graph.ts";
import type { Editing } from "./editing.ts";
import { card, sizeOf } from "./measures.ts";
import { toGraph } from "./toGraph.ts";

/** Room that cards keep to each other, in canvas units. */
const room = 16;

/** How far down these nodes go, together, so that none lies on a node of the document in the same frame. Canvas units. */
export function freeBelow({ doc, catalogue }: Editing, added: readonly GraphNode[]): number {
  const { nodes } = toGraph(doc).graph;
  const size = (node: GraphNode) => {
    const { width, height } = sizeOf(node, catalogue.get(node.agent));
    return { width: width + room, height: height + room };
  };
  const blocked = added.flatMap((one) => {
    const { width, height } = size(one);
    return nodes
      .filter((other) => other.parent === one.parent)
      .filter((other) => {
        const right = other.position.x - one.position.x;
        return right < width && -right < size(other).width;
      })
      .map((other) => {
        const below = other.position.y - one.position.y;
        return { from: below - height, to: below + size(other).height };
      });
  });
  let down = 0;
  for (const { from, to } of blocked.sort((a, b) => a.from - b.from))
    if (from < down && down < to) down = Math.ceil(to / card.grid) * card.grid;
  return down;
}
