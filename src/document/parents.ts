import type { GraphNode } from "../schemas/graph.ts";
import type { DocumentProblem } from "./problem.ts";

type ById = ReadonlyMap<string, GraphNode>;

/** Nodes taken out of a frame that is none, by what they were: a node that did not change keeps its identity. */
const takenOut = new WeakMap<GraphNode, GraphNode>();

/**
 * The nodes with parents that are frames (nodes with a size), never in a circle. A node whose parent is none lies in no frame
 * and keeps its place on the canvas, as far as that is known. Two people may have put two frames into each other, or one
 * removed what the other filled.
 */
export function settleParents(nodes: readonly GraphNode[], problems: DocumentProblem[]): readonly GraphNode[] {
  if (nodes.every(({ parent }) => parent === undefined)) return nodes;
  const byId: ById = new Map<string, GraphNode>(nodes.map((node) => [node.id, node]));
  const circles = circular(nodes, byId);
  return nodes.map((node) => {
    if (node.parent === undefined) return node;
    const isFrame = byId.get(node.parent)?.size !== undefined;
    if (isFrame && !circles.has(node)) return node;
    problems.push({
      code: "repaired",
      nodeId: node.id,
      field: "parent",
      message: `"${node.name}" lay in a container that is not there; it is drawn outside.`,
    });
    return outside(node, byId, circles);
  });
}

function outside(node: GraphNode, byId: ById, circles: ReadonlySet<GraphNode>): GraphNode {
  let { x, y } = node.position;
  for (let at = node; at.parent !== undefined && !circles.has(at); ) {
    const parent = byId.get(at.parent);
    if (parent === undefined) break;
    x += parent.position.x;
    y += parent.position.y;
    at = parent;
  }
  const before = takenOut.get(node);
  if (before?.position.x === x && before.position.y === y) return before;
  const { parent: _none, ...rest } = node;
  const after: GraphNode = { ...rest, position: { x, y } };
  takenOut.set(node, after);
  return after;
}

/** Every node that lies in itself. Linear: each node is walked through once. */
function circular(nodes: readonly GraphNode[], byId: ById): ReadonlySet<GraphNode> {
  const found = new Set<GraphNode>();
  const walked = new Map<GraphNode, number>();
  for (const [walk, start] of nodes.entries()) {
    const path: GraphNode[] = [];
    let at: GraphNode | undefined = start;
    while (at !== undefined && !walked.has(at)) {
      walked.set(at, walk);
      path.push(at);
      at = at.parent === undefined ? undefined : byId.get(at.parent);
    }
    if (at !== undefined && walked.get(at) === walk)
      for (const member of path.slice(path.indexOf(at))) found.add(member);
  }
  return found;
}
