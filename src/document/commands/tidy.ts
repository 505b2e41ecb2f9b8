import { type Editing, edit } from "../editing.ts";
import { layered } from "../layered.ts";
import { nodeOf } from "../model.ts";
import { toGraph } from "../toGraph.ts";
import { writeValue } from "../writeNode.ts";

/** Size of a node's card on the canvas, in canvas units. */
export interface Size {
  readonly width: number;
  readonly height: number;
}

export interface Tidy {
  /** Only these nodes; all of them unless given. The upper left corner of what is tidied stays where it is. */
  readonly nodeIds?: readonly string[];
  /** Measured sizes by node id; a card that is not measured counts as 240 by 96. */
  readonly sizes?: ReadonlyMap<string, Size>;
}

/** Lays nodes out in columns from left to right along their edges, as one step. */
export function tidy(editing: Editing, { nodeIds, sizes }: Tidy = {}): void {
  const { graph } = toGraph(editing.doc);
  const chosen = nodeIds && new Set(nodeIds);
  const nodes = graph.nodes.filter(({ id }) => !chosen || chosen.has(id));
  if (nodes.length === 0) return;
  const left = Math.min(...nodes.map(({ position }) => position.x));
  const top = Math.min(...nodes.map(({ position }) => position.y));
  const places = layered(
    nodes.map(({ id, position }) => ({ id, ...(sizes?.get(id) ?? { width: 240, height: 96 }), y: position.y })),
    graph.edges,
  );
  edit(editing, { label: "tidy up" }, () => {
    for (const [id, { x, y }] of places) {
      const stored = nodeOf(editing.doc, id);
      if (stored) writeValue(stored, "position", { x: left + x, y: top + y });
    }
  });
}
