import type { Graph, GraphNode } from "../../schemas/graph.ts";
import { type Editing, edit } from "../editing.ts";
import { framesOf } from "../frames.ts";
import { layered } from "../layered.ts";
import { bodyTop, inset, type Size, sizeOf } from "../measures.ts";
import { nodeOf } from "../model.ts";
import { toGraph } from "../toGraph.ts";
import { placeOf, writeValue } from "../writeNode.ts";
import { growFrames, leastSize } from "./frames.ts";

export interface Tidy {
  /** Only these nodes, and what lies in them; all of them unless given. The upper left corner of what is tidied stays. */
  readonly nodeIds?: readonly string[];
}

/** Lays nodes out in columns from left to right along their edges, as one step. A container's frame is then just around its own. */
export function tidy(editing: Editing, { nodeIds }: Tidy = {}): void {
  const { graph } = toGraph(editing.doc);
  const frames = framesOf(graph);
  const inside = nodeIds === undefined ? null : frames.withContents(nodeIds);
  const chosen = nodeIds && new Set(nodeIds);
  const isWhole = ({ id, size }: GraphNode) => size !== undefined && (inside === null || inside.has(id));
  // Inner frames first: the size of a frame decides where its neighbours go.
  const containers = graph.nodes.filter(isWhole).sort((a, b) => frames.around(b).length - frames.around(a).length);
  edit(editing, { label: "tidy up" }, () => {
    for (const container of containers) tidyFrame(editing, container.id);
    const now = toGraph(editing.doc).graph;
    const wanted = chosen === undefined ? [undefined] : [...new Set(now.nodes.map(({ parent }) => parent))];
    for (const parent of wanted) {
      if (parent !== undefined && inside?.has(parent)) continue;
      const nodes = framesOf(now).childrenOf(parent);
      tidyAmong(editing, now, { nodes: nodes.filter(({ id }) => !chosen || chosen.has(id)) });
      if (parent !== undefined) growFrames(editing, [parent]);
    }
  });
}

/** Lays out what lies in a frame and fits the frame around it. */
function tidyFrame(editing: Editing, id: string): void {
  const { graph } = toGraph(editing.doc);
  const container = graph.nodes.find((node) => node.id === id);
  const nodes = framesOf(graph).childrenOf(id);
  if (container === undefined || nodes.length === 0) return;
  const y = bodyTop(container, editing.catalogue.get(container.agent)) + inset.top;
  tidyAmong(editing, graph, { nodes, corner: { x: inset.left, y } });
  const stored = nodeOf(editing.doc, id);
  const size: Size = leastSize(editing, toGraph(editing.doc).graph, container);
  if (stored) writeValue(stored, "size", { width: size.width, height: size.height });
}

interface Among {
  /** In one frame. */
  readonly nodes: readonly GraphNode[];
  /** Of all of them together; where it is now unless given. */
  readonly corner?: GraphNode["position"];
}

function tidyAmong(editing: Editing, graph: Graph, { nodes, corner }: Among): void {
  if (nodes.length === 0) return;
  const left = corner?.x ?? Math.min(...nodes.map(({ position }) => position.x));
  const top = corner?.y ?? Math.min(...nodes.map(({ position }) => position.y));
  const boxes = nodes.map((node) => ({
    id: node.id,
    y: node.position.y,
    ...sizeOf(node, editing.catalogue.get(node.agent)),
  }));
  const parents = new Map(nodes.map((node) => [node.id as string, node]));
  for (const [id, { x, y }] of layered(boxes, graph.edges)) {
    const [stored, node] = [nodeOf(editing.doc, id), parents.get(id)];
    if (stored && node) writeValue(stored, "position", placeOf({ ...node, position: { x: left + x, y: top + y } }));
  }
}
