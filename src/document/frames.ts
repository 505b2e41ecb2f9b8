import type { Graph, GraphNode } from "../schemas/graph.ts";

interface Point {
  readonly x: number;
  readonly y: number;
}

/** What lies in what, and where on the canvas. */
export interface Frames {
  /** Of a container; undefined: of the workflow itself. In the graph's order. */
  readonly childrenOf: (id: string | undefined) => readonly GraphNode[];
  /** The containers around a node, the innermost first. */
  readonly around: (node: Pick<GraphNode, "parent">) => readonly GraphNode[];
  /** Where a node lies on the canvas, whatever frames it is in. */
  readonly absolute: (node: Pick<GraphNode, "parent" | "position">) => Point;
  /** These nodes and everything in their frames. Ids that are gone are left out. */
  readonly withContents: (ids: Iterable<string>) => Set<string>;
}

const known = new WeakMap<readonly GraphNode[], Frames>();

/** The same list of nodes gives the same object. Parents that do not exist count as none; cycles end where they began. */
export function framesOf({ nodes }: Pick<Graph, "nodes">): Frames {
  const found = known.get(nodes) ?? buildFrames(nodes);
  known.set(nodes, found);
  return found;
}

function buildFrames(nodes: readonly GraphNode[]): Frames {
  const byId = new Map<string, GraphNode>(nodes.map((node) => [node.id, node]));
  const children = new Map<string | undefined, GraphNode[]>();
  for (const node of nodes) {
    const list = children.get(node.parent);
    if (list === undefined) children.set(node.parent, [node]);
    else list.push(node);
  }
  const around = ({ parent }: Pick<GraphNode, "parent">): GraphNode[] => {
    const chain: GraphNode[] = [];
    let at = parent === undefined ? undefined : byId.get(parent);
    while (at !== undefined && !chain.includes(at)) {
      chain.push(at);
      at = at.parent === undefined ? undefined : byId.get(at.parent);
    }
    return chain;
  };
  return {
    childrenOf: (id) => children.get(id) ?? [],
    around,
    absolute: (node) =>
      around(node).reduce((sum, { position }) => ({ x: sum.x + position.x, y: sum.y + position.y }), {
        x: node.position.x,
        y: node.position.y,
      }),
    withContents(ids) {
      const all = new Set<string>();
      const open = [...ids].filter((id) => byId.has(id));
      for (let id = open.pop(); id !== undefined; id = open.pop()) {
        if (all.has(id)) continue;
        all.add(id);
        for (const child of children.get(id) ?? []) open.push(child.id);
      }
      return all;
    },
  };
}

/** Whether an edge between these two would cross the frame of a container. Between a container and its own content it does not. */
export function crossesFrame(source: GraphNode, target: GraphNode): boolean {
  return source.parent !== target.parent && target.parent !== source.id && source.parent !== target.id;
}
